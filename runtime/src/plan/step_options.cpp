#include "plan/step_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "plan/identity.hpp"

namespace streams::runtime::planning {
namespace {

using std::chrono::milliseconds;

void put(Options& options, std::string_view name, OptionValue value) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
  if (found != options.end()) {
    found->value = std::move(value);
  } else {
    options.push_back({std::string(name), std::move(value)});
  }
}

/// Rounded up: a short pause must not become none.
milliseconds whole_milliseconds(ConfigDuration duration) {
  return std::chrono::ceil<milliseconds>(duration);
}

void put_sink_delays(Options& options, const StepConfig& step) {
  if (step.batch_size) put(options, "batch_size", static_cast<std::int64_t>(*step.batch_size));
  if (step.batch_time) put(options, "batch_time", whole_milliseconds(*step.batch_time));
  if (step.average_sleep_time)
    put(options, "average_sleep_time", whole_milliseconds(*step.average_sleep_time));
  if (step.max_sleep_time) put(options, "max_sleep_time", whole_milliseconds(*step.max_sleep_time));
}

void put_batch_limits(Options& options, const StepConfig& step) {
  if (step.batch_size) put(options, "batch_size", static_cast<std::int64_t>(*step.batch_size));
  if (step.batch_size_bytes)
    put(options, "batch_size_bytes", static_cast<std::int64_t>(*step.batch_size_bytes));
  if (step.batch_timedelta) put(options, "batch_timedelta", whole_milliseconds(*step.batch_timedelta));
}

void put_if_set(Options& options, std::string_view name, const std::optional<std::string>& text) {
  if (text) put(options, name, *text);
}

void put_if_set(Options& options, std::string_view name, const std::optional<std::uint64_t>& number) {
  if (number) put(options, name, static_cast<std::int64_t>(*number));
}

void put_object_store(Options& options, const StepConfig& step) {
  put_if_set(options, "bucket", step.bucket);
  put_if_set(options, "location", step.location);
  put_if_set(options, "thread_count", step.thread_count);
  put_if_set(options, "max_attempts", step.max_attempts);
  put_if_set(options, "extension", step.extension);
  put_if_set(options, "content_type", step.content_type);
  put_if_set(options, "endpoint", step.endpoint);
  put_if_set(options, "region", step.region);
  if (step.path_style) put(options, "path_style", *step.path_style);
  put_if_set(options, "ca_file", step.ca_file);
  put_if_set(options, "access_key_id", step.access_key_id);
  put_if_set(options, "secret_access_key", step.secret_access_key);
  put_if_set(options, "session_token", step.session_token);
  put_if_set(options, "access_token", step.access_token);
  put_if_set(options, "access_token_file", step.access_token_file);
}

void put_async_limits(Options& options, const StepConfig& step) {
  if (step.max_in_flight) put(options, "max_in_flight", static_cast<std::int64_t>(*step.max_in_flight));
  if (step.ordered) put(options, "ordered", *step.ordered);
  if (step.timeout) put(options, "timeout", whole_milliseconds(*step.timeout));
}

void put_retry(Options& options, const RetryConfig& retry) {
  put(options, "retry.max_attempts", static_cast<std::int64_t>(retry.max_attempts));
  put(options, "retry.backoff", whole_milliseconds(retry.backoff));
  put(options, "retry.jitter", retry.jitter);
  put(options, "retry.max_backoff", whole_milliseconds(retry.max_backoff));
}

/// The author's own value, where it is of that type; another type is found by the node's check.
template <class T>
const T* option_as(const Node& node, std::string_view name) {
  const OptionValue* value = find_option(node.options, name);
  return value == nullptr ? nullptr : std::get_if<T>(value);
}

/// The key that a fault in the joined options points to: of those that the fault names and the deployment sets,
/// the one that is named first.
const ConfigSource& where_overridden(const StepConfig& step, std::string_view fault) {
  const ConfigSource* where = &step.at;
  std::size_t first = std::string_view::npos;
  for (const auto& [key, option] : {std::pair<std::string_view, std::string_view>{"batch_size", "batch_size"},
                                    {"batch_size_bytes", "batch_size_bytes"},
                                    {"batch_timedelta", "batch_timedelta"},
                                    {"max_in_flight", "max_in_flight"},
                                    {"ordered", "ordered"},
                                    {"timeout", "timeout"},
                                    {"retry.max_attempts", "retry.max_attempts"},
                                    {"retry.backoff", "retry.backoff"},
                                    {"retry.jitter", "retry.jitter"},
                                    {"retry.max_backoff", "retry.max_backoff"},
                                    {"batch_time_ms", "batch_time"},
                                    {"average_sleep_time_ms", "average_sleep_time"},
                                    {"max_sleep_time_ms", "max_sleep_time"},
                                    {"bucket", "bucket"},
                                    {"location", "location"},
                                    {"compression", "compression"}}) {
    const ConfigSource* at = step.keys.find(key);
    const std::size_t named = fault.find(option);
    if (at == nullptr || named >= first) continue;
    first = named;
    where = at;
  }
  return *where;
}

}  // namespace

RetryConfig effective_retry(const Node& node, const StepConfig* step, const RetryConfig& pipeline) {
  RetryConfig retry = pipeline;
  if (node.retries_itself) {
    // Numbers that no attempt can have are left to the node's check.
    if (const auto* most = option_as<std::int64_t>(node, "retry.max_attempts"))
      retry.max_attempts = static_cast<std::uint32_t>(std::clamp<std::int64_t>(*most, 0, UINT32_MAX));
    if (const auto* backoff = option_as<milliseconds>(node, "retry.backoff")) retry.backoff = *backoff;
    if (const auto* jitter = option_as<double>(node, "retry.jitter")) retry.jitter = *jitter;
    if (const auto* longest = option_as<milliseconds>(node, "retry.max_backoff"))
      retry.max_backoff = *longest;
  }
  return step != nullptr ? step->retry.over(retry) : retry;
}

Options effective_options(const Node& node, const StepConfig* step, const ConfigSource& otherwise,
                          std::string_view group, const RetryConfig& retry, config::Faults& faults) {
  Options options = node.options;
  if (node.kind == "DevNullSink" && step != nullptr) put_sink_delays(options, *step);
  if (node.kind == "Batch" && step != nullptr) put_batch_limits(options, *step);
  if ((node.kind == "ObjectSink" || node.kind == "GCSSink") && step != nullptr)
    put_object_store(options, *step);
  if (node.kind == "ParquetSerializer" && step != nullptr)
    put_if_set(options, "compression", step->compression);
  if (node.kind == "KeyBy" && step != nullptr && step->pre_partitioned)
    put(options, "pre_partitioned", *step->pre_partitioned);
  if (node.kind == "AsyncMap" && step != nullptr) put_async_limits(options, *step);
  if (node.retries_itself) put_retry(options, retry);
  if (node.role == NodeRole::source) {
    put(options, "consumer_group", std::string(group));
    if (step != nullptr && step->dlq) {
      if (!step->dlq->enabled) put(options, "dlq_stream_name", std::monostate{});
      if (step->dlq->enabled && step->dlq->topic) put(options, "dlq_stream_name", *step->dlq->topic);
    }
  }
  if (node.check) {
    for (const std::string& fault : node.check(options)) {
      const ConfigSource& at = step != nullptr ? where_overridden(*step, fault) : otherwise;
      faults.add({at.line, at.column},
                 fmt::format("{} '{}', code and deployment together: {}", node.kind, node.name, fault));
    }
  }
  return options;
}

}  // namespace streams::runtime::planning
