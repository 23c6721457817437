#include "observe/http_pages.hpp"

#include <string_view>

#include "observe/page_files.hpp"
#include "observe/printable.hpp"
#include "observe/prometheus_text.hpp"
#include "observe/status_page.hpp"
#include "observe/tap_page.hpp"

namespace streams::runtime {

HttpReply HttpPages::answer(const HttpRequest& request) const {
  const std::string_view path = request.path;
  if (path == "/healthz") {
    const Health health = context_.observe().health;
    return {.status = health.healthy() ? 200 : 503, .body = health_json(health)};
  }
  if (path == "/readyz") {
    const Health health = context_.observe().health;
    return {.status = health.ready() ? 200 : 503, .body = readiness_json(health)};
  }
  if (path == "/metrics") {
    return {.content_type = std::string(kPrometheusContentType),
            .body = prometheus_text(measure(context_.observe()), common_labels(context_.labels))};
  }
  if (path == "/plan") return plan(request);
  if (path == "/status") {
    return {.body = status_json(context_.plan, context_.segment, context_.labels, context_.earlier(),
                                context_.observe())};
  }
  if (path == "/config") {
    return {.content_type = "text/plain; charset=utf-8", .body = printable(context_.config)};
  }
  if (path == "/tap") return tap_page(context_.taps, context_.plan.graph, context_.segment, request.query);
  for (const PageFile& file : page_files()) {
    if (path == file.path) {
      return {.content_type = std::string(file.content_type), .body = std::string(file.content)};
    }
  }
  return http_error(
      404,
      "there is no such page; there are /, /healthz, /readyz, /metrics, /plan, /status, /config and /tap");
}

HttpReply HttpPages::plan(const HttpRequest& request) const {
  const std::string_view format = query_value(request.query, "format");
  if (format.empty() || format == "json") return {.body = to_json(context_.plan)};
  if (format == "text") {
    return {.content_type = "text/plain; charset=utf-8", .body = to_text(context_.plan)};
  }
  if (format == "dot") {
    return {.content_type = "text/vnd.graphviz; charset=utf-8", .body = to_dot(context_.plan)};
  }
  if (format == "mermaid") {
    return {.content_type = "text/plain; charset=utf-8", .body = to_mermaid(context_.plan)};
  }
  return http_error(400, "format is json, dot, mermaid or text");
}

}  // namespace streams::runtime
