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

void check_step(const StepConfig& step, NotYet& not_yet) {
  check_delivery(step.delivery, step.where("delivery"), not_yet);
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

  if (pipeline.segments.size() > 1) {
    not_yet.add(pipeline.segments[1].at, "a pipeline cut into several entries of 'pipeline.segments' is",
                "put the steps of all entries into the 'steps_config' of the first");
  }
  for (const SegmentConfig& segment : pipeline.segments) {
    for (const StepConfig& step : segment.steps) check_step(step, not_yet);
  }

  const ConfigSource entry = pipeline.segments.empty() ? ConfigSource{} : pipeline.segments.front().at;
  check_number_of_sources(graph, config, entry, not_yet);
}

}  // namespace streams::runtime::planning
