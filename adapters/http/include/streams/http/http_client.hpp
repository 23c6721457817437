#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <streams/export.hpp>

namespace streams::http {

struct HttpHeader {
  std::string name;
  std::string value;
};
using HttpHeaders = std::vector<HttpHeader>;

struct HttpClientOptions {
  /// `http://` or `https://`, a host, perhaps a port and a path; no user, no query. What is asked for stands behind it.
  std::string base_url;
  /// Calls at once, from 1 to 10000; further ones wait for a free connection.
  std::int64_t max_connections = 16;
  /// From the call to the last byte of the answer, waiting for a connection included.
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds connect_timeout{3'000};
  /// An answer whose body is longer is a fault.
  std::int64_t max_response_bytes = 1 << 20;
  /// With every call: what stands in the call itself goes before one of the same name.
  HttpHeaders headers{};
  /// PEM; empty: the system's certificate authorities.
  std::string ca_file{};
  /// Up to five, and from https to https only. The headers go to where the server sends us.
  bool follow_redirects = false;
};

struct HttpCall {
  std::string method = "GET";
  /// Behind `base_url`: empty, or beginning with `/` or `?`; see `percent_encoded()`.
  std::string path{};
  HttpHeaders headers{};
  std::string body{};
};

/// What became of one call.
struct HttpAnswer {
  int status = 0;  ///< 0: there was no whole answer
  HttpHeaders headers{};
  std::string body{};
  /// Empty where the status is 2xx, else what and where in one line: the server's address, nothing of the path, the
  /// headers and the bodies, so that it may go into logs.
  std::string fault{};

  bool ok() const noexcept { return fault.empty(); }
  /// The first header of that name, upper and lower case alike; null when there is none.
  STREAMS_EXPORT const std::string* header(std::string_view name) const noexcept;
};

/// Calls one HTTP server without waiting for it: for the function of an AsyncMap.
///
///     http::HttpClient client({.base_url = "https://users.internal"});
///     ... .apply(AsyncMap("enrich", [client](const Order& order, Reply<Enriched> reply) {
///           client.get("/users/" + std::to_string(order.user), {}, [order, reply](http::HttpAnswer answer) {
///             if (!answer.ok()) return reply.fail(answer.fault);
///             reply.send_from([&] { return enriched(order, answer.body); });
///           });
///         }))
///
/// A handle: copies share connections and one thread, which begins with the first call, so that a pipeline which is
/// only looked at has neither. When the last copy goes, calls under way end with a fault and the thread with them.
/// Connections are used again; certificates are verified; the environment's proxies (`http_proxy`, `https_proxy`,
/// `no_proxy`) are used. Nothing is tried again here: AsyncMap does that.
///
/// Threads: any. `done` is called once for each call, on the client's thread, so it must be short; what it throws is
/// dropped.
class STREAMS_EXPORT HttpClient {
 public:
  using Done = std::function<void(HttpAnswer)>;

  /// Throws PipelineError when the options contradict themselves.
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(const HttpClient&);
  HttpClient& operator=(HttpClient&&) noexcept;

  void get(std::string path, HttpHeaders headers, Done done) const;
  /// The content type is `application/json` unless a header says another.
  void post(std::string path, HttpHeaders headers, std::string body, Done done) const;
  void call(HttpCall call, Done done) const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

/// One part of a path or a query: everything but letters, digits and `-._~` as `%XX`.
STREAMS_EXPORT std::string percent_encoded(std::string_view text);

}  // namespace streams::http
