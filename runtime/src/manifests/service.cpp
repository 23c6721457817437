#include "manifests/service.hpp"

#include "manifests/labels.hpp"

namespace streams::runtime::manifests {

Node service(const Request& request, std::size_t segment) {
  Node spec = map({{"clusterIP", text("None")},
                   {"publishNotReadyAddresses", boolean(true)},
                   {"selector", segment_labels(request, segment)}});
  if (request.http) {
    put(spec, "ports",
        list({map(
            {{"name", text("http")}, {"port", number(request.http_port)}, {"targetPort", text("http")}})}));
  }
  return map({{"apiVersion", text("v1")},
              {"kind", text("Service")},
              {"metadata", metadata(request, segment)},
              {"spec", std::move(spec)}});
}

}  // namespace streams::runtime::manifests
