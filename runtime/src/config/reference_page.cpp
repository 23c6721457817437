#include "config/reference_page.hpp"

#include <fmt/format.h>

#include <string_view>

#include "config/key_table.hpp"
#include "config/value.hpp"

namespace streams::runtime::config {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Generated from the table of keys in runtime/src/config/key_table.cpp; do not edit. -->

One YAML file says how a pipeline is deployed: brokers, topics, threads, what happens on errors. The code says what
the pipeline does. The names of the steps are the link between both. The smallest file:

```yaml
pipeline:
  segments:
    - steps_config:
        myinput: {bootstrap_servers: ["127.0.0.1:9092"]}
        mysink: {bootstrap_servers: ["127.0.0.1:9092"]}
```

A value in the file wins over the same option in the code, and that wins over the default.
`streams-runner validate --config FILE` checks a file without a network.
`deployment_config/schema.json` tells editors the same: put
`# yaml-language-server: $schema=schema.json` in the first line of a file in that folder.

## How the file is read

- **Strict.** Unknown keys, wrong types and contradictions are errors. All of them are shown at once, each as
  `file:line:column: text`. Nothing starts while there is one.
- **Nothing is ignored silently.** A key that is accepted and has no meaning here gives one warning.
- **Substitution**, in every value, also in a part of one and several times, before the value gets its type
  (`port: "${envvar:PORT}"` is a number):

  | form | gives |
  |---|---|
  | `${envvar:NAME}` | the environment variable; an error when it is not set |
  | `${NAME:default}` | the environment variable, or the default when it is not set |
  | `${file:PATH}` | the content of the file without the line end; it counts as a secret and is never shown. A relative path starts at the folder of the configuration file |
  | `$${` | the two characters `${` |

  `${NAME:-default}`, the form of the shell, is refused. Keys are not substituted.
- **Durations** have a unit: `100us`, `500ms`, `5s`, `1.5s`, `1m`, `2h`, `1d`. Keys with the unit in their name
  (`..._ms`, `..._sec`) take a plain number as well.
- **Sizes**: `64MiB`, `10KiB`, `1GiB` (powers of 1024), `64MB`, `10kB` (powers of 1000), or plain bytes.
- **Booleans**: `true` and `false`; `yes`, `no`, `on` and `off` are understood.
- **Texts** that look like a number, a boolean or null need quotes: `topic: "2024"`.
- **Empty values** (`key:` or `key: null`) are errors, except where the table says that null is ignored.
- Anchors, aliases and merge keys (`&a`, `*a`, `<<: *a`) work. Duplicate keys, tabs in the indentation, tags and a
  second document are errors.
- Files of Sentry Streams are accepted as they are.
)";

struct Section {
  std::string_view title;
  std::string_view parent;
  std::string_view text;
};

constexpr Section kSections[] = {
    {"The file", "", ""},
    {"`metrics`", "metrics", ""},
    {"`pipeline`", "pipeline", ""},
    {"`pipeline.adapter_config`", "pipeline.adapter_config",
     "The settings of all adapters may stand side by side; the one that runs the pipeline reads its own."},
    {"`pipeline.segments[]`", "pipeline.segments[]", "One entry for each part that is deployed by itself."},
    {"`pipeline.segments[].steps_config.<step>`", "pipeline.segments[].steps_config.<step>",
     "Which keys a step takes depends on its kind; a key without meaning for it is an error that names "
     "both."},
};

bool is_section(std::string_view path) {
  for (const Section& section : kSections) {
    if (section.parent == path) return true;
  }
  return false;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    if (c == '<') {
      result += "&lt;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string line(const KeyRow& row, std::string_view key) {
  std::string value = forms_text(row);
  if (row.nullable) value += "; null is ignored";
  std::string fallback = row.default_text.empty() ? "" : fmt::format("`{}`", row.default_text);
  if (row.required)
    fallback = row.only_with.empty() ? "required" : fmt::format("required with `{}`", row.only_with);
  if (!row.instead.empty()) fallback += fmt::format(", or `{}` in its place", row.instead);
  std::string effect(row.effect);
  if (!row.only_with.empty() && !row.required) effect += fmt::format(" (only with `{}`)", row.only_with);
  return fmt::format("| `{}` | {} | {} | {} |\n", key, escaped(value), escaped(fallback), escaped(effect));
}

void lines_below(std::string_view parent, const std::string& prefix, std::string& page) {
  for (const KeyRow* row : children_of(parent)) {
    const std::string key = prefix + std::string(key_of(*row));
    page += line(*row, key);
    const std::string inner = inner_path(*row);
    if (!is_section(inner) && !inner.ends_with("steps_config")) lines_below(inner, key + ".", page);
  }
}

}  // namespace

std::string reference_page() {
  std::string page(kIntroduction);
  for (const Section& section : kSections) {
    page += fmt::format("\n## {}\n\n", section.title);
    if (!section.text.empty()) page += fmt::format("{}\n\n", section.text);
    page += "| key | value | default | effect |\n|---|---|---|---|\n";
    lines_below(section.parent, "", page);
  }
  return page;
}

}  // namespace streams::runtime::config
