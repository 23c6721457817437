#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <streams/export.hpp>

namespace streams {

/// Every fault of a pipeline's shape in one exception; `what()` is one fault a line.
class STREAMS_EXPORT PipelineError : public std::runtime_error {
 public:
  explicit PipelineError(std::vector<std::string> faults);
  ~PipelineError() override;
  const std::vector<std::string>& faults() const noexcept { return faults_; }

 private:
  std::vector<std::string> faults_;
};

/// Which part of a step refused a record.
enum class StepErrorKind {
  parse,      ///< the bytes are no value of the type
  function,   ///< the author's function threw
  serialize,  ///< the value cannot be written
  header,     ///< a header is not what the step needs
  produce,    ///< the broker or server refused the record itself
};

STREAMS_EXPORT std::string_view to_string(StepErrorKind kind) noexcept;

}  // namespace streams
