#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <streams/step/step.hpp>

namespace streams {

/// The options of a DevNullSink, under their YAML names.
struct DevNullOptions {
  std::optional<std::int64_t> batch_size{};               ///< records in a batch, at least 1
  std::optional<std::chrono::milliseconds> batch_time{};  ///< age at which a batch is written all the same
  std::optional<std::chrono::milliseconds>
      average_sleep_time{};  ///< simulated delay of a batch: uniform 0.5 to 1.5 of it
  std::optional<std::chrono::milliseconds>
      max_sleep_time{};  ///< upper bound of a delay; needed with an average
};

namespace detail {
/// The step behind every DevNullSink; it never looks at the payload. Throws PipelineError when the options
/// contradict each other.
STREAMS_EXPORT std::unique_ptr<Operator> make_dev_null(const Options& effective);
STREAMS_EXPORT std::vector<std::string> dev_null_faults(const Options& effective);
STREAMS_EXPORT Options dev_null_options(const DevNullOptions& options);
}  // namespace detail

/// Drops everything, as slowly as asked: it takes records in batches and lets each batch wait before it
/// counts as done, one batch after the other. While one batch waits and the next is full (or old enough), the
/// worker takes no new records; nothing is blocked or slept on. Without `batch_size` and `batch_time` each
/// record is a batch of its own; without any option it is done at once.
class DevNullSink {
 public:
  static constexpr bool kIsSink = true;

  explicit DevNullSink(std::string name, DevNullOptions options = {},
                       std::source_location where = std::source_location::current())
      : head_(std::move(name), where), options_(options) {}

  template <class In>
  static constexpr bool accepts = true;
  template <class In>
  static constexpr void diagnose() {}

  template <class In>
  Node node() && {
    Node node = detail::sink_node<In>(std::move(head_), "DevNullSink");
    node.options = detail::dev_null_options(options_);
    node.make = detail::make_dev_null;
    node.check = detail::dev_null_faults;
    return node;
  }

 private:
  detail::StepHead head_;
  DevNullOptions options_;
};

}  // namespace streams
