#include "app/outside_places.hpp"

#include <variant>

#include "plan/words.hpp"

namespace streams::runtime {
namespace {

const std::string* text_option(const Options& options, std::string_view name) {
  const OptionValue* const value = find_option(options, name);
  return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

}  // namespace

std::vector<OutsidePlace> outside_places(const Plan& plan, const Segment& segment) {
  std::vector<OutsidePlace> places;
  for (const PlannedStep& step : segment.steps) {
    const Node& node = plan.graph.nodes()[step.node];
    if (node.role != NodeRole::sink || !node.connector.has_value()) continue;
    if (const std::string* const location = text_option(step.options, "location")) {
      places.push_back({node.name, planning::masked(*location, plan.secrets)});
    } else if (const std::string* const bucket = text_option(step.options, "bucket")) {
      places.push_back({node.name, "gs://" + planning::masked(*bucket, plan.secrets)});
    }
  }
  return places;
}

}  // namespace streams::runtime
