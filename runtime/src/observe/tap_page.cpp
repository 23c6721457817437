#include "observe/tap_page.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/nearest.hpp"
#include "config/quantity.hpp"
#include "dlq/json_line.hpp"
#include "observe/percent_code.hpp"

namespace streams::runtime {
namespace {

using dlq::JsonLine;

/// The counts are told again after so many calls: once a second.
constexpr int kCallsBetweenCounts = std::chrono::seconds(1) / HttpStream::kPause;

class TapStream final : public HttpStream {
 public:
  TapStream(TapBoard& board, std::shared_ptr<Tap> tap, std::string step, std::optional<std::uint64_t> limit)
      : board_(board), tap_(std::move(tap)), step_(std::move(step)), limit_(limit) {}
  ~TapStream() override { board_.close(*tap_); }
  TapStream(const TapStream&) = delete;
  TapStream& operator=(const TapStream&) = delete;

  std::optional<std::string> next() override {
    if (full()) return std::nullopt;
    std::string text;
    for (const std::string& line : tap_->take()) {
      if (full()) break;
      ++shown_;
      text += line;
      text += '\n';
    }
    if (full() || calls_++ % kCallsBetweenCounts == 0) text += counts() + '\n';
    return text;
  }

 private:
  bool full() const { return limit_ && shown_ == *limit_; }
  std::string counts() const {
    const Tap::Counts counts = tap_->counts();
    const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
    return JsonLine()
        .object("tap",
                JsonLine()
                    .text("step", step_)
                    // The workers say what passed once a turn, so a shown record may not be among those yet.
                    .number("passed", number(std::max(counts.passed, shown_)))
                    .number("shown", number(shown_))
                    .number("lost", number(counts.lost)))
        .str();
  }

  TapBoard& board_;
  const std::shared_ptr<Tap> tap_;
  const std::string step_;
  const std::optional<std::uint64_t> limit_;
  std::uint64_t shown_ = 0;
  int calls_ = 0;
};

/// A step of the segment by its name; not a queue for dead letters, which no step leads to.
std::optional<std::size_t> find_step(const Graph& graph, const Segment& segment, std::string_view name) {
  const std::optional<std::size_t> node = graph.find(name);
  const auto is_it = [node](const PlannedStep& step) { return step.node == node; };
  return std::any_of(segment.steps.begin(), segment.steps.end(), is_it) ? node : std::nullopt;
}

HttpReply no_such_step(const Graph& graph, const Segment& segment, std::string_view name) {
  std::vector<std::string_view> names;
  for (const PlannedStep& step : segment.steps) names.push_back(graph.nodes()[step.node].name);
  const std::string near = nearest(name, names);
  return http_error(
      404, fmt::format("there is no step '{}' in this segment{}; there are {}", name,
                       near.empty() ? "" : fmt::format("; did you mean {}?", near), fmt::join(names, ", ")));
}

}  // namespace

HttpReply tap_page(TapBoard* taps, const Graph& graph, const Segment& segment, std::string_view query) {
  if (taps == nullptr) {
    return http_error(
        403,
        "tap is off, because it shows what records hold to everyone who reaches this port; start the "
        "run with --allow-tap to allow it");
  }
  const std::optional<std::string> name = percent_decoded(query_value(query, "step"));
  if (!name || name->empty()) return http_error(400, "say which step: /tap?step=NAME");
  std::optional<std::uint64_t> limit;
  if (const std::string_view text = query_value(query, "limit"); !text.empty()) {
    const std::optional<std::int64_t> number = config::parse_integer(text);
    if (!number || *number < 1) return http_error(400, "limit is a whole number from 1 on");
    limit = static_cast<std::uint64_t>(*number);
  }
  const std::optional<std::size_t> node = find_step(graph, segment, *name);
  if (!node) return no_such_step(graph, segment, *name);
  std::shared_ptr<Tap> tap = taps->open(*node);
  if (tap == nullptr) {
    return http_error(429,
                      fmt::format("there are {} taps on this run already, which is the most; end one of them",
                                  TapBoard::kMost));
  }
  return {.content_type = "application/x-ndjson",
          .stream = std::make_unique<TapStream>(*taps, std::move(tap), *name, limit)};
}

}  // namespace streams::runtime
