#pragma once

#include <initializer_list>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <streams/pipeline.hpp>
#include <streams/step/broadcast.hpp>
#include <streams/step/route.hpp>
#include <streams/step/step.hpp>

namespace streams {

namespace detail {
/// The stream behind a misuse: it takes everything and says nothing more, so that one mistake is one compile
/// error.
struct InvalidStream {
  /// As much of a table or of branches as braces need to find a type.
  struct Anything {
    Anything() = default;
    template <class... Parts>
    Anything(Parts&&...) {}  // NOLINT: meant to convert
  };
  struct Entries {
    Entries(std::initializer_list<Anything>) {}  // NOLINT: meant to convert
    template <class Whole>
    Entries(const std::vector<Whole>&) {}  // NOLINT: meant to convert
  };

  template <class Step>
  InvalidStream apply(Step&&) const {
    return {};
  }
  template <class Sink>
  InvalidStream sink(Sink&&) const {
    return {};
  }
  template <class F>
  InvalidStream route(const std::string&, F&&, const Entries&, const Anything& = {}) const {
    return {};
  }
  InvalidStream broadcast(const std::string&, const Entries&) const { return {}; }
  operator Pipeline() const { return {}; }
  template <class T>
  operator Branch<T>() const {
    return {};
  }
};

template <class>
inline constexpr bool kNever = false;
}  // namespace detail

/// The messages that leave a step: payloads of type `T`. A cheap handle that can be copied; using it twice
/// sends every message both ways. `End` is what its sinks return: a `Pipeline`, or a `Branch` inside of one.
template <class T, class End = Pipeline>
class [[nodiscard]] Stream {
 public:
  using Payload = T;
  using Finished = End;

  explicit Stream(detail::BlueprintStep step) : step_(std::move(step)) {}

  /// Puts a step behind this one. The result is the stream of what it emits.
  template <class Step>
  auto apply(Step step) const {
    if constexpr (detail::SinkLike<Step>) {
      static_assert(detail::kNever<Step>,
                    "[streams] apply() takes a step; a sink ends the stream: use .sink(...)");
      return detail::InvalidStream{};
    } else if constexpr (!detail::StepLike<Step>) {
      static_assert(detail::kNever<Step>,
                    "[streams] apply() takes a step, such as Map(\"name\", function): a step has a name, "
                    "which is its key in the deployment YAML");
      return detail::InvalidStream{};
    } else if constexpr (!Step::template accepts<T>) {
      Step::template diagnose<T>();
      return detail::InvalidStream{};
    } else {
      return Stream<typename Step::template Output<T>, End>(
          detail::extend_blueprint(step_, std::move(step).template node<T>()));
    }
  }

  /// Ends the stream in a sink. Return the result from the pipeline function, or give it to the step whose
  /// branch it ends.
  template <class Sink>
  End sink(Sink sink) const {
    if constexpr (detail::StepLike<Sink>) {
      static_assert(detail::kNever<Sink>,
                    "[streams] sink() takes a sink, such as StreamSink; a step goes into .apply(...)");
    } else if constexpr (!detail::SinkLike<Sink>) {
      static_assert(detail::kNever<Sink>,
                    "[streams] sink() takes a sink, such as StreamSink(\"name\", \"topic\")");
    } else if constexpr (!Sink::template accepts<T>) {
      Sink::template diagnose<T>();
    } else {
      return End({detail::extend_blueprint(step_, std::move(sink).template node<T>())});
    }
    return {};
  }

  /// Sends each message into the branch of the key that `function` returns for it:
  ///
  ///     .route("by_status", status_of, {{Status::ok, branch<Hit>("good").apply(...).sink(...)},
  ///                                     {Status::failed, branch<Hit>("bad").sink(...)}},
  ///            branch<Hit>("rest").sink(...))
  ///
  /// A message without a branch takes `otherwise`; where there is none it is a step error of kind `function`.
  template <class F>
  End route(std::string name, F function, detail::RouteTable<F, T> table,
            std::optional<Branch<T>> otherwise = std::nullopt,
            std::source_location where = std::source_location::current()) const {
    if constexpr (detail::RouteStep<F, T>::accepts) {
      std::vector<Branch<T>> branches;
      std::vector<typename detail::RouteStep<F, T>::Key> keys;
      for (auto& [key, branch] : table) {
        keys.push_back(std::move(key));
        branches.push_back(std::move(branch));
      }
      const bool open_end = otherwise.has_value();
      if (open_end) branches.push_back(*std::move(otherwise));
      return fork(
          detail::route_node<F, T>({std::move(name), where}, std::move(function), std::move(keys), open_end),
          branches, true);
    } else {
      detail::RouteStep<F, T>::diagnose();
      return {};
    }
  }

  /// Sends each message into every branch.
  End broadcast(std::string name, const std::vector<Branch<T>>& branches,
                std::source_location where = std::source_location::current()) const {
    return fork(detail::broadcast_node<T>({std::move(name), where}), branches, false);
  }

  const detail::BlueprintStep& step() const noexcept { return step_; }

 private:
  End fork(Node node, const std::vector<Branch<T>>& branches, bool by_port) const {
    const detail::BlueprintStep at = detail::extend_blueprint(step_, std::move(node));
    std::vector<std::string> ports;
    std::vector<detail::BlueprintStep> sinks;
    for (const Branch<T>& branch : branches) {
      ports.push_back(detail::attach_branch(at, branch.sinks()));
      sinks.insert(sinks.end(), branch.sinks().begin(), branch.sinks().end());
    }
    if (sinks.empty()) sinks.push_back(at);
    if (by_port) detail::set_ports(at, std::move(ports));
    return End(std::move(sinks));
  }

  detail::BlueprintStep step_;
};

}  // namespace streams
