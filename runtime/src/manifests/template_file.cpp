#include "manifests/template_file.hpp"

#include <fmt/format.h>

#include <optional>

#include "config/document.hpp"
#include "config/faults.hpp"

namespace streams::runtime::manifests {

Template read_template(const std::string& path, const Environment& environment) {
  const std::optional<std::string> content = environment.read_file(path);
  if (!content) {
    throw ConfigError(
        {{path, 0, 0, fmt::format("{}: cannot be read; check the path and its permissions", path)}});
  }
  config::Faults faults(path);
  Template read{path, config::read_document(*content, faults)};
  if (faults.empty() && (read.tree.kind == Node::Kind::kScalar || read.tree.kind == Node::Kind::kList))
    faults.add(read.tree.at, "a template is a mapping of keys, as in a manifest");
  faults.throw_if_any();
  return read;
}

}  // namespace streams::runtime::manifests
