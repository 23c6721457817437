#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>

namespace streams::tests {

/// The deployment file of an example, fitted to a test. All steps are those of its first segment.
class Deployment {
 public:
  /// Reads `deployment_config/EXAMPLE.yaml` and makes its application's path absolute.
  explicit Deployment(const std::string& example);

  /// The source file of another pipeline, whose steps have the example's names.
  void set_application(const std::string& file) { root_["pipeline"]["application"] = file; }

  /// Every step that names brokers gets these.
  void set_brokers(const std::string& bootstrap);
  template <class Value>
  void set_step(const std::string& step, const std::string& key, const Value& value) {
    root_["pipeline"]["segments"][0]["steps_config"][step][key] = value;
  }
  template <class Value>
  void set_pipeline(const std::string& key, const Value& value) {
    root_["pipeline"][key] = value;
  }
  template <class Value>
  void set_adapter(const std::string& adapter, const std::string& key, const Value& value) {
    root_["pipeline"]["adapter_config"][adapter][key] = value;
  }

  /// The topic of a source's dead letter queue.
  void set_dead_letters(const std::string& source, const std::string& topic);

  /// Adds keys of the kafka adapter, written as a YAML mapping.
  void set_kafka(const std::string& yaml);

  std::string text() const;
  /// Writes it and returns the file's path.
  std::string write(const std::filesystem::path& file) const;

 private:
  YAML::Node root_;
};

}  // namespace streams::tests
