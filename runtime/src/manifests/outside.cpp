#include "manifests/outside.hpp"

#include <filesystem>
#include <optional>

#include "config/document.hpp"
#include "config/faults.hpp"

namespace streams::runtime::manifests {
namespace {

void look(std::string_view text, Outside& outside) {
  for (auto begin = text.find("${"); begin != std::string_view::npos; begin = text.find("${", begin + 2)) {
    if (begin > 0 && text[begin - 1] == '$') continue;
    const auto end = text.find('}', begin);
    if (end == std::string_view::npos) return;
    const std::string_view inside = text.substr(begin + 2, end - begin - 2);
    constexpr std::string_view kVariable = "envvar:";
    if (inside.starts_with(kVariable)) outside.variables.emplace(inside.substr(kVariable.size()));
  }
}

void look(const config::Node& node, Outside& outside) {
  look(node.text, outside);
  for (const config::Entry& entry : node.entries) look(entry.value, outside);
  for (const config::Node& item : node.items) look(item, outside);
}

bool is_inside(const std::filesystem::path& path, const std::filesystem::path& folder) {
  return !folder.empty() && !path.lexically_relative(folder).empty() &&
         *path.lexically_relative(folder).begin() != "..";
}

}  // namespace

Outside read_outside(std::string_view text) {
  config::Faults ignored("");
  Outside outside;
  look(config::read_document(text, ignored), outside);
  return outside;
}

Environment rendering_environment(const Environment& real, Outside& outside, const std::string& config_path,
                                  std::string_view pod_folder) {
  Environment environment;
  environment.variable = [real, &outside](const std::string& name) -> std::optional<std::string> {
    if (auto value = real.variable(name)) return value;
    if (outside.variables.contains(name)) return std::string(kPlaceholder);
    return std::nullopt;
  };
  environment.read_file = [real, &outside, config_path, pod = std::filesystem::path(pod_folder)](
                              const std::string& path) -> std::optional<std::string> {
    if (path == config_path) return real.read_file(path);
    const auto folder = std::filesystem::path(config_path).parent_path();
    const std::filesystem::path there =
        std::filesystem::path(path).is_relative() || is_inside(path, folder)
            ? pod / std::filesystem::path(path).lexically_relative(folder.empty() ? "." : folder)
            : std::filesystem::path(path);
    outside.files.insert(there.lexically_normal().string());
    return std::string(kPlaceholder);
  };
  return environment;
}

std::set<std::string> missing_variables(const Environment& real, const Outside& outside) {
  std::set<std::string> missing;
  for (const std::string& name : outside.variables) {
    if (!real.variable(name)) missing.insert(name);
  }
  return missing;
}

}  // namespace streams::runtime::manifests
