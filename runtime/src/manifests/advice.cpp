#include "manifests/advice.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "manifests/container.hpp"

namespace streams::runtime::manifests {
namespace {

const Node* runner_container(const Request& request, const Node& deployment) {
  const Node* containers = find(deployment, {"spec", "template", "spec", "containers"});
  if (containers == nullptr) return nullptr;
  for (const Node& container : containers->items) {
    const Node* name = find(container, {"name"});
    if (name != nullptr && name->text == request.container_name) return &container;
  }
  return nullptr;
}

/// The texts at `key` of the items of a list of the container.
std::set<std::string> texts(const Node& container, std::string_view list, std::string_view key) {
  std::set<std::string> found;
  if (const Node* items = find(container, {list})) {
    for (const Node& item : items->items) {
      if (const Node* value = find(item, {key})) found.insert(value->text);
    }
  }
  return found;
}

bool is_mounted(const std::string& path, const std::set<std::string>& mounts) {
  return std::any_of(mounts.begin(), mounts.end(), [&](const std::string& mount) {
    return path == mount || path.starts_with(mount.ends_with('/') ? mount : mount + "/");
  });
}

bool is_this_machine(std::string_view server) {
  return server.starts_with("127.") || server.starts_with("localhost:") || server.starts_with("[::1]");
}

}  // namespace

std::vector<std::string> advice(const Request& request, const Outside& outside, const Node& deployment) {
  std::vector<std::string> all;
  const Node* container = runner_container(request, deployment);
  if (container == nullptr) return all;

  const std::set<std::string> variables = texts(*container, "env", "name");
  for (const std::string& name : outside.variables) {
    if (variables.contains(name) || find(*container, {"envFrom"}) != nullptr) continue;
    all.push_back(
        fmt::format("{} reads the variable {}, which the container does not get: give it by `env` or "
                    "`envFrom` in the file of "
                    "--container-template",
                    request.config.file, name));
  }
  // The folder of the deployment file has that file alone.
  std::set<std::string> mounts = texts(*container, "volumeMounts", "mountPath");
  mounts.erase(std::string(kConfigFolder));
  for (const std::string& file : outside.files) {
    if (is_mounted(file, mounts)) continue;
    all.push_back(fmt::format(
        "{} reads the file {}, which no volume brings into the pod: mount it, by `volumes` in the file of "
        "--deployment-template and `volumeMounts` in that of --container-template",
        request.config.file, file));
  }
  for (const SegmentConfig& segment : request.config.pipeline.segments) {
    for (const StepConfig& step : segment.steps) {
      const auto near =
          std::find_if(step.bootstrap_servers.begin(), step.bootstrap_servers.end(), &is_this_machine);
      if (near == step.bootstrap_servers.end()) continue;
      const ConfigSource& at = step.where("bootstrap_servers");
      all.push_back(
          fmt::format("{}:{}:{}: step '{}' looks for brokers at {}, which is the pod itself in a pod",
                      at.file, at.line, at.column, step.name, *near));
    }
  }
  if (!request.config.pipeline.shutdown.leave_on_stop) {
    const ConfigSource at = request.config.where("pipeline.shutdown.leave_on_stop");
    all.push_back(fmt::format(
        "{}:{}:{}: `leave_on_stop: false` keeps the partitions for a process of the same name, and a "
        "Deployment's pods never "
        "have the name of one before: each rollout stands still for the session time-out; leave it out",
        at.file, at.line, at.column));
  }
  if (find(*container, {"livenessProbe"}) == nullptr) {
    all.push_back(
        "the container has no liveness probe: leave out --no-http, or set `write_healthcheck: true` in the "
        "deployment's `adapter_config`");
  }
  return all;
}

}  // namespace streams::runtime::manifests
