#include <fmt/format.h>
#include <streams/runtime/config.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "config/contradictions.hpp"
#include "config/document.hpp"
#include "config/faults.hpp"
#include "config/key_table.hpp"
#include "config/nearest.hpp"
#include "config/substitution.hpp"
#include "config/value.hpp"

namespace streams::runtime {
namespace {

using namespace config;

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a mapping";
    default:
      return "nothing";
  }
}

/// Names of the original, of its code or of Kafka that stand where one of our keys was meant.
std::string_view meant_by(std::string_view key) {
  struct Habit {
    std::string_view key;
    std::string_view meant;
  };
  static constexpr Habit kHabits[] = {
      {"group_id", "consumer_group"},       {"group.id", "consumer_group"}, {"brokers", "bootstrap_servers"},
      {"servers", "bootstrap_servers"},     {"stream_name", "topic"},       {"dlq_stream_name", "dlq.topic"},
      {"offset_reset", "auto_offset_reset"}};
  for (const Habit& habit : kHabits) {
    if (habit.key == key) return habit.meant;
  }
  return {};
}

/// Walks the document beside the table and fills the configuration.
class Loader {
 public:
  Loader(DeploymentConfig& config, const Environment& environment, Faults& faults)
      : config_(config), environment_(environment), faults_(faults) {
    target_.config = &config;
  }

  void load(const Node& root) { read_mapping("", root, root.at, ""); }

 private:
  struct Meaningless {
    Place at;
    std::string_view effect;
    std::vector<std::string> labels;
  };

  /// How errors name a key: by its step, or by its whole path.
  std::string label(std::string_view shown) const {
    if (target_.step == nullptr) return fmt::format("'{}'", shown);
    return fmt::format("'{}' of step '{}'", shown, target_.step->name);
  }

  /// The same where the key may be a step's name.
  std::string subject(const KeyRow& row, std::string_view key, std::string_view shown) const {
    return row.path.ends_with("<step>") ? fmt::format("step '{}'", key) : label(shown);
  }

  std::string place_of(std::string_view shown) const {
    if (target_.step == nullptr) return shown.empty() ? "at the top" : fmt::format("in '{}'", shown);
    if (shown.empty()) return fmt::format("in step '{}'", target_.step->name);
    return fmt::format("in '{}' of step '{}'", shown, target_.step->name);
  }

  void read_mapping(const std::string& path, const Node& map, Place at, const std::string& shown) {
    std::vector<Meaningless> meaningless;
    std::vector<std::string> misspelt;
    for (const Entry& entry : map.entries) {
      const KeyRow* row = find_row(path, entry.key);
      if (row == nullptr || is_misspelt_adapter(*row, entry.key)) {
        faults_.add(entry.at, unknown_key(path, entry.key, shown));
        misspelt.push_back(nearest_sibling(path, entry.key));
        continue;
      }
      const bool is_step = row->path.ends_with("<step>");
      const std::string inner = is_step         ? ""
                                : shown.empty() ? entry.key
                                                : fmt::format("{}.{}", shown, entry.key);
      if (!is_step) note(inner, entry.at);
      if (row->without_meaning && !inside_meaningless_) add_meaningless(meaningless, *row, entry, inner);
      check_siblings(*row, map, entry, inner);
      read_entry(*row, entry, inner);
    }
    for (const Meaningless& group : meaningless) warn(group);
    check_required(path, map, at, shown, misspelt);
  }

  void note(const std::string& shown, Place at) {
    KeyPlaces& places = target_.step != nullptr ? target_.step->keys : config_.keys;
    places.all.push_back({shown, faults_.source(at)});
  }

  void add_meaningless(std::vector<Meaningless>& groups, const KeyRow& row, const Entry& entry,
                       const std::string& shown) {
    if (row.forms == kOpen && entry.value.entries.empty()) return;
    for (Meaningless& group : groups) {
      if (group.effect != row.effect) continue;
      group.labels.push_back(label(shown));
      return;
    }
    groups.push_back({entry.at, row.effect, {label(shown)}});
  }

  void warn(const Meaningless& group) {
    std::string_view reason = group.effect;
    if (reason.starts_with("none: ")) reason.remove_prefix(6);
    config_.warnings.push_back(
        to_text(ConfigFault{faults_.file(), group.at.line, group.at.column,
                            fmt::format("{} {} no meaning here: {}", fmt::join(group.labels, ", "),
                                        group.labels.size() == 1 ? "has" : "have", reason)}));
  }

  /// Another adapter's settings are accepted, but not those of one that is ours but for a letter.
  static bool is_misspelt_adapter(const KeyRow& row, std::string_view key) {
    return row.path.ends_with("<adapter>") && !nearest_sibling("pipeline.adapter_config", key).empty();
  }

