#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include <streams/runtime/log.hpp>

namespace streams::kafka {

/// How loud a line of librdkafka is in our log. Lines about connections are for debugging only: outages are
/// told once, by `Outage`, from librdkafka's error events.
runtime::LogLevel level_of(int syslog_level, std::string_view facility);

/// Sends the lines of a client to `log`, each with `client` in front. Must outlive the client; librdkafka's
/// threads write through it.
class LogBridge {
 public:
  LogBridge(runtime::Log& log, std::string client) : log_(log), client_(std::move(client)) {}

  void write(int level, const char* facility, const char* text) const;
  runtime::Log& log() const { return log_; }

 private:
  runtime::Log& log_;
  std::string client_;
};

/// What every client of this adapter has as its opaque: librdkafka gives it to the callbacks.
struct ClientOpaque {
  const LogBridge* log = nullptr;
  void* owner = nullptr;
};

/// For `rd_kafka_conf_set_log_cb`; the client's opaque is a ClientOpaque.
void write_client_log(const rd_kafka_t* client, int level, const char* facility, const char* text) noexcept;

}  // namespace streams::kafka
