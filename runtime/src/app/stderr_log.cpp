#include "app/stderr_log.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "observe/printable.hpp"
#include "plan/json_writer.hpp"

namespace streams::runtime {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "DEBUG";
    case LogLevel::info:
      return "INFO";
    case LogLevel::warning:
      return "WARNING";
    case LogLevel::error:
      return "ERROR";
  }
  return "ERROR";
}

std::string time_text(std::chrono::system_clock::time_point time) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>(millis / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), millis % 1000);
}

std::string json_text(std::string_view text) {
  return planning::json_quoted(printable(text));
}

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string format_log_line(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                            std::string_view text, std::span<const LogField> fields) {
  if (format == LogFormat::text) return fmt::format("{} {:<7} {}", time_text(time), name_of(level), text);
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", time_text(time),
                                 name_of(level), json_text(text));
  for (const auto& [name, value] : fields) line += fmt::format(",{}:{}", json_text(name), json_text(value));
  return line + '}';
}

void StderrLog::write_fields(LogLevel level, std::string_view text, std::span<const LogField> fields) {
  if (level < least_) return;
  write_all(format_log_line(format_, clock_.calendar(), level, text, fields) + "\n");
}

void StderrLog::fault(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (format_ == LogFormat::text) {
    write_all(std::string(text) + "\n");
  } else {
    write_all(format_log_line(format_, clock_.calendar(), LogLevel::error, text) + "\n");
  }
}

}  // namespace streams::runtime
