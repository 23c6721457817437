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

}  // namespace

void find_not_yet(const DeploymentConfig& config, config::Faults& faults) {
  NotYet not_yet(faults);
  const PipelineConfig& pipeline = config.pipeline;
  check_delivery(pipeline.delivery, config.where("pipeline.delivery"), not_yet);

  for (const SegmentConfig& segment : pipeline.segments) {
    for (const StepConfig& step : segment.steps) check_step(step, not_yet);
  }
}

}  // namespace streams::runtime::planning
