#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace streams::runtime {

/// What somebody asks for: a GET or a HEAD of a path.
struct HttpRequest {
  std::string path;   ///< `/plan`
  std::string query;  ///< behind the question mark: `format=dot`
};

/// An answer that goes on while somebody reads it. Used by the server's thread; destroyed as soon as the reader has
/// gone.
class HttpStream {
 public:
  /// How long the server waits between two calls of `next()`.
  static constexpr std::chrono::milliseconds kPause{100};

  virtual ~HttpStream() = default;
  /// What has come since the last call, maybe nothing; no value is the end.
  virtual std::optional<std::string> next() = 0;
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::unique_ptr<HttpStream> stream{};  ///< in the place of the body
};

/// Answers on the server's thread; must not block and must not throw.
using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

/// The value of a parameter of the query, as it stands there; empty when there is none.
std::string_view query_value(std::string_view query, std::string_view name);

/// `{"error": ...}`
HttpReply http_error(int status, std::string_view text);
/// The text in such a body; empty for any other.
std::string http_error_text(std::string_view body);

}  // namespace streams::runtime
