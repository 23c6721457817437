#include "blueprint.hpp"

#include <optional>
#include <utility>

namespace streams::detail {
namespace {

std::string named(const Node& node) {
  return std::string(node.position.file) + ":" + std::to_string(node.position.line) + ": step '" + node.name +
         "' (" + node.kind + ")";
}

/// Makes the blueprints of both steps one; both are resolved afterwards.
void join(BlueprintStep& into, BlueprintStep& from) {
  into = resolved(into);
  from = resolved(from);
  if (into.blueprint == from.blueprint) return;
  Blueprint& to = *into.blueprint;
  Blueprint& source = *from.blueprint;
  const std::size_t by = to.steps.size();
  for (Node& node : source.steps) {
    for (std::size_t& input : node.inputs) input += by;
    for (std::size_t& output : node.outputs) output += by;
    to.steps.push_back(std::move(node));
  }
  to.faults.insert(to.faults.end(), source.faults.begin(), source.faults.end());
  source.steps.clear();
  source.faults.clear();
  source.moved_to = into.blueprint;
  source.moved_by = by;
  from = resolved(from);
}

void connect(Blueprint& blueprint, std::size_t from, std::size_t to) {
  blueprint.steps[to].inputs.push_back(from);
  blueprint.steps[from].outputs.push_back(to);
}

/// The beginning of the branch that ends in `sinks`, or nothing when they do not all come from one.
std::optional<std::size_t> root_of(const Blueprint& blueprint, std::size_t sink) {
  std::optional<std::size_t> root;
  std::vector<std::size_t> open{sink};
  std::vector<char> seen(blueprint.steps.size(), 0);
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (std::exchange(seen[at], 1) != 0) continue;
    const Node& node = blueprint.steps[at];
    if (node.kind == "Branch" && node.inputs.empty()) {
      if (root && root != at) return std::nullopt;
      root = at;
    }
    open.insert(open.end(), node.inputs.begin(), node.inputs.end());
  }
  return root;
}

}  // namespace

BlueprintStep resolved(BlueprintStep step) {
  while (step.blueprint->moved_to != nullptr) {
    step.index += step.blueprint->moved_by;
    step.blueprint = step.blueprint->moved_to;
  }
  return step;
}

BlueprintStep begin_blueprint(Node source) {
  auto blueprint = std::make_shared<Blueprint>();
  blueprint->steps.push_back(std::move(source));
  return {std::move(blueprint), 0};
}

BlueprintStep extend_blueprint(const BlueprintStep& input, Node node) {
  return merge_blueprints({input}, std::move(node));
}

BlueprintStep merge_blueprints(std::vector<BlueprintStep> inputs, Node node) {
  for (BlueprintStep& input : inputs) join(inputs.front(), input);
  Blueprint& blueprint = *inputs.front().blueprint;
  const std::size_t index = blueprint.steps.size();
  blueprint.steps.push_back(std::move(node));
  for (const BlueprintStep& input : inputs) connect(blueprint, resolved(input).index, index);
  return {inputs.front().blueprint, index};
}

std::string attach_branch(const BlueprintStep& fork, const std::vector<BlueprintStep>& sinks) {
  BlueprintStep at = resolved(fork);
  if (sinks.empty()) {
    at.blueprint->faults.push_back(named(at.blueprint->steps[at.index]) +
                                   " has an empty branch; begin it with branch<T>(name) and end it with a sink");
    return {};
  }
  BlueprintStep sink = resolved(sinks.front());
  const std::optional<std::size_t> root = root_of(*sink.blueprint, sink.index);
  if (!root) {
    at.blueprint->faults.push_back(named(at.blueprint->steps[at.index]) +
                                   " has a branch that is used already, or that does not begin with one "
                                   "branch<T>(name); give each branch to one step");
    return {};
  }
  BlueprintStep beginning{sink.blueprint, *root};
  join(at, beginning);
  connect(*at.blueprint, at.index, beginning.index);
  return at.blueprint->steps[beginning.index].name;
}

void set_ports(const BlueprintStep& step, std::vector<std::string> ports) {
  const BlueprintStep at = resolved(step);
  at.blueprint->steps[at.index].ports = std::move(ports);
}

}  // namespace streams::detail
