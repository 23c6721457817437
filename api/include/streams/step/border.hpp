#pragma once

#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include <streams/error.hpp>
#include <streams/operator.hpp>

namespace streams::detail {

/// What a step's work returned, or nothing. Unlike in a std::optional the value is made in its place, so that
/// payloads are not moved once more for each step.
template <class R>
class Outcome {
 public:
  Outcome() noexcept : nothing() {}
  template <class Work>
  Outcome(std::in_place_t, Work&& work) : value(std::forward<Work>(work)()), made_(true) {}
  Outcome(const Outcome&) = delete;
  Outcome& operator=(const Outcome&) = delete;
  ~Outcome() {
    if (made_) value.~R();
  }

  explicit operator bool() const noexcept { return made_; }
  R& operator*() noexcept { return value; }
  const R& operator*() const noexcept { return value; }
  R* operator->() noexcept { return std::addressof(value); }

 private:
  union {
    char nothing;
    R value;
  };
  bool made_ = false;
};

/// The border of a step: runs `work`, and turns what it throws into a refused record.
/// Returns what `work` returned, or nothing when the record was refused.
template <class Work>
auto at_border(StepContext& context, const Envelope& envelope, StepErrorKind kind, Work&& work)
    -> Outcome<decltype(work())> {
  try {
    return Outcome<decltype(work())>(std::in_place, std::forward<Work>(work));
  } catch (const std::exception& error) {
    context.fail(envelope, kind, error.what());
  } catch (...) {
    context.fail(envelope, kind, "an exception that is no std::exception");
  }
  return {};
}

}  // namespace streams::detail
