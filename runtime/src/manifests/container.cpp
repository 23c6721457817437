#include "manifests/container.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "manifests/merge.hpp"
#include "manifests/probes.hpp"
#include "manifests/quantity.hpp"

namespace streams::runtime::manifests {
namespace {

constexpr int kMillicoresOfAThread = 500;

/// As many as the widest chain of the entry asks for.
std::uint32_t threads_of(const SegmentConfig& segment) {
  std::uint32_t threads = segment.parallelism.value_or(1);
  for (const StepConfig& step : segment.steps) threads = std::max(threads, step.threads.value_or(1));
  return threads;
}

Node amounts(Node cpu, Node memory) {
  Node limit = memory;
  return map({{"requests", map({{"cpu", std::move(cpu)}, {"memory", std::move(memory)}})},
              {"limits", map({{"memory", std::move(limit)}})}});
}

Node default_resources(const Request& request, const SegmentConfig& segment) {
  return amounts(
      text(fmt::format("{}m", kMillicoresOfAThread * static_cast<std::uint64_t>(threads_of(segment)))),
      text(memory_for(request.config.pipeline.memory_budget)));
}

/// What a template may say otherwise.
Node defaults(const Request& request, const SegmentConfig& segment) {
  Node base = map({{"name", nothing()},
                   {"image", nothing()},
                   {"imagePullPolicy", text("IfNotPresent")},
                   {"args", nothing()},
                   {"env", nothing()},
                   {"ports", nothing()},
                   {"resources", default_resources(request, segment)},
                   {"volumeMounts", nothing()},
                   {"securityContext", map({{"allowPrivilegeEscalation", boolean(false)},
                                            {"readOnlyRootFilesystem", boolean(true)},
                                            {"runAsNonRoot", boolean(true)},
                                            {"capabilities", map({{"drop", list({text("ALL")})}})}})}});
  for (config::Entry& probe : probes(request).entries) put(base, probe.key, std::move(probe.value));
  return base;
}

/// A template that says how to ask has its own probe: two ways in one probe are none.
void drop_replaced_probes(Node& base, const Node& own) {
  for (const std::string_view probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
    for (const std::string_view way : {"httpGet", "exec", "tcpSocket", "grpc"}) {
      if (find(own, {probe, way}) != nullptr) erase(base, probe);
    }
  }
}

/// Kubernetes refuses to ask for more than the limit. A template that says one of the two says both.
void follow_amounts(Node& base, const Node& own) {
  for (const std::string_view of : {"cpu", "memory"}) {
    const Node* asked = find(own, {"resources", "requests", of});
    const Node* limit = find(own, {"resources", "limits", of});
    if ((asked == nullptr) == (limit == nullptr)) continue;
    // No limit of ours stands for the processor, so none can be too small.
    if (limit == nullptr && of == "cpu") continue;
    const std::string_view other = asked == nullptr ? "requests" : "limits";
    Node amounts =
        map({{"resources",
              map({{std::string(other), map({{std::string(of), asked == nullptr ? *limit : *asked}})}})}});
    config::Faults none("");
    merge(base, amounts, none);
  }
}

Node arguments(const Request& request, std::size_t segment) {
  std::vector<std::string> words{"--config",     fmt::format("{}/{}", kConfigFolder, kConfigFile),
                                 "--segment-id", fmt::format("{}", segment),
                                 "--log-level",  request.log_level,
                                 "--log-format", request.log_format};
  if (request.run_name) words.insert(words.end(), {"--name", *request.run_name});
  if (!request.adapter.empty()) words.insert(words.end(), {"--adapter", request.adapter});
  if (request.http) words.insert(words.end(), {"--http", *request.http});
  if (request.module) words.push_back(*request.module);
  Node node = list({});
  for (std::string& word : words) node.items.push_back(text(std::move(word)));
  return node;
}

/// The amounts that were asked for; null for those that were not.
Node asked_resources(const Request& request) {
  const auto amount = [](const std::optional<std::string>& asked) {
    return asked ? text(*asked) : nothing();
  };
  Node resources = amounts(amount(request.cpu), amount(request.memory));
  drop_nothing(resources);
  return resources;
}

/// What the command line and the deployment say.
Node additions(const Request& request, std::size_t segment) {
  Node added = map({{"name", text(request.container_name)},
                    {"image", text(request.image)},
                    {"args", arguments(request, segment)}});
  put(added, "env",
      list({map({{"name", text("POD_NAME")},
                 {"valueFrom", map({{"fieldRef", map({{"fieldPath", text("metadata.name")}})}})}})}));
  if (request.http) {
    put(added, "ports", list({map({{"name", text("http")}, {"containerPort", number(request.http_port)}})}));
  }
  put(added, "resources", asked_resources(request));
  put(added, "volumeMounts",
      list({map({{"name", text("pipeline-config")},
                 {"mountPath", text(std::string(kConfigFolder))},
                 {"readOnly", boolean(true)}}),
            map({{"name", text("tmp")}, {"mountPath", text("/tmp")}})}));
  return added;
}

}  // namespace

Node container(const Request& request, std::size_t segment, config::Faults& faults) {
  const Node& own = request.container_template.tree;
  const Node added = additions(request, segment);
  find_conflicts(own, added, "", faults);
  if (!faults.empty()) return nothing();
  Node whole = defaults(request, request.config.pipeline.segments[segment]);
  drop_replaced_probes(whole, own);
  follow_amounts(whole, own);
  merge(whole, own, faults);
  merge(whole, added, faults);
  return whole;
}

}  // namespace streams::runtime::manifests
