#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <streams/objects/http_options.hpp>
#include <streams/objects/retry.hpp>

namespace streams::objects {

/// With what libcurl signs a request.
struct HttpSignature {
  std::string scope;  ///< `aws:amz:REGION:SERVICE`
  std::string id;
  std::string secret;
};

struct HttpCall {
  std::string method;
  std::string url;
  std::vector<std::string> headers;  ///< `Name: value`
  std::string_view body{};           ///< stays where it is until the call returns
  const HttpSignature* signature = nullptr;
};

struct HttpReply {
  enum class End {
    answered,
    failed,   ///< the connection, in a way that may go better next time
    refused,  ///< the connection, in a way that will not
    stopped,  ///< the process is stopping
  };
  End end = End::failed;
  std::string fault;  ///< why it was not answered
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< its first 64 KiB
};

/// Calls servers by libcurl, and keeps the connections. Threads: any number at once.
class HttpClient {
 public:
  /// `pause` outlives the client; once it is stopped, calls under way end.
  HttpClient(const HttpOptions& options, RetryPause& pause);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpReply call(const HttpCall& call);

 private:
  class Handle;
  std::unique_ptr<Handle> take_handle();

  HttpOptions options_;
  RetryPause& pause_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace streams::objects
