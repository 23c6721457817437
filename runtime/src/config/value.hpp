#pragma once

#include <optional>
#include <string>

#include "config/document.hpp"
#include "config/key_table.hpp"
#include "config/substitution.hpp"

namespace streams::runtime::config {

/// What a plain scalar is by its text, as YAML 1.2 sees it.
enum class ScalarKind { kNull, kBool, kInteger, kNumber, kText };
ScalarKind scalar_kind(std::string_view text);

/// A scalar after substitution.
struct Scalar {
  std::string text;
  /// As it stands in the file: what errors may show.
  std::string raw;
  /// Written with quotes and without substitution: a text, whatever it looks like.
  bool is_text = false;
  bool replaced = false;
  bool secret = false;
  Place at;
};

/// Writes the scalar into the row's slot. The answer is empty, or what is wrong with the value: a clause that
/// follows the name of the key.
std::string store_scalar(const KeyRow& row, const Scalar& scalar, const Slot& slot);

/// What the row takes: "a whole number from 1 up, or a mapping (key: value)".
std::string forms_text(const KeyRow& row);
/// "must be true or false, not a list": the value has none of the row's forms.
std::string wrong_form(const KeyRow& row, std::string_view found);
/// The same for a scalar, which it shows as it stands in the file.
std::string wrong_scalar(const KeyRow& row, const Scalar& scalar);

/// A mapping of timedelta's arguments to numbers; the answer as above. Substitution is done by the caller.
std::string store_timedelta(const KeyRow& row, const std::vector<std::pair<std::string, Scalar>>& parts,
                            const Slot& slot);

/// The arguments that such a mapping takes.
std::vector<std::string_view> timedelta_parts();

/// Whether a client property is a password by its name.
bool is_secret_name(std::string_view name);

}  // namespace streams::runtime::config
