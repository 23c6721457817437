#include "plan/not_yet.hpp"

#include <fmt/format.h>

#include <optional>

#include "plan/words.hpp"

namespace streams::runtime::planning {
namespace {

/// Says one thing at one place, in the words that all of these faults share.
class NotYet {
 public:
  explicit NotYet(config::Faults& faults) : faults_(faults) {}

  void add(const ConfigSource& at, std::string_view what, std::string_view instead) {
    faults_.add({at.line, at.column}, fmt::format("{} not available in this version yet; {}", what, instead));
  }

 private:
  config::Faults& faults_;
};

void check_delivery(std::optional<Delivery> delivery, const ConfigSource& at, NotYet& not_yet) {
  if (!delivery || *delivery == Delivery::kAtLeastOnce) return;
  not_yet.add(at, fmt::format("`delivery: {}` is", word(*delivery)), "use at_least_once");
}

void check_on_error(std::optional<OnError> on_error, const ConfigSource& at, NotYet& not_yet) {
  if (on_error == OnError::kDlq) not_yet.add(at, "`on_error: dlq` is", "use fail or drop");
}

void check_retry(std::uint32_t max_attempts, const ConfigSource& at, NotYet& not_yet) {
  if (max_attempts > 1)
    not_yet.add(at, "trying a record again ('retry.max_attempts' above 1) is", "set it to 1");
}

void check_step(const StepConfig& step, NotYet& not_yet) {
  check_delivery(step.delivery, step.where("delivery"), not_yet);
  check_on_error(step.on_error, step.where("on_error"), not_yet);
  check_retry(step.retry.max_attempts.value_or(1), step.where("retry.max_attempts"), not_yet);
  if (step.dlq && step.dlq->enabled) {
    not_yet.add(step.where("dlq"), "a dead letter queue ('dlq') is",
                "remove the key, or add `enabled: false` to it");
  }
}

void check_source(const Node& node, const DeploymentConfig& config, const ConfigSource& entry,
                  NotYet& not_yet) {
  const StepConfig* step = config.find_step(node.name);
  if (step != nullptr && step->dlq) return;
  if (find_option(node.options, "dlq_stream_name") == nullptr) return;
  not_yet.add(
      step != nullptr ? step->at : entry,
      fmt::format("the dead letter queue that the code gives to source '{}' (dlq_stream_name) is", node.name),
      fmt::format("add `dlq: {{enabled: false}}` to step '{}', or remove it from the code", node.name));
}

void check_number_of_sources(const Graph& graph, const DeploymentConfig& config, const ConfigSource& entry,
                             NotYet& not_yet) {
  const Node* first = nullptr;
  for (const Node& node : graph.nodes()) {
    if (node.role != NodeRole::source) continue;
    if (first == nullptr) {
      first = &node;
      continue;
    }
    const StepConfig* step = config.find_step(node.name);
    not_yet.add(step != nullptr ? step->at : entry,
                fmt::format("a second source in one pipeline ('{}' beside '{}') is", node.name, first->name),
                "make a pipeline for each source");
  }
}

}  // namespace

void find_not_yet(const Graph& graph, const DeploymentConfig& config, config::Faults& faults) {
  NotYet not_yet(faults);
  const PipelineConfig& pipeline = config.pipeline;
  check_delivery(pipeline.delivery, config.where("pipeline.delivery"), not_yet);
  check_on_error(pipeline.on_error, config.where("pipeline.on_error"), not_yet);
  check_retry(pipeline.retry.max_attempts, config.where("pipeline.retry.max_attempts"), not_yet);

  if (pipeline.segments.size() > 1) {
    not_yet.add(pipeline.segments[1].at, "a pipeline cut into several entries of 'pipeline.segments' is",
                "put the steps of all entries into the 'steps_config' of the first");
  }
  for (const SegmentConfig& segment : pipeline.segments) {
    for (const StepConfig& step : segment.steps) check_step(step, not_yet);
  }

  const ConfigSource entry = pipeline.segments.empty() ? ConfigSource{} : pipeline.segments.front().at;
  for (const Node& node : graph.nodes()) {
    if (node.role == NodeRole::source) check_source(node, config, entry, not_yet);
  }
  check_number_of_sources(graph, config, entry, not_yet);
}

}  // namespace streams::runtime::planning
