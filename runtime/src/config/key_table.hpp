#pragma once

#include <streams/runtime/config.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The one table of keys. The loader, the JSON schema, the reference page and the printed form of a
/// configuration are made from it, so that they cannot disagree.
namespace streams::runtime::config {

/// The forms a value may have; a key may allow several.
enum Form : unsigned {
  kBool = 1U << 0,
  kInteger = 1U << 1,
  kNumber = 1U << 2,
  kText = 1U << 3,
  kChoice = 1U << 4,
  kDuration = 1U << 5,     // with a unit; a plain number only where the row has a `plain_unit`
  kSize = 1U << 6,         // with a unit, or plain bytes
  kTimedelta = 1U << 7,    // a mapping such as {seconds: 20}
  kTextList = 1U << 8,     // a list of texts, or one text with commas
  kParams = 1U << 9,       // a mapping of any names to scalars
  kOpenParams = 1U << 10,  // a mapping of any depth, kept flattened
  kOpen = 1U << 11,        // a mapping that is not looked into
  kMapping = 1U << 12,     // a mapping whose keys are rows of this table
  kEntries = 1U << 13,     // a list of such mappings
};

/// A field that holds one of several words, whatever its enum type; the words are in the order of the
/// enumerators.
struct ChoiceSlot {
  void* field;
  void (*write)(void* field, std::size_t index);
  std::optional<std::size_t> (*read)(const void* field);
};

/// The field of the result that a key fills; nothing for a key that fills none.
using Slot =
    std::variant<std::monostate, bool*, std::optional<bool>*, std::uint32_t*, std::optional<std::uint32_t>*,
                 std::uint64_t*, std::optional<std::uint64_t>*, double*, std::optional<double>*, std::string*,
                 std::optional<std::string>*, ConfigDuration*, std::optional<ConfigDuration>*,
                 std::vector<std::string>*, Params*, ChoiceSlot>;

/// What is being filled: the segment and the step are those whose keys are being read.
struct Target {
  DeploymentConfig* config = nullptr;
  SegmentConfig* segment = nullptr;
  StepConfig* step = nullptr;
  /// The key that took the place of `<step>` or `<adapter>` in the path.
  std::string_view placeholder;
  ConfigSource at;
};

struct KeyRow {
  /// From the top; `[]` is any entry of a list, `<step>` and `<adapter>` any name.
  std::string_view path = {};
  unsigned forms = 0;
  /// The field. For a mapping: makes room for its keys, called before them.
  Slot (*slot)(Target&) = nullptr;
  /// As it would be written; empty: the code or the adapter decides, or there is none.
  std::string_view default_text = {};
  /// What a user can observe.
  std::string_view effect = {};
  /// Something valid that differs from the default, in YAML's flow style.
  std::string_view example = {};
  /// The words of kChoice, separated by '|'.
  std::string_view choices = {};
  /// Of a number; of a duration the minimum only, in its plain unit, else in microseconds.
  double minimum = 0;
  double maximum = 4294967295.0;
  /// Microseconds that a plain number counts; 0: a duration must have a unit.
  std::int64_t plain_unit = 0;
  bool required = false;
  bool nullable = false;
  /// Accepted because the original has it; it gives a warning.
  bool without_meaning = false;
  /// A sibling and the words it must have for this key to be allowed: `type=log|datadog`.
  std::string_view only_with = {};
  /// A sibling that makes this key needless, and excludes it.
  std::string_view instead = {};
  /// A relative path, made relative to the folder of the configuration file.
  bool is_path = false;
  /// A path whose file must be readable now.
  bool is_file = false;
  /// Never shown, also not in errors.
  bool is_secret = false;
  /// A mapping that takes one of its keys and no second one.
  bool exactly_one_key = false;
};

std::span<const KeyRow> key_table();

/// The rows directly below `parent` (empty: the top), by the order of the table.
std::vector<const KeyRow*> children_of(std::string_view parent);
/// The row of `parent.key`, or the placeholder row below `parent`, or null.
const KeyRow* find_row(std::string_view parent, std::string_view key);
/// The last part of the path.
std::string_view key_of(const KeyRow& row);
/// Where the keys of a row's mapping, or of its list's entries, stand.
std::string inner_path(const KeyRow& row);
/// Both parts of `only_with`.
std::pair<std::string_view, std::vector<std::string_view>> condition_of(const KeyRow& row);
/// `a|b|c` in parts.
std::vector<std::string_view> words_of(std::string_view choices);

}  // namespace streams::runtime::config
