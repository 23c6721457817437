#include "blueprint.hpp"

#include <utility>

#include <streams/pipeline.hpp>

namespace streams::detail {

BlueprintStep begin_blueprint(Node source) {
  auto blueprint = std::make_shared<Blueprint>();
  blueprint->steps.push_back(std::move(source));
  return {std::move(blueprint), 0};
}

BlueprintStep extend_blueprint(const BlueprintStep& input, Node node) {
  std::vector<Node>& steps = input.blueprint->steps;
  const std::size_t index = steps.size();
  node.inputs = {input.index};
  steps.push_back(std::move(node));
  steps[input.index].outputs.push_back(index);
  return {input.blueprint, index};
}

}  // namespace streams::detail
