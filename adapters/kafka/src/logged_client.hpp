#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include <streams/runtime/log.hpp>

#include "client_config.hpp"
#include "handles.hpp"
#include "log_bridge.hpp"

namespace streams::kafka {

using DeliveryReport = void (*)(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);

/// A client of librdkafka whose own log goes to ours. Stays where it is: the client points into it.
class LoggedClient {
 public:
  /// `name` is its name in the log; `log` outlives it. `report`, for producers, gets a `ClientOpaque` with `owner`.
  static absl::StatusOr<std::unique_ptr<LoggedClient>> make(rd_kafka_type_t type,
                                                            const Properties& properties, std::string name,
                                                            runtime::Log& log,
                                                            DeliveryReport report = nullptr,
                                                            void* owner = nullptr);
  LoggedClient(const LoggedClient&) = delete;
  LoggedClient& operator=(const LoggedClient&) = delete;

  rd_kafka_t* get() const { return client_.get(); }

 private:
  LoggedClient(std::string name, runtime::Log& log, void* owner)
      : bridge_(log, std::move(name)), opaque_{.log = &bridge_, .owner = owner} {}

  LogBridge bridge_;
  ClientOpaque opaque_;
  ClientHandle client_;
};

}  // namespace streams::kafka
