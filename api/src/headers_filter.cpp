#include <streams/step/headers_filter.hpp>

#include <charconv>
#include <optional>

namespace streams::detail {
namespace {

class HeadersFilterStep final : public Operator {
 public:
  HeadersFilterStep(std::string header_name, std::int64_t value)
      : header_name_(std::move(header_name)), value_(value) {}

  void process(Envelope& envelope, void* payload) override {
    for (const Header& header : envelope.headers) {
      if (header.name != header_name_ || header.value.empty()) continue;
      const std::string_view text = header.value.view();
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc() || end != text.data() + text.size()) {
        context().fail(envelope, StepErrorKind::header,
                       "header '" + header_name_ + "' is not a decimal 64-bit number");
        return;
      }
      if (number == value_) {
        emit(envelope, payload);
        return;
      }
    }
    context().dropped();
  }

 private:
  std::string header_name_;
  std::int64_t value_;
};

}  // namespace

std::unique_ptr<Operator> make_headers_filter(std::string header_name, std::int64_t value) {
  return std::make_unique<HeadersFilterStep>(std::move(header_name), value);
}

}  // namespace streams::detail
