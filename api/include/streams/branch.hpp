#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include <streams/pipeline.hpp>

namespace streams {

/// A finished part of a pipeline that begins at a step which sends messages several ways, with payloads of type
/// `T`. What `branch<T>(name)....sink(...)` returns, for `route()` and `broadcast()`.
template <class T>
class [[nodiscard]] Branch {
 public:
  Branch() = default;
  explicit Branch(std::vector<detail::BlueprintStep> sinks) : sinks_(std::move(sinks)) {}

  // What is no branch of this stream is taken too, so that it is one error in our words.
  template <class Other>
  requires(!std::same_as<Other, T>) Branch(const Branch<Other>&) {  // NOLINT(google-explicit-constructor)
    static_assert(
        std::same_as<Other, T>,
        "[streams] branch: it carries another type than the stream that it is to part from; begin it with "
        "branch<T>(name), where T is the payload of that stream");
  }
  template <std::same_as<Pipeline> Whole>
  Branch(const Whole&) {  // NOLINT(google-explicit-constructor)
    static_assert(
        !std::same_as<Pipeline, Whole>,
        "[streams] branch: this is a pipeline with a source of its own; begin a branch with branch<T>(name)");
  }

  /// The ends of the branch.
  const std::vector<detail::BlueprintStep>& sinks() const noexcept { return sinks_; }
  /// Adds the ends of another stream of the same branch.
  void add(const Branch& other) { sinks_.insert(sinks_.end(), other.sinks_.begin(), other.sinks_.end()); }

 private:
  std::vector<detail::BlueprintStep> sinks_;
};

/// Joins finished streams of one branch that was used twice.
template <class T, class... Branches>
Branch<T> branch_of(Branch<T> first, const Branches&... more) {
  (first.add(more), ...);
  return first;
}

}  // namespace streams
