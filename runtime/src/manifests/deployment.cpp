#include "manifests/deployment.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "app/content_key.hpp"
#include "manifests/container.hpp"
#include "manifests/labels.hpp"
#include "manifests/merge.hpp"

namespace streams::runtime::manifests {
namespace {

/// SIGTERM drains for at most `shutdown.drain_timeout`; then the last commit and the leave need a moment.
std::int64_t grace_seconds(const ShutdownConfig& shutdown) {
  constexpr std::int64_t kLeast = 30, kAfterDrain = 15;
  const auto drain = std::chrono::ceil<std::chrono::seconds>(shutdown.drain_timeout).count();
  return std::max<std::int64_t>(kLeast, drain + kAfterDrain);
}

std::string config_version(const Request& request) {
  ContentKey key;
  key.add(request.config_text);
  return key.text();
}

/// What a template may say otherwise.
Node defaults(const Request& request) {
  Node pod = map({{"restartPolicy", text("Always")},
                  {"terminationGracePeriodSeconds", number(grace_seconds(request.config.pipeline.shutdown))},
                  {"automountServiceAccountToken", boolean(false)},
                  {"enableServiceLinks", boolean(false)},
                  {"securityContext", map({{"runAsNonRoot", boolean(true)},
                                           {"seccompProfile", map({{"type", text("RuntimeDefault")}})}})},
                  {"containers", list({})},
                  {"volumes", list({})}});
  return map({{"apiVersion", text("apps/v1")},
              {"kind", text("Deployment")},
              {"metadata", map({{"name", nothing()}, {"namespace", nothing()}, {"labels", nothing()}})},
              {"spec", map({{"replicas", number(1)},
                            {"selector", nothing()},
                            {"template", map({{"metadata", nothing()}, {"spec", std::move(pod)}})}})}});
}

/// One of the two sets of a segment's pods.
struct PodSet {
  std::string name;
  std::string_view env;
  std::optional<std::uint32_t> replicas;
};

/// What the command line and the deployment say.
Node additions(const Request& request, std::size_t segment, const PodSet& set, const Node& container) {
  const Node labels = pod_labels(request, segment, set.env);
  Node pod = map({{"containers", list({container})},
                  {"volumes", list({map({{"name", text("pipeline-config")},
                                         {"configMap", map({{"name", text(name_of(request, segment))}})}}),
                                    map({{"name", text("tmp")}, {"emptyDir", map({})}})})}});
  Node pod_metadata =
      map({{"labels", labels}, {"annotations", map({{"configVersion", text(config_version(request))}})}});
  Node metadata = map({{"name", text(set.name)},
                       {"namespace", request.name_space ? text(*request.name_space) : nothing()},
                       {"labels", labels}});
  return map({{"apiVersion", text("apps/v1")},
              {"kind", text("Deployment")},
              {"metadata", std::move(metadata)},
              {"spec",
               map({{"replicas", set.replicas ? number(*set.replicas) : nothing()},
                    {"selector", map({{"matchLabels", labels}})},
                    {"template", map({{"metadata", std::move(pod_metadata)}, {"spec", std::move(pod)}})}})}});
}

Node deployment(const Request& request, const Node& added, TemplateFaults& faults) {
  find_conflicts(request.deployment_template.tree, added, "", faults.deployment);
  if (!faults.deployment.empty()) return nothing();
  Node whole = defaults(request);
  merge(whole, request.deployment_template.tree, faults.deployment);
  merge(whole, added, faults.deployment);
  merge_patch(whole, request.patch.tree, faults.patch);
  drop_nothing(whole);
  return whole;
}

}  // namespace

std::vector<Node> deployments(const Request& request, std::size_t segment, TemplateFaults& faults) {
  const Node runner = container(request, segment, faults.container);
  const std::string name = name_of(request, segment);
  std::vector<PodSet> sets{{name, "primary", request.replicas}};
  if (request.canary) {
    sets.front().replicas = *request.replicas - 1;
    sets.push_back({name + "-canary", "canary", 1});
  }
  std::vector<Node> made;
  for (const PodSet& set : sets) {
    made.push_back(deployment(request, additions(request, segment, set, runner), faults));
    // The other one would only say the same again.
    if (!faults.deployment.empty() || !faults.patch.empty()) break;
  }
  return made;
}

}  // namespace streams::runtime::manifests
