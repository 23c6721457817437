#include <streams/error.hpp>

#include <utility>

namespace streams {
namespace {

std::string joined(const std::vector<std::string>& faults) {
  std::string text;
  for (const std::string& fault : faults) {
    if (!text.empty()) text += '\n';
    text += fault;
  }
  return text;
}

}  // namespace

PipelineError::PipelineError(std::vector<std::string> faults)
    : std::runtime_error(joined(faults)), faults_(std::move(faults)) {}

PipelineError::~PipelineError() = default;

std::string_view to_string(StepErrorKind kind) noexcept {
  switch (kind) {
    case StepErrorKind::parse:
      return "parse";
    case StepErrorKind::function:
      return "function";
    case StepErrorKind::serialize:
      return "serialize";
    case StepErrorKind::header:
      return "header";
    case StepErrorKind::produce:
      return "produce";
  }
  return "unknown";
}

}  // namespace streams
