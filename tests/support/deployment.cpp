#include "support/deployment.hpp"

#include <fstream>
#include <stdexcept>

namespace streams::tests {

Deployment::Deployment(const std::string& example) {
  const std::filesystem::path folder = std::filesystem::path(STREAMS_SOURCE_DIR) / "deployment_config";
  root_ = YAML::LoadFile((folder / (example + ".yaml")).string());
  YAML::Node application = root_["pipeline"]["application"];
  application = (folder / application.as<std::string>()).lexically_normal().string();
}

void Deployment::set_brokers(const std::string& bootstrap) {
  for (auto step : root_["pipeline"]["segments"][0]["steps_config"]) {
    YAML::Node servers = step.second["bootstrap_servers"];
    if (servers.IsDefined()) servers = std::vector<std::string>{bootstrap};
    YAML::Node queue = step.second["dlq"];
    if (queue.IsDefined()) queue["bootstrap_servers"] = std::vector<std::string>{bootstrap};
  }
}

void Deployment::set_kafka(const std::string& yaml) {
  for (const auto& entry : YAML::Load(yaml))
    set_adapter("kafka", entry.first.as<std::string>(), entry.second);
}

void Deployment::set_dead_letters(const std::string& source, const std::string& topic) {
  root_["pipeline"]["segments"][0]["steps_config"][source]["dlq"]["topic"] = topic;
}

std::string Deployment::text() const {
  return YAML::Dump(root_);
}

std::string Deployment::write(const std::filesystem::path& file) const {
  std::ofstream out(file);
  out << root_ << "\n";
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  return file.string();
}

}  // namespace streams::tests
