#include <streams/runtime/connector.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <streams/error.hpp>

namespace streams::runtime {
namespace {

const Connector* find_connector(const std::vector<Connector>& connectors, const std::string& kind) {
  const auto found = std::find_if(connectors.begin(), connectors.end(),
                                  [&](const Connector& connector) { return connector.kind == kind; });
  return found == connectors.end() ? nullptr : &*found;
}

std::string absent_text(const Node& node, const std::vector<Connector>& connectors) {
  const Connector* const known = find_connector(connectors, node.kind);
  const std::string step =
      fmt::format("{}:{}: {} '{}'", node.position.file, node.position.line, node.kind, node.name);
  if (known != nullptr) return fmt::format("{} {}", step, known->absent);
  std::vector<std::string> kinds;
  for (const Connector& connector : connectors) {
    if (connector.make) kinds.push_back(connector.kind);
  }
  return fmt::format("{}: this program has no connector for it (it has {}); give `run_main` one", step,
                     kinds.empty() ? "none" : fmt::format("{}", fmt::join(kinds, ", ")));
}

}  // namespace

Graph with_connectors(const Graph& graph, const std::vector<Connector>& connectors,
                      const ConnectorContext& context) {
  std::vector<Node> nodes = graph.nodes();
  std::vector<std::string> faults;
  for (Node& node : nodes) {
    if (!node.connector.has_value()) continue;
    const Connector* const connector = find_connector(connectors, node.kind);
    if (connector == nullptr || !connector->make) {
      faults.push_back(absent_text(node, connectors));
      continue;
    }
    node.make = [make = connector->make, context, described = node](const Options& effective) {
      auto step = make(described, effective, context);
      if (!step.ok()) throw PipelineError({std::string(step.status().message())});
      return *std::move(step);
    };
  }
  if (!faults.empty()) throw PipelineError(std::move(faults));
  return {graph.name(), std::move(nodes)};
}

}  // namespace streams::runtime
