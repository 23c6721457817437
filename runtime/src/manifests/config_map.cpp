#include "manifests/config_map.hpp"

#include "manifests/container.hpp"
#include "manifests/labels.hpp"

namespace streams::runtime::manifests {

Node config_map(const Request& request, std::size_t segment) {
  return map({{"apiVersion", text("v1")},
              {"kind", text("ConfigMap")},
              {"metadata", metadata(request, segment)},
              {"data", map({{std::string(kConfigFile), text(request.config_text)}})}});
}

}  // namespace streams::runtime::manifests
