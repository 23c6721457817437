#include "manifests/probes.hpp"

#include <string_view>

namespace streams::runtime::manifests {
namespace {

constexpr std::string_view kPort = "http";

Node ask(std::string_view path, int period, int failures) {
  return map({{"httpGet", map({{"path", text(std::string(path))}, {"port", text(std::string(kPort))}})},
              {"periodSeconds", number(period)},
              {"timeoutSeconds", number(5)},
              {"failureThreshold", number(failures)}});
}

}  // namespace

Node probes(const Request& request) {
  if (request.http) {
    return map({{"startupProbe", ask("/healthz", 1, 60)},
                {"livenessProbe", ask("/healthz", 10, 3)},
                {"readinessProbe", ask("/readyz", 5, 3)}});
  }
  if (!request.config.pipeline.adapters.write_healthcheck) return map({});
  return map(
      {{"livenessProbe", map({{"exec", map({{"command", list({text("rm"), text("/tmp/health.txt")})}})},
                              {"periodSeconds", number(10)},
                              {"failureThreshold", number(6)}})}});
}

}  // namespace streams::runtime::manifests
