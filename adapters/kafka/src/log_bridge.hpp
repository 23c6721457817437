#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <streams/runtime/log.hpp>

#include "repeated_lines.hpp"

namespace streams::kafka {

/// How loud a line of librdkafka is in our log. Lines about connections are for debugging only: outages are
/// told once, by `Outage`, from librdkafka's error events.
runtime::LogLevel level_of(int syslog_level, std::string_view facility);

/// Sends the lines of a client to `log`, each with `client` in front. A line that comes again is shown once in an
/// interval, with how often it came. Must outlive the client; librdkafka's threads write through it.
class LogBridge {
 public:
  using Now = std::function<RepeatedLines::Time()>;

  LogBridge(runtime::Log& log, std::string client, Now now = &std::chrono::steady_clock::now)
      : log_(log),
        client_(std::move(client)),
        now_(std::move(now)),
        repeated_(std::make_unique<RepeatedLines>()) {}

  void write(int level, const char* facility, const char* text) const;
  runtime::Log& log() const { return log_; }

 private:
  runtime::Log& log_;
  std::string client_;
  Now now_;
  std::unique_ptr<RepeatedLines> repeated_;
};

/// What every client of this adapter has as its opaque: librdkafka gives it to the callbacks.
struct ClientOpaque {
  const LogBridge* log = nullptr;
  void* owner = nullptr;
};

/// For `rd_kafka_conf_set_log_cb`; the client's opaque is a ClientOpaque.
void write_client_log(const rd_kafka_t* client, int level, const char* facility, const char* text) noexcept;

}  // namespace streams::kafka
