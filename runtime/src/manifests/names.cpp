#include "manifests/names.hpp"

#include <fmt/format.h>

namespace streams::runtime::manifests {
namespace {

void strip_end(std::string& label) {
  while (label.ends_with('-')) label.pop_back();
}

}  // namespace

std::string dns_label(std::string_view text) {
  std::string label;
  for (char letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (letter == '.' || letter == '_') letter = '-';
    const bool taken = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
    if (taken && !(letter == '-' && label.empty())) label += letter;
  }
  strip_end(label);
  return label;
}

std::string cut_label(std::string label) {
  if (label.size() > kLongestLabel) label.resize(kLongestLabel);
  strip_end(label);
  return label;
}

std::string object_name(std::string_view service, std::string_view pipeline, std::size_t segment) {
  return fmt::format("{}-pipeline-{}-{}", service, pipeline, segment);
}

}  // namespace streams::runtime::manifests
