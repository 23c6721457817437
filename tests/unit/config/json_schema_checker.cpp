#include "unit/config/json_schema_checker.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

namespace {

bool is_text(const YAML::Node& value) {
  static const std::regex other(
      "~?|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)"
      "?");
  return value.IsScalar() && (value.Tag() == "!" || !std::regex_match(value.Scalar(), other));
}

bool matches(const YAML::Node& value, const char* expression) {
  return value.IsScalar() && value.Tag() != "!" && std::regex_match(value.Scalar(), std::regex(expression));
}

bool has_type(const YAML::Node& value, const std::string& type) {
  if (type == "object") return value.IsMap();
  if (type == "array") return value.IsSequence();
  if (type == "null") return value.IsNull();
  if (type == "string") return is_text(value);
  if (type == "boolean") return matches(value, "true|True|TRUE|false|False|FALSE");
  if (type == "integer") return matches(value, "[-+]?[0-9]+");
  if (type == "number") return matches(value, "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  throw std::logic_error("unknown type " + type);
}

bool contains(const YAML::Node& list, const std::string& word) {
  return std::any_of(list.begin(), list.end(), [&](const YAML::Node& each) { return each.Scalar() == word; });
}

}  // namespace

std::vector<std::string> JsonSchemaChecker::check(const std::string& yaml) const {
  std::vector<std::string> faults;
  accepts(root_, YAML::Load(yaml), "", faults);
  return faults;
}

bool JsonSchemaChecker::accepts(const YAML::Node& schema, const YAML::Node& value, const std::string& at,
                                std::vector<std::string>& faults) const {
  if (schema.IsScalar()) {
    if (schema.Scalar() == "false") faults.push_back(at + " must not be there");
    return schema.Scalar() != "false";
  }
  bool good = true;
  for (const auto& keyword : schema) {
    if (holds(keyword.first.Scalar(), keyword.second, schema, value, at, faults)) continue;
    good = false;
    if (faults.empty()) faults.push_back(at + ": " + keyword.first.Scalar());
  }
  return good;
}

bool JsonSchemaChecker::holds(const std::string& keyword, const YAML::Node& argument,
                              const YAML::Node& schema, const YAML::Node& value, const std::string& at,
                              std::vector<std::string>& faults) const {
  static const std::set<std::string> silent{"$schema", "$comment",    "title", "description",
                                            "default", "definitions", "then"};
  if (silent.contains(keyword)) return true;
  std::vector<std::string> ignored;
  if (keyword == "$ref") {
    const std::string name = argument.Scalar().substr(std::string("#/definitions/").size());
    return accepts(root_["definitions"][name], value, at, faults);
  }
  if (keyword == "type") {
    if (argument.IsScalar()) return has_type(value, argument.Scalar());
    return std::any_of(argument.begin(), argument.end(),
                       [&](const YAML::Node& type) { return has_type(value, type.Scalar()); });
  }
  if (keyword == "enum") return is_text(value) && contains(argument, value.Scalar());
  if (keyword == "const") return is_text(value) && value.Scalar() == argument.Scalar();
  if (keyword == "pattern")
    return !is_text(value) || std::regex_search(value.Scalar(), std::regex(argument.Scalar()));
  if (keyword == "minLength") return !is_text(value) || value.Scalar().size() >= argument.as<std::size_t>();
  if (keyword == "minimum") return !has_type(value, "number") || value.as<double>() >= argument.as<double>();
  if (keyword == "maximum") return !has_type(value, "number") || value.as<double>() <= argument.as<double>();
  if (keyword == "minItems") return !value.IsSequence() || value.size() >= argument.as<std::size_t>();
  if (keyword == "minProperties") return !value.IsMap() || value.size() >= argument.as<std::size_t>();
  if (keyword == "maxProperties") return !value.IsMap() || value.size() <= argument.as<std::size_t>();
  if (keyword == "required") {
    return !value.IsMap() || std::all_of(argument.begin(), argument.end(), [&](const YAML::Node& key) {
      return value[key.Scalar()].IsDefined();
    });
  }
  if (keyword == "anyOf") {
    return std::any_of(argument.begin(), argument.end(), [&](const YAML::Node& one) {
      std::vector<std::string> own;
      return accepts(one, value, at, own);
    });
  }
  if (keyword == "allOf") {
    return std::all_of(argument.begin(), argument.end(),
                       [&](const YAML::Node& one) { return accepts(one, value, at, faults); });
  }
  if (keyword == "if")
    return !accepts(argument, value, at, ignored) || accepts(schema["then"], value, at, faults);
  if (keyword == "items") {
    return !value.IsSequence() || std::all_of(value.begin(), value.end(), [&](const YAML::Node& item) {
      return accepts(argument, item, at + "[]", faults);
    });
  }
  if (keyword == "properties") {
    if (!value.IsMap()) return true;
    bool good = true;
    for (const auto& member : value) {
      const YAML::Node own = argument[member.first.Scalar()];
      if (own.IsDefined() && !accepts(own, member.second, at + "." + member.first.Scalar(), faults))
        good = false;
    }
    return good;
  }
  if (keyword == "additionalProperties") {
    if (!value.IsMap()) return true;
    bool good = true;
    for (const auto& member : value) {
      const std::string key = member.first.Scalar();
      if (schema["properties"].IsDefined() && schema["properties"][key].IsDefined()) continue;
      if (!accepts(argument, member.second, at + "." + key, faults)) good = false;
    }
    return good;
  }
  throw std::logic_error("unknown keyword " + keyword);
}
