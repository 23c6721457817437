#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include <absl/status/statusor.h>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>

#include "http_client.hpp"

namespace streams::objects {

/// The access token of the calls to Google. Threads: any number at once.
class GcsToken {
 public:
  enum class From { nowhere, options, file, metadata_server };

  /// `where`: the token itself, the file or the server's address. References outlive this.
  GcsToken(From from, std::string where, const runtime::Environment& environment, const runtime::Clock& clock,
           HttpClient& client);

  struct Result {
    std::string token;  ///< empty: none is needed
    std::string fault;  ///< empty: there is one
    bool transient = false;
    bool stopped = false;
  };
  /// The token in force; asks for another when it has ended.
  Result get();
  /// The server did not take the token: the next call asks for another. False when there is no other.
  bool forget(const std::string& token);

 private:
  Result read_file();
  Result ask_server();

  const From from_;
  const std::string where_;
  const runtime::Environment environment_;
  const runtime::Clock& clock_;
  HttpClient& client_;
  std::mutex mutex_;
  std::string token_;
  std::chrono::nanoseconds valid_until_{0};
};

}  // namespace streams::objects
