#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace streams::runtime {

/// `http://HOST[:PORT][/PATH]` in its parts.
struct PushUrl {
  std::string host;
  std::string port = "80";
  std::string path;  ///< empty when there is none
};

/// Nothing for what is no such address; `https` is not spoken.
std::optional<PushUrl> parse_push_url(std::string_view text);

/// The path that groups what this process sends: `/metrics/job/streams/pipeline/...`.
std::string push_path(std::string_view pipeline, std::string_view segment, std::string_view instance);

}  // namespace streams::runtime
