#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

/// Checks a YAML value against a JSON Schema, as editors do: the part of draft-07 that our schema is written
/// in. An unknown keyword is a failure of its own, so that the schema cannot say more than is checked.
class JsonSchemaChecker {
 public:
  explicit JsonSchemaChecker(const std::string& schema) : root_(YAML::Load(schema)) {}

  /// What the schema has against the text; empty: nothing.
  std::vector<std::string> check(const std::string& yaml) const;

 private:
  bool accepts(const YAML::Node& schema, const YAML::Node& value, const std::string& at,
               std::vector<std::string>& faults) const;
  bool holds(const std::string& keyword, const YAML::Node& argument, const YAML::Node& schema,
             const YAML::Node& value, const std::string& at, std::vector<std::string>& faults) const;

  YAML::Node root_;
};
