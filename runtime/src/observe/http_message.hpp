#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace streams::runtime {

/// What somebody asks for: a GET or a HEAD of a path.
struct HttpRequest {
  std::string path;   ///< `/plan`
  std::string query;  ///< behind the question mark: `format=dot`
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// Answers on the server's thread; must not block and must not throw.
using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

/// The value of a parameter of the query, as it stands there; empty when there is none.
std::string_view query_value(std::string_view query, std::string_view name);

/// `{"error": ...}`
HttpReply http_error(int status, std::string_view text);

}  // namespace streams::runtime
