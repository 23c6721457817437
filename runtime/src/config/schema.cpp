#include "config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "config/key_table.hpp"
#include "config/value.hpp"

namespace streams::runtime::config {
namespace {

/// A JSON value under construction; objects keep the order in which their members came.
class Json {
 public:
  static Json raw(std::string text) { return Json(std::move(text)); }
  static Json text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return Json(quoted + '"');
  }
  static Json number(double value) {
    return Json(value == static_cast<double>(static_cast<std::int64_t>(value))
                    ? fmt::format("{}", static_cast<std::int64_t>(value))
                    : fmt::format("{}", value));
  }
  static Json object() { return Json(true); }
  static Json array() { return Json(false); }
  static Json texts(const std::vector<std::string_view>& all) {
    Json list = array();
    for (const auto& each : all) list.add(text(each));
    return list;
  }

  Json& set(std::string_view key, Json value) {
    members_.emplace_back(std::string(key), std::move(value));
    return *this;
  }
  Json& add(Json value) { return set("", std::move(value)); }
  /// The other object's members after these.
  Json& extend(Json other) {
    for (auto& member : other.members_) members_.push_back(std::move(member));
    return *this;
  }
  bool empty() const { return members_.empty(); }

  std::string print(std::size_t depth = 0) const {
    if (kind_ == Kind::kRaw) return raw_;
    const bool is_object = kind_ == Kind::kObject;
    if (members_.empty()) return is_object ? "{}" : "[]";
    std::string body;
    for (const auto& [key, value] : members_) {
      if (!body.empty()) body += ',';
      body += fmt::format("\n{:{}}", "", 2 * (depth + 1));
      if (is_object) body += text(key).raw_ + ": ";
      body += value.print(depth + 1);
    }
    body += fmt::format("\n{:{}}", "", 2 * depth);
    return is_object ? "{" + body + "}" : "[" + body + "]";
  }

 private:
  enum class Kind { kRaw, kObject, kArray };
  explicit Json(std::string raw) : kind_(Kind::kRaw), raw_(std::move(raw)) {}
  explicit Json(bool is_object) : kind_(is_object ? Kind::kObject : Kind::kArray) {}