  static std::string nearest_sibling(std::string_view path, std::string_view key) {
    std::vector<std::string_view> names;
    for (const KeyRow* row : children_of(path)) {
      if (!key_of(*row).starts_with('<')) names.push_back(key_of(*row));
    }
    return nearest(key, names);
  }

  std::string unknown_key(std::string_view path, std::string_view key, std::string_view shown) const {
    const std::string text = fmt::format("unknown key '{}' {}", key, place_of(shown));
    if (target_.step != nullptr && shown.empty()) {
      if (const auto meant = meant_by(key); !meant.empty()) return fmt::format("{}; use '{}'", text, meant);
      if (key == "header_filter") return fmt::format("{}; it is set in the code, on the source", text);
    }
    if (const std::string near = nearest_sibling(path, key); !near.empty()) {
      return fmt::format("{}; did you mean '{}'?", text, near);
    }
    if (target_.step != nullptr && shown.empty() && key.find('.') != std::string_view::npos) {
      return fmt::format("{}; a client property belongs under 'override_params'", text);
    }
    // One further in is more likely meant than one of another section.
    for (const std::string& within : {fmt::format("{}.", path), std::string()}) {
      for (const KeyRow& row : key_table()) {
        if (key_of(row) == key && !row.path.ends_with('>') && row.path.starts_with(within))
          return fmt::format("{}; it belongs at {}", text, row.path);
      }
    }
    std::vector<std::string_view> names;
    for (const KeyRow* row : children_of(path)) names.push_back(key_of(*row));
    if (names.size() > 12) return fmt::format("{}; docs/configuration.md lists the keys", text);
    return fmt::format("{}; the keys there are {}", text, fmt::join(names, ", "));
  }

  void check_siblings(const KeyRow& row, const Node& map, const Entry& entry, const std::string& shown) {
    if (!row.instead.empty() && map.find(row.instead) != nullptr) {
      faults_.add(entry.at, fmt::format("{} has no effect beside '{}'; remove one of the two", label(shown),
                                        row.instead));
    }
    const auto [key, words] = condition_of(row);
    if (words.empty()) return;
    const auto value = sibling_word(map, key);
    if (!value || contains(words, *value)) return;
    const KeyRow* other = find_row(row.path.substr(0, row.path.rfind('.')), key);
    // A word that is none of the choices has its own fault.
    if (other == nullptr || !contains(words_of(other->choices), *value)) return;
    faults_.add(entry.at, fmt::format("{} has no effect with '{}: {}'; it goes with {}", label(shown), key,
                                      *value, fmt::join(words, ", ")));
  }

  static bool contains(const std::vector<std::string_view>& words, std::string_view word) {
    for (const auto& each : words) {
      if (each == word) return true;
    }
    return false;
  }

  /// What a scalar sibling says, its substitution done; faults of that are said where it is read itself.
  std::optional<std::string> sibling_word(const Node& map, std::string_view key) const {
    const Entry* entry = map.find(key);
    if (entry == nullptr || entry->value.kind != Node::Kind::kScalar) return std::nullopt;
    Faults ignored(faults_.file());
    return substitute(entry->value.text, entry->value.at, environment_, ignored).text;
  }

  void check_required(const std::string& path, const Node& map, Place at, const std::string& shown,
                      const std::vector<std::string>& misspelt) {
    for (const KeyRow* row : children_of(path)) {
      if (!row->required || map.find(key_of(*row)) != nullptr) continue;
      if (!row->instead.empty() && map.find(row->instead) != nullptr) continue;
      // One mistake, one fault: it is there under another name.
      if (std::find(misspelt.begin(), misspelt.end(), key_of(*row)) != misspelt.end()) continue;
      const auto [key, words] = condition_of(*row);
      if (!words.empty()) {
        const auto value = sibling_word(map, key);
        if (!value || !contains(words, *value)) continue;
      }
      faults_.add(at, fmt::format("the key '{}' is missing {}; add '{}: {}'", key_of(*row), place_of(shown),
                                  key_of(*row), row->example));
    }
  }

  void read_entry(const KeyRow& row, const Entry& entry, const std::string& shown) {
    const Node& value = entry.value;
    target_.placeholder = entry.key;
    target_.at = faults_.source(entry.at);
    switch (value.kind) {
      case Node::Kind::kNull:
        if (!row.nullable) {
          const bool is_map = (row.forms & (kMapping | kParams | kOpen | kOpenParams)) != 0;
          std::string_view mend =
              is_map ? "write {} for none, or remove the key" : "give one or remove the key";
          if (row.required) mend = "give one";
          faults_.add(entry.at, fmt::format("{} has no value; {}", subject(row, entry.key, shown), mend));
        }
        return;
      case Node::Kind::kScalar:
        read_scalar(row, entry, shown);
        return;
      case Node::Kind::kList:
        if ((row.forms & kEntries) != 0) return read_segments(row, entry, shown);
        if ((row.forms & kTextList) != 0) return read_texts(row, entry, shown);
        break;
      case Node::Kind::kMap:
        if ((row.forms & kMapping) != 0) return read_inner(row, entry, shown);
        if ((row.forms & kParams) != 0) return read_params(entry, shown, row.slot(target_));
        if ((row.forms & kOpenParams) != 0) return flatten(value, "", shown, row.slot(target_));
        if ((row.forms & kTimedelta) != 0) return read_timedelta(row, entry, shown);
        if ((row.forms & kOpen) != 0) return;
        break;
    }
    faults_.add(entry.at,
                fmt::format("{} {}", subject(row, entry.key, shown), wrong_form(row, kind_name(value.kind))));
  }

