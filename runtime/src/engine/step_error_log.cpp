#include "engine/step_error_log.hpp"

#include <string>
#include <vector>

namespace streams::runtime {

void log_step_error(Log& log, LogLevel level, std::string_view text, const StepError& error,
                    std::uint64_t held_back) {
  const std::string partition = std::to_string(error.partition);
  const std::string offset = std::to_string(error.offset);
  const std::string attempt = std::to_string(error.attempt);
  const std::string repeated = std::to_string(held_back);
  std::vector<LogField> fields{{"step", error.step}, {"error", to_string(error.kind)}};
  if (!error.topic.empty()) fields.push_back({"topic", error.topic});
  if (error.partition >= 0) fields.push_back({"partition", partition});
  if (error.offset >= 0) fields.push_back({"offset", offset});
  fields.push_back({"attempt", attempt});
  if (held_back > 0) fields.push_back({"repeated", repeated});
  log.write_fields(level, text, fields);
}

}  // namespace streams::runtime
