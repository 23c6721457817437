#include <streams/graph.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace streams {
namespace {

std::string text_of(std::monostate) {
  return {};
}
std::string text_of(bool value) {
  return value ? "true" : "false";
}
std::string text_of(std::int64_t value) {
  return std::to_string(value);
}
std::string text_of(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return std::string(buffer.data(), end);
}
std::string text_of(std::chrono::milliseconds value) {
  const auto count = value.count();
  return count != 0 && count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}
std::string text_of(const std::string& value) {
  return value;
}

}  // namespace

const OptionValue* find_option(const Options& options, std::string_view name) noexcept {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
  if (found == options.end() || std::holds_alternative<std::monostate>(found->value)) return nullptr;
  return &found->value;
}

std::string to_string(const OptionValue& value) {
  return std::visit([](const auto& held) { return text_of(held); }, value);
}

struct Graph::Body {
  std::string name;
  std::vector<Node> nodes;
};

Graph::Graph(std::string name, std::vector<Node> nodes)
    : body_(std::make_shared<const Body>(Body{std::move(name), std::move(nodes)})) {}

const std::string& Graph::name() const noexcept {
  static const std::string kNone;
  return body_ == nullptr ? kNone : body_->name;
}

const std::vector<Node>& Graph::nodes() const noexcept {
  static const std::vector<Node> kNone;
  return body_ == nullptr ? kNone : body_->nodes;
}

std::optional<std::size_t> Graph::find(std::string_view step) const noexcept {
  const auto& all = nodes();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Node& node) { return node.name == step; });
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace streams
