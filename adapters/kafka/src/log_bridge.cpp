#include "log_bridge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace streams::kafka {

runtime::LogLevel level_of(int syslog_level, std::string_view facility) {
  // FAIL: a connection that ended; CONFWARN: a consumer's property at a producer, which is how settings for
  // every client look.
  // SSLCERTVRFY: a certificate that did not pass; the error event says it too.
  constexpr std::array kQuiet{"FAIL",     "CONFWARN",  "BROKERDOWN", "ALLBROKERSDOWN", "SESSTMOUT",
                              "REQTMOUT", "TERMINATE", "ERROR",      "SSLCERTVRFY"};
  if (std::find(kQuiet.begin(), kQuiet.end(), facility) != kQuiet.end()) return runtime::LogLevel::debug;
  if (syslog_level <= 3) return runtime::LogLevel::error;
  if (syslog_level == 4) return runtime::LogLevel::warning;
  if (syslog_level <= 6) return runtime::LogLevel::info;
  return runtime::LogLevel::debug;
}

void LogBridge::write(int level, const char* facility, const char* text) const {
  const auto line = fmt::format("{}: librdkafka {}: {}", client_, facility, text);
  const auto held_back = repeated_->show(line, now_());
  if (!held_back) return;
  const std::string count = std::to_string(*held_back);
  std::vector<runtime::LogField> fields{{"client", client_}, {"facility", facility}};
  if (*held_back > 0) fields.push_back({"repeated", count});
  log_.write_fields(level_of(level, facility),
                    *held_back == 0 ? line : fmt::format("{} (and {} more like it since)", line, count),
                    fields);
}

void write_client_log(const rd_kafka_t* client, int level, const char* facility, const char* text) noexcept {
  const auto* opaque =
      client == nullptr ? nullptr : static_cast<const ClientOpaque*>(rd_kafka_opaque(client));
  if (opaque != nullptr && opaque->log != nullptr) opaque->log->write(level, facility, text);
}

}  // namespace streams::kafka