  Scalar resolve(const Node& node, bool& failed) {
    Faults found(faults_.file());
    Scalar scalar;
    Substituted result = substitute(node.text, node.at, environment_, found);
    failed = faults_.take(found);
    if (result.secret && !failed && !result.text.empty()) config_.secrets.insert(result.text);
    scalar.text = std::move(result.text);
    scalar.raw = node.text;
    scalar.replaced = result.replaced;
    scalar.is_text = node.quoted && !result.replaced;
    scalar.secret = result.secret;
    scalar.at = node.at;
    return scalar;
  }

  void read_scalar(const KeyRow& row, const Entry& entry, const std::string& shown) {
    const Node& node = entry.value;
    bool failed = false;
    Scalar scalar = resolve(node, failed);
    if (failed) return;
    if (row.is_path && !scalar.text.empty()) {
      scalar.text =
          (std::filesystem::path(faults_.file()).parent_path() / scalar.text).lexically_normal().string();
    }
    if (row.is_file && !scalar.text.empty() && !environment_.read_file(scalar.text)) {
      faults_.add(node.at, fmt::format("{}: the file {} cannot be read; check the path and its permissions",
                                       label(shown), scalar.secret ? scalar.raw : scalar.text));
      return;
    }
    if (row.is_secret && !scalar.text.empty()) config_.secrets.insert(scalar.text);
    constexpr unsigned kScalars =
        kBool | kInteger | kNumber | kText | kChoice | kDuration | kSize | kTextList;
    // A mapping's slot makes room for its keys, so it is called for a mapping only.
    const std::string wrong = (row.forms & kScalars) != 0 ? store_scalar(row, scalar, row.slot(target_))
                                                          : wrong_scalar(row, scalar);
    if (!wrong.empty()) faults_.add(node.at, fmt::format("{} {}", subject(row, entry.key, shown), wrong));
  }

  void read_inner(const KeyRow& row, const Entry& entry, const std::string& shown) {
    row.slot(target_);
    const bool was_inside = std::exchange(inside_meaningless_, inside_meaningless_ || row.without_meaning);
    read_mapping(inner_path(row), entry.value, entry.at, shown);
    inside_meaningless_ = was_inside;
    if (row.exactly_one_key && entry.value.entries.size() != 1) {
      std::vector<std::string_view> names;
      for (const KeyRow* child : children_of(inner_path(row))) names.push_back(key_of(*child));
      faults_.add(entry.at, fmt::format("{} takes exactly one of {}", label(shown), fmt::join(names, ", ")));
    }
    if (row.path.ends_with("<step>")) target_.step = nullptr;
  }

  void read_segments(const KeyRow& row, const Entry& entry, const std::string& shown) {
    if (entry.value.items.empty()) {
      faults_.add(entry.at, fmt::format("{} is empty; it needs an entry with 'steps_config'", label(shown)));
    }
    config_.pipeline.segments.reserve(entry.value.items.size());
    for (std::size_t i = 0; i < entry.value.items.size(); ++i) {
      const Node& item = entry.value.items[i];
      const std::string inner = fmt::format("{}[{}]", shown, i);
      if (item.kind != Node::Kind::kMap) {
        faults_.add(item.at,
                    fmt::format("'{}' must be a mapping with 'steps_config', not {}", inner,
                                item.kind == Node::Kind::kScalar ? fmt::format("'{}'", item.text)
                                                                 : std::string(kind_name(item.kind))));
        continue;
      }
      SegmentConfig segment;
      segment.at = faults_.source(item.at);
      config_.pipeline.segments.push_back(std::move(segment));
      target_.segment = &config_.pipeline.segments.back();
      read_mapping(inner_path(row), item, item.at, inner);
    }
    target_.segment = nullptr;
  }

