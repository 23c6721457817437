#include "manifests/render.hpp"

#include <utility>

#include "manifests/advice.hpp"
#include "manifests/config_map.hpp"
#include "manifests/deployment.hpp"
#include "manifests/disruption_budget.hpp"
#include "manifests/service.hpp"
#include "manifests/yaml_text.hpp"

namespace streams::runtime::manifests {
namespace {

void throw_if_any(const TemplateFaults& faults) {
  std::vector<ConfigFault> all;
  for (const config::Faults* of_file : {&faults.deployment, &faults.container, &faults.patch}) {
    try {
      config::Faults copy = *of_file;
      copy.throw_if_any();
    } catch (const ConfigError& error) {
      all.insert(all.end(), error.faults().begin(), error.faults().end());
    }
  }
  if (!all.empty()) throw ConfigError(std::move(all));
}

}  // namespace

Rendered render(const Request& request, const Outside& outside) {
  TemplateFaults faults{config::Faults(request.deployment_template.file),
                        config::Faults(request.container_template.file), config::Faults(request.patch.file)};
  Rendered rendered;
  std::vector<Node> documents;
  for (std::size_t segment = 0; segment < request.config.pipeline.segments.size(); ++segment) {
    if (request.segment.value_or(segment) != segment) continue;
    std::vector<Node> made = deployments(request, segment, faults);
    throw_if_any(faults);
    if (documents.empty()) rendered.warnings = advice(request, outside, made.front());
    documents.push_back(config_map(request, segment));
    for (Node& deployment : made) documents.push_back(std::move(deployment));
    documents.push_back(service(request, segment));
    documents.push_back(disruption_budget(request, segment));
  }
  for (Node& document : documents) drop_nothing(document);
  rendered.yaml = yaml_text(documents);
  return rendered;
}

}  // namespace streams::runtime::manifests
