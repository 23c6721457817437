#include "observe/push_url.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "observe/percent_code.hpp"

namespace streams::runtime {
namespace {

std::string escaped(std::string_view text) {
  // An empty part would be read as the end of the path.
  return text.empty() ? "none" : percent_encoded(text);
}

}  // namespace

std::optional<PushUrl> parse_push_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  // No blanks or line ends may get into a request line.
  const auto is_printed = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(text.begin(), text.end(), is_printed)) return std::nullopt;
  PushUrl url;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && slash + 1 < text.size()) url.path = text.substr(slash);
  text = text.substr(0, slash);
  if (text.find('@') != std::string_view::npos) return std::nullopt;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    url.port = text.substr(colon + 1);
    const bool digits = !url.port.empty() && url.port.size() <= 5 &&
                        std::all_of(url.port.begin(), url.port.end(),
                                    [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
    if (!digits || std::stoul(url.port) == 0 || std::stoul(url.port) > 65535) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (bracket != 0) text = text.substr(1, bracket - 1);
  if (text.empty()) return std::nullopt;
  url.host = text;
  return url;
}

std::string push_path(std::string_view pipeline, std::string_view segment, std::string_view instance) {
  return fmt::format("/metrics/job/streams/pipeline/{}/segment/{}/instance/{}", escaped(pipeline),
                     escaped(segment), escaped(instance));
}

}  // namespace streams::runtime
