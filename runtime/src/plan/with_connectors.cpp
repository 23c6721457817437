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

std::string step_text(const Node& node) {
  return fmt::format("{}:{}: {} '{}'", node.position.file, node.position.line, node.kind, node.name);
}

/// Or why there is none.
absl::StatusOr<Connector> connector_for(const Node& node, const std::vector<Connector>& connectors) {
  const Connector* const known = find_connector(connectors, node.kind);
  if (known != nullptr && known->make) return *known;
  if (known != nullptr && known->load) {
    absl::StatusOr<Connector> loaded = known->load();
    if (loaded.ok()) return loaded;
    return absl::FailedPreconditionError(
        fmt::format("{}: {}", step_text(node), std::string(loaded.status().message())));
  }
  if (known != nullptr)
    return absl::FailedPreconditionError(fmt::format("{} {}", step_text(node), known->absent));
  std::vector<std::string> kinds;
  for (const Connector& connector : connectors) {
    if (connector.make || connector.load) kinds.push_back(connector.kind);
  }
  return absl::FailedPreconditionError(
      fmt::format("{}: this program has no connector for it (it has {}); give `run_main` one",
                  step_text(node), kinds.empty() ? "none" : fmt::format("{}", fmt::join(kinds, ", "))));
}

}  // namespace

Graph with_connectors(const Graph& graph, const std::vector<Connector>& connectors,
                      const ConnectorContext& context) {
  std::vector<Node> nodes = graph.nodes();
  std::vector<std::string> faults;
  for (Node& node : nodes) {
    if (!node.connector.has_value()) continue;
    const absl::StatusOr<Connector> connector = connector_for(node, connectors);
    if (!connector.ok()) {
      faults.emplace_back(connector.status().message());
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