  void read_texts(const KeyRow& row, const Entry& entry, const std::string& shown) {
    if (entry.value.items.empty()) {
      faults_.add(entry.at,
                  fmt::format("{} is empty; give at least one text or remove the key", label(shown)));
      return;
    }
    std::vector<std::string> all;
    for (const Node& item : entry.value.items) {
      if (item.kind != Node::Kind::kScalar) {
        faults_.add(item.kind == Node::Kind::kNull ? entry.at : item.at,
                    fmt::format("{} must be a list of texts, and one of them is {}", label(shown),
                                kind_name(item.kind)));
        continue;
      }
      bool failed = false;
      const Scalar scalar = resolve(item, failed);
      if (failed) continue;
      std::vector<std::string> texts;
      const std::string wrong = store_scalar(row, scalar, Slot(&texts));
      if (!wrong.empty()) faults_.add(item.at, fmt::format("{} {}", label(shown), wrong));
      all.insert(all.end(), texts.begin(), texts.end());
    }
    const Slot slot = row.slot(target_);
    if (auto* const* list = std::get_if<std::vector<std::string>*>(&slot)) **list = std::move(all);
  }

  void read_params(const Entry& entry, const std::string& shown, const Slot& slot) {
    for (const Entry& param : entry.value.entries) {
      note(fmt::format("{}.{}", shown, param.key), param.at);
      read_param(param, param.key, shown, slot);
    }
  }

  void read_param(const Entry& param, const std::string& name, const std::string& shown, const Slot& slot) {
    const Node& value = param.value;
    if (value.kind != Node::Kind::kScalar) {
      faults_.add(param.at, fmt::format("'{}' in {} must be a text, a number or a boolean, not {}", name,
                                        label(shown), kind_name(value.kind)));
      return;
    }
    bool failed = false;
    const Scalar scalar = resolve(value, failed);
    if (failed) return;
    Param result;
    result.name = name;
    result.value = scalar.text;
    if (!scalar.is_text && !scalar.replaced && scalar_kind(scalar.text) == ScalarKind::kBool) {
      result.value = scalar.text.front() == 't' || scalar.text.front() == 'T' ? "true" : "false";
    }
    result.secret = scalar.secret || is_secret_name(name);
    result.at = faults_.source(param.at);
    if (auto* const* params = std::get_if<Params*>(&slot)) (*params)->push_back(std::move(result));
  }

  /// Lists become `name.0`, `name.1`; an empty mapping leaves no trace.
  void flatten(const Node& map, const std::string& prefix, const std::string& shown, const Slot& slot) {
    for (const Entry& entry : map.entries) {
      const std::string name = prefix.empty() ? entry.key : fmt::format("{}.{}", prefix, entry.key);
      if (entry.value.kind == Node::Kind::kMap) {
        flatten(entry.value, name, shown, slot);
      } else if (entry.value.kind == Node::Kind::kList) {
        Node numbered;
        for (std::size_t i = 0; i < entry.value.items.size(); ++i) {
          const Node& item = entry.value.items[i];
          numbered.entries.push_back({std::to_string(i), item.at, item});
        }
        flatten(numbered, name, shown, slot);
      } else {
        read_param(entry, name, shown, slot);
      }
    }
  }

  void read_timedelta(const KeyRow& row, const Entry& entry, const std::string& shown) {
    std::vector<std::pair<std::string, Scalar>> parts;
    for (const Entry& part : entry.value.entries) {
      if (part.value.kind != Node::Kind::kScalar) {
        faults_.add(part.at, fmt::format("{} takes a number of {}, not {}", label(shown), part.key,
                                         kind_name(part.value.kind)));
        return;
      }
      bool failed = false;
      parts.emplace_back(part.key, resolve(part.value, failed));
      if (failed) return;
    }
    const std::string wrong = store_timedelta(row, parts, row.slot(target_));
    if (!wrong.empty()) faults_.add(entry.value.at, fmt::format("{} {}", label(shown), wrong));
  }

  DeploymentConfig& config_;
  const Environment& environment_;
  Faults& faults_;
  Target target_;
  bool inside_meaningless_ = false;
};

}  // namespace

DeploymentConfig parse_config(std::string_view text, const std::string& file,
                              const Environment& environment) {
  DeploymentConfig config;
  config.file = file;
  Faults faults(file);
  const Node root = read_document(text, faults);
  if (root.kind == Node::Kind::kMap) {
    Loader(config, environment, faults).load(root);
    find_contradictions(config, faults);
  } else if (root.kind != Node::Kind::kNull) {
    faults.add(root.at, "the file must be a mapping that begins with a key such as 'pipeline:'");
  } else if (faults.empty()) {
    faults.add({}, "the file is empty; it needs at least 'pipeline:' with 'segments'");
  }
  faults.throw_if_any();
  return config;
}

DeploymentConfig load_config(const std::string& path, const Environment& environment) {
  const auto text = environment.read_file(path);
  if (!text) {
    throw ConfigError({{path, 0, 0, "the file cannot be read; check the path and its permissions"}});
  }
  return parse_config(*text, path, environment);
}

}  // namespace streams::runtime