  Kind kind_;
  std::string raw_;
  std::vector<std::pair<std::string, Json>> members_;
};

Json typed(std::string_view type) {
  return std::move(Json::object().set("type", Json::text(type)));
}

Json reference(std::string_view name) {
  return std::move(Json::object().set("$ref", Json::text(fmt::format("#/definitions/{}", name))));
}

Json bounded(std::string_view type, double minimum, double maximum) {
  Json schema = typed(type);
  schema.set("minimum", Json::number(minimum));
  if (maximum < 4294967295.0) schema.set("maximum", Json::number(maximum));
  return schema;
}

Json mapping_schema(const std::string& path);

Json closed_object(Json properties) {
  Json schema = typed("object");
  schema.set("properties", std::move(properties));
  schema.set("additionalProperties", Json::raw("false"));
  return schema;
}

Json timedelta_schema() {
  Json parts = Json::object();
  for (const std::string_view part : timedelta_parts()) parts.set(part, reference("number"));
  Json schema = closed_object(std::move(parts));
  schema.set("minProperties", Json::raw("1"));
  return schema;
}

Json value_schema(const KeyRow& row) {
  const auto has = [&row](unsigned forms) { return (row.forms & forms) != 0; };
  Json any = Json::array();
  if (has(kBool)) any.add(reference("boolean"));
  if (has(kInteger)) any.add(bounded("integer", row.minimum, row.maximum));
  if (has(kNumber)) any.add(bounded("number", row.minimum, row.maximum));
  if (has(kText)) any.add(reference("text"));
  if (has(kChoice)) any.add(std::move(Json::object().set("enum", Json::texts(words_of(row.choices)))));
  if (has(kDuration)) {
    any.add(reference("duration"));
    if (row.plain_unit != 0) any.add(bounded("number", row.minimum, 4294967295.0));
  }
  if (has(kSize)) {
    any.add(reference("size"));
    any.add(bounded("integer", row.minimum, 4294967295.0));
  }
  if (has(kTimedelta)) any.add(timedelta_schema());
  if (has(kTextList)) {
    any.add(reference("text"));
    Json list = typed("array");
    list.set("items", reference("text")).set("minItems", Json::raw("1"));
    any.add(std::move(list));
  }
  if (has(kParams)) any.add(reference("params"));
  if (has(kOpenParams | kOpen)) any.add(typed("object"));
  if (has(kMapping)) any.add(mapping_schema(inner_path(row)));
  if (has(kEntries)) {
    Json list = typed("array");
    list.set("items", mapping_schema(inner_path(row))).set("minItems", Json::raw("1"));
    any.add(std::move(list));
  }
  if (has(kBool | kInteger | kNumber | kChoice | kDuration | kSize)) any.add(reference("substitution"));
  if (row.nullable) any.add(typed("null"));

  Json schema = Json::object();
  schema.set("description", Json::text(fmt::format("{}. Takes {}.", row.effect, forms_text(row))));
  if (!row.default_text.empty()) {
    const bool is_plain = scalar_kind(row.default_text) != ScalarKind::kText;
    schema.set("default", is_plain ? Json::raw(std::string(row.default_text)) : Json::text(row.default_text));
  }
  schema.set("anyOf", std::move(any));
  return schema;
}

/// `only_with`: which siblings a word of the selecting key demands, and which it excludes.
Json conditions(const std::vector<const KeyRow*>& rows, const std::string& path) {
  std::map<std::string_view, std::vector<const KeyRow*>> by_selector;
  for (const KeyRow* row : rows) {
    if (!row->only_with.empty()) by_selector[condition_of(*row).first].push_back(row);
  }
  Json all = Json::array();
  for (const auto& [selector, dependants] : by_selector) {
    for (const std::string_view word : words_of(find_row(path, selector)->choices)) {
      Json required = Json::array();
      Json excluded = Json::object();
      std::map<std::string_view, std::vector<std::string_view>> replaceable;
      for (const KeyRow* row : dependants) {
        const auto words = condition_of(*row).second;
        if (std::find(words.begin(), words.end(), word) == words.end()) {
          excluded.set(key_of(*row), Json::raw("false"));
        } else if (row->required && !row->instead.empty()) {
          replaceable[row->instead].push_back(key_of(*row));
        } else if (row->required) {
          required.add(Json::text(key_of(*row)));
        }
      }
      Json constant = Json::object();
      constant.set("const", Json::text(word));
      Json properties = Json::object();
      properties.set(selector, std::move(constant));
      Json condition = Json::object();
      condition.set("properties", std::move(properties));
      Json then = Json::object();
      if (!required.empty()) then.set("required", std::move(required));
      if (!excluded.empty()) then.set("properties", std::move(excluded));
      for (const auto& [instead, keys] : replaceable) {
        Json either = Json::array();
        either.add(std::move(Json::object().set("required", Json::texts(keys))));
        either.add(std::move(Json::object().set("required", Json::texts({instead}))));
        then.set("anyOf", std::move(either));
      }
      Json rule = Json::object();
      rule.set("if", std::move(condition)).set("then", std::move(then));
      all.add(std::move(rule));
    }
  }
  return all;
}

Json mapping_schema(const std::string& path) {
  const auto rows = children_of(path);
  Json properties = Json::object();
  Json required = Json::array();
  Json others = Json::raw("false");
  for (const KeyRow* row : rows) {
    if (key_of(*row).starts_with('<')) {
      others = value_schema(*row);
      continue;
    }
    properties.set(key_of(*row), value_schema(*row));
    if (row->required && row->only_with.empty()) required.add(Json::text(key_of(*row)));
  }
  Json schema = typed("object");
  if (!properties.empty()) schema.set("properties", std::move(properties));
  schema.set("additionalProperties", std::move(others));
  if (!required.empty()) schema.set("required", std::move(required));
  Json rules = conditions(rows, path);
  if (!rules.empty()) schema.set("allOf", std::move(rules));
  for (const KeyRow& row : key_table()) {
    if (!row.exactly_one_key || inner_path(row) != path) continue;
    schema.set("minProperties", Json::raw("1")).set("maxProperties", Json::raw("1"));
  }
  return schema;
}

Json pattern(std::string_view expression) {
  Json schema = typed("string");
  schema.set("pattern", Json::text(expression));
  return schema;
}

Json definitions() {
  constexpr std::string_view kNumberPattern = "([0-9]+\\.?[0-9]*|\\.[0-9]+) *";
  Json all = Json::object();
  all.set("substitution",
          std::move(pattern("(^|[^$])\\$\\{")
                        .set("description", Json::text("${envvar:NAME}, ${NAME:default} or ${file:PATH}"))));
  all.set("text", std::move(typed("string").set("minLength", Json::raw("1"))));
  Json booleans = Json::array();
  booleans.add(typed("boolean"));
  booleans.add(std::move(Json::object().set(
      "enum", Json::texts({"yes", "Yes", "YES", "on", "On", "ON", "no", "No", "NO", "off", "Off", "OFF"}))));
  all.set("boolean", std::move(Json::object().set("anyOf", std::move(booleans))));
  Json numbers = Json::array();
  numbers.add(typed("number")).add(reference("substitution"));
  all.set("number", std::move(Json::object().set("anyOf", std::move(numbers))));
  all.set("duration", pattern(fmt::format("^{}(d|h|m|s|ms|us)$", kNumberPattern)));
  all.set("size", pattern(fmt::format("^{}(B|kB|KB|MB|GB|KiB|MiB|GiB)$", kNumberPattern)));
  Json scalar = Json::object();
  scalar.set("type", Json::texts({"string", "number", "boolean"}));
  Json params = typed("object");
  params.set("additionalProperties", std::move(scalar));
  all.set("params", std::move(params));
  return all;
}

}  // namespace

std::string json_schema() {
  Json schema = Json::object();
  schema.set("$schema", Json::text("http://json-schema.org/draft-07/schema#"));
  schema.set("title", Json::text("Streams deployment configuration"));
  schema.set(
      "$comment",
      Json::text("Generated from the table of keys in runtime/src/config/key_table.cpp; do not edit."));
  schema.set("definitions", definitions());
  schema.extend(mapping_schema(""));
  return schema.print() + "\n";
}

}  // namespace streams::runtime::config
