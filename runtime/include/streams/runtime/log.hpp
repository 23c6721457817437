#pragma once

#include <span>
#include <string_view>

namespace streams::runtime {

enum class LogLevel { debug, info, warning, error };

/// A part of a line that a machine may want for itself.
struct LogField {
  std::string_view name;
  std::string_view value;
};

/// Where the runtime says what it does: one line for each change of state, none per record, never a payload
/// or a secret. Threads: any.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view text) = 0;
  /// The same with fields, which `text` says too: only logs for machines show them.
  virtual void write_fields(LogLevel level, std::string_view text, std::span<const LogField> /*fields*/) {
    write(level, text);
  }

  void debug(std::string_view text) { write(LogLevel::debug, text); }
  void info(std::string_view text) { write(LogLevel::info, text); }
  void warning(std::string_view text) { write(LogLevel::warning, text); }
  void error(std::string_view text) { write(LogLevel::error, text); }
};

}  // namespace streams::runtime
