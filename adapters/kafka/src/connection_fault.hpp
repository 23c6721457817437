#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>
#include <string>
#include <string_view>

#include "client_config.hpp"

namespace streams::kafka {

/// What librdkafka tells of a connection that failed.
struct ConnectionError {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;
  /// OpenSSL's number for what is wrong with the broker's certificate; 0: nothing.
  int certificate = 0;
};

/// What stands in the way of a connection, and how to mend it, in the words of the deployment.
struct ConnectionFault {
  std::string text;
  bool certain = true;  ///< false: a broker that is about to stop looks like this too
};

/// Nothing for what says no more than that there is no broker.
std::optional<ConnectionFault> connection_fault(const ConnectionError& error, const Properties& properties);

/// The reason in librdkafka's text, without the names of threads and the time it took.
std::string reason_of(std::string_view text);

}  // namespace streams::kafka
