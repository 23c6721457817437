#include "refusal.hpp"

#include <algorithm>

#include <absl/strings/numbers.h>
#include <absl/strings/str_replace.h>
#include <fmt/format.h>

namespace streams::objects {
namespace {

constexpr std::size_t kLongestSaid = 300;
// What a server asks for is not followed for longer.
constexpr int kLongestRetryAfter = 300;

absl::StatusCode code_of(long status) {
  switch (status) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 413:
      return absl::StatusCode::kOutOfRange;
    default:
      return absl::StatusCode::kFailedPrecondition;
  }
}

std::string_view mend_of(long status) {
  switch (status) {
    case 401:
      return "check the credentials";
    case 403:
      return "check that these credentials may write there";
    case 404:
      return "check the bucket's name and the endpoint, or make the bucket";
    case 413:
      return "make smaller objects";
    case 301:
    case 302:
    case 307:
    case 308:
      return "redirections are not followed: give the endpoint where the bucket is";
    default:
      return {};
  }
}

std::string printable(std::string_view said, const std::vector<std::string>& secrets) {
  std::string text(said);
  for (const std::string& secret : secrets) {
    if (!secret.empty()) text = absl::StrReplaceAll(text, {{secret, "***"}});
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  if (text.size() > kLongestSaid) {
    text.resize(kLongestSaid);
    text += "...";
  }
  return text;
}

std::chrono::milliseconds retry_after(const HttpReply& reply) {
  int seconds = 0;
  const auto found = reply.headers.find("retry-after");
  if (found == reply.headers.end() || !absl::SimpleAtoi(found->second, &seconds) || seconds < 0) return {};
  return std::chrono::seconds(std::min(seconds, kLongestRetryAfter));
}

}  // namespace

Attempt attempt_of(const HttpReply& reply, const RefusalHints& hints) {
  switch (reply.end) {
    case HttpReply::End::stopped:
      return {absl::CancelledError("the process is stopping"), false, {}};
    case HttpReply::End::failed:
      return {
          absl::UnavailableError(fmt::format("{}: {}", hints.action, printable(reply.fault, hints.secrets))),
          true,
          {}};
    case HttpReply::End::refused:
      return {absl::FailedPreconditionError(fmt::format("{}: {}; check the endpoint and ca_file",
                                                        hints.action, printable(reply.fault, hints.secrets))),
              false,
              {}};
    case HttpReply::End::answered:
      break;
  }
  if (reply.status >= 200 && reply.status < 300) return {absl::OkStatus(), false, {}};
  std::string text = fmt::format("{}: {}", hints.action, reply.status);
  if (!hints.said.empty()) text += fmt::format(" {}", printable(hints.said, hints.secrets));
  if (hints.transient || reply.status >= 500 || reply.status == 429 || reply.status == 408) {
    return {absl::UnavailableError(text), true, retry_after(reply)};
  }
  const std::string_view mend = hints.mend.empty() ? mend_of(reply.status) : hints.mend;
  if (!mend.empty()) text += fmt::format("; {}", mend);
  return {absl::Status(code_of(reply.status), text), false, {}};
}

}  // namespace streams::objects
