#pragma once

#include <concepts>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include <streams/step/pass_on.hpp>
#include <streams/stream.hpp>

namespace streams {

/// A step's name, with the place where it was written.
struct StepName {
  std::string name;
  std::source_location where;

  template <std::convertible_to<std::string> Text>
  // NOLINTNEXTLINE(google-explicit-constructor): meant to convert
  StepName(Text&& text, std::source_location at = std::source_location::current())
      : name(std::forward<Text>(text)), where(at) {}
};

namespace detail {
template <class S, class T>
inline constexpr bool kCarries = false;
template <class T, class End>
inline constexpr bool kCarries<Stream<T, End>, T> = true;
}  // namespace detail

/// One stream of all messages of several, which may come from different sources. Messages of one partition of
/// one of them keep their order; between streams there is none.
///
///     auto both = merge("both", parsed_orders, parsed_refunds);
template <class T, class End, class... More>
auto merge(StepName name, const Stream<T, End>& first, const More&... more) {
  constexpr bool kValid = !(std::same_as<More, detail::InvalidStream> || ...);
  constexpr bool kSameType = (detail::kCarries<More, T> && ...);
  constexpr bool kSamePlace = (std::same_as<More, Stream<T, End>> && ...);
  if constexpr (!kValid) {
    return detail::InvalidStream{};
  } else if constexpr (sizeof...(More) == 0) {
    static_assert(sizeof...(More) > 0, "[streams] merge: give it two streams or more");
    return detail::InvalidStream{};
  } else if constexpr (!kSameType) {
    static_assert(
        kSameType,
        "[streams] merge: the streams carry different types; make them one type first, with a Map on "
        "each");
    return detail::InvalidStream{};
  } else if constexpr (!kSamePlace) {
    static_assert(
        kSamePlace,
        "[streams] merge: one of the streams is inside a branch and another is not; merge streams of the "
        "same branch, or do without the branch");
    return detail::InvalidStream{};
  } else {
    Node node = detail::transform_node<T, T>({std::move(name.name), name.where}, "Merge");
    node.make = [](const Options&) { return detail::make_pass_on(); };
    return Stream<T, End>(detail::merge_blueprints({first.step(), more.step()...}, std::move(node)));
  }
}

/// Behind a mistake: nothing more is said.
template <class... More>
detail::InvalidStream merge(const StepName&, const detail::InvalidStream&, const More&...) {
  return {};
}

}  // namespace streams
