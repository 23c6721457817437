#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <utility>

#include <streams/step/step.hpp>

namespace streams {

namespace detail {
/// The step behind every HeadersFilter; it never looks at the payload.
STREAMS_EXPORT std::unique_ptr<Operator> make_headers_filter(std::string header_name, std::int64_t value);
}  // namespace detail

/// Keeps the messages that have a header of that name whose text is that number. A message without the
/// header, or with an empty one, is dropped; text that is no decimal 64-bit number is a step error of kind
/// `header`.
class HeadersFilter {
 public:
  static constexpr bool kIsStep = true;

  HeadersFilter(std::string name, std::string header_name, std::int64_t value,
                std::source_location where = std::source_location::current())
      : head_(std::move(name), where), header_name_(std::move(header_name)), value_(value) {}

  template <class In>
  using Output = In;
  template <class In>
  static constexpr bool accepts = true;
  template <class In>
  static constexpr void diagnose() {}

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, In>(std::move(head_), "HeadersFilter");
    node.options = {{"header_name", header_name_}, {"value", value_}};
    node.make = [header = std::move(header_name_), value = value_](const Options&) {
      return detail::make_headers_filter(header, value);
    };
    return node;
  }

 private:
  detail::StepHead head_;
  std::string header_name_;
  std::int64_t value_;
};

}  // namespace streams
