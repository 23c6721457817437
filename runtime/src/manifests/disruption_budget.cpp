#include "manifests/disruption_budget.hpp"

#include "manifests/labels.hpp"

namespace streams::runtime::manifests {

Node disruption_budget(const Request& request, std::size_t segment) {
  return map({{"apiVersion", text("policy/v1")},
              {"kind", text("PodDisruptionBudget")},
              {"metadata", metadata(request, segment)},
              {"spec", map({{"maxUnavailable", number(1)},
                            {"selector", map({{"matchLabels", segment_labels(request, segment)}})}})}});
}

}  // namespace streams::runtime::manifests
