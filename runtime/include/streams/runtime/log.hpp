#pragma once

#include <string_view>

namespace streams::runtime {

enum class LogLevel { debug, info, warning, error };

/// Where the runtime says what it does: one line for each change of state, none per record, never a payload
/// or a secret. Threads: any.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view text) = 0;

  void debug(std::string_view text) { write(LogLevel::debug, text); }
  void info(std::string_view text) { write(LogLevel::info, text); }
  void warning(std::string_view text) { write(LogLevel::warning, text); }
  void error(std::string_view text) { write(LogLevel::error, text); }
};

}  // namespace streams::runtime
