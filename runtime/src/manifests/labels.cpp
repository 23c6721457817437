#include "manifests/labels.hpp"

#include <fmt/format.h>

#include "manifests/names.hpp"

namespace streams::runtime::manifests {

Node segment_labels(const Request& request, std::size_t segment) {
  return map({{"pipeline-app", text(cut_label(request.application))},
              {"pipeline", text(request.pipeline)},
              {"service", text(request.service)},
              {"segment", text(fmt::format("{}", segment))}});
}

Node pod_labels(const Request& request, std::size_t segment, std::string_view env) {
  Node labels = segment_labels(request, segment);
  put(labels, "env", text(std::string(env)));
  return labels;
}

Node name_space(const Request& request) {
  if (request.name_space) return text(*request.name_space);
  const Node* named = find(request.deployment_template.tree, {"metadata", "namespace"});
  return named == nullptr ? nothing() : *named;
}

std::string name_of(const Request& request, std::size_t segment) {
  return object_name(request.service, request.pipeline, segment);
}

Node metadata(const Request& request, std::size_t segment) {
  return map({{"name", text(name_of(request, segment))},
              {"namespace", name_space(request)},
              {"labels", segment_labels(request, segment)}});
}

}  // namespace streams::runtime::manifests
