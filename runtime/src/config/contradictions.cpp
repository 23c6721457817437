#include "config/contradictions.hpp"

#include <fmt/format.h>

#include <map>

#include "config/quantity.hpp"
#include "observe/push_url.hpp"

namespace streams::runtime::config {
namespace {

Place place(const ConfigSource& source) {
  return {source.line, source.column};
}

void check_retry(const RetryConfig& retry, const ConfigSource& at, std::string_view of, Faults& faults) {
  if (retry.max_backoff >= retry.backoff) return;
  faults.add(place(at),
             fmt::format("'retry.max_backoff' ({}) of {} is shorter than 'retry.backoff' ({}); raise it",
                         duration_text(retry.max_backoff), of, duration_text(retry.backoff)));
}

void check_step(const StepConfig& step, const PipelineConfig& pipeline, Faults& faults) {
  if (step.retry.backoff || step.retry.max_backoff) {
    const std::string_view key = step.retry.max_backoff ? "retry.max_backoff" : "retry.backoff";
    check_retry(step.retry.over(pipeline.retry), step.where(key), fmt::format("step '{}'", step.name),
                faults);
  }
  if (step.delivery == Delivery::kExactlyOnce && pipeline.delivery != Delivery::kExactlyOnce) {
    faults.add(
        place(step.where("delivery")),
        fmt::format(
            "'delivery' of step '{}' promises more than 'pipeline.delivery'; set that to exactly_once, "
            "or remove this key",
            step.name));
  }
}

}  // namespace

void find_contradictions(const DeploymentConfig& config, Faults& faults) {
  check_retry(
      config.pipeline.retry,
      config.where(config.keys.find("pipeline.retry.max_backoff") != nullptr ? "pipeline.retry.max_backoff"
                                                                             : "pipeline.retry.backoff"),
      "the pipeline", faults);
  if (const auto& url = config.metrics.push_url; url && !parse_push_url(*url)) {
    faults.add(place(config.where("metrics.push.url")),
               "'metrics.push.url' must be http://HOST, http://HOST:PORT or one of them with a path");
  }
  std::map<std::string_view, const StepConfig*> seen;
  for (const SegmentConfig& segment : config.pipeline.segments) {
    for (const StepConfig& step : segment.steps) {
      check_step(step, config.pipeline, faults);
      const auto [first, is_new] = seen.emplace(step.name, &step);
      if (!is_new) {
        faults.add(place(step.at),
                   fmt::format("step '{}' is in two entries of 'pipeline.segments' (first in line {}); "
                               "keep it in one",
                               step.name, first->second->at.line));
      }
    }
  }
}

}  // namespace streams::runtime::config
