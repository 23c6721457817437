#pragma once

#include <span>
#include <string>
#include <string_view>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/log.hpp>

namespace streams::runtime {

enum class LogFormat { text, json };

/// One line of a log, without the line's end. The fields are members of the object in JSON; text is without them.
std::string format_log_line(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                            std::string_view text, std::span<const LogField> fields = {});

/// The log of a process: lines on stderr, each written with one call, so that lines of several threads never
/// mix.
class StderrLog final : public Log {
 public:
  /// `clock` outlives the log.
  StderrLog(LogFormat format, LogLevel least, const Clock& clock)
      : format_(format), least_(least), clock_(clock) {}

  void write(LogLevel level, std::string_view text) override { write_fields(level, text, {}); }
  void write_fields(LogLevel level, std::string_view text, std::span<const LogField> fields) override;

  /// Says why a command ends before anything has run. In text form the lines stand as they are, without a
  /// time, so that editors find `FILE:LINE` at their start.
  void fault(std::string_view text);

 private:
  const LogFormat format_;
  const LogLevel least_;
  const Clock& clock_;
};

}  // namespace streams::runtime
