#include "gcs_token.hpp"

#include <cstdint>
#include <utility>

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <boost/describe/class.hpp>

#include <streams/codec/json.hpp>

namespace streams::objects {
namespace {

// Files are replaced from outside, well before what is in them ends.
constexpr std::chrono::seconds kFileIsFresh{60};
// So that no token ends on its way.
constexpr std::chrono::seconds kBeforeTheEnd{60};

struct TokenAnswer {
  std::string access_token;
  std::int64_t expires_in;
};
BOOST_DESCRIBE_STRUCT(TokenAnswer, (), (access_token, expires_in))

}  // namespace

GcsToken::GcsToken(From from, std::string where, const runtime::Environment& environment,
                   const runtime::Clock& clock, HttpClient& client)
    : from_(from), where_(std::move(where)), environment_(environment), clock_(clock), client_(client) {}

GcsToken::Result GcsToken::get() {
  if (from_ == From::nowhere) return {};
  if (from_ == From::options) return {.token = where_, .fault = {}};
  // Others wait for the one who asks.
  const std::lock_guard lock(mutex_);
  if (!token_.empty() && clock_.now() < valid_until_) return {.token = token_, .fault = {}};
  Result result = from_ == From::file ? read_file() : ask_server();
  if (result.fault.empty() && !result.stopped) token_ = result.token;
  return result;
}

bool GcsToken::forget(const std::string& token) {
  if (from_ == From::nowhere || from_ == From::options) return false;
  const std::lock_guard lock(mutex_);
  // Another thread may have got the next one meanwhile.
  if (token_ == token) token_.clear();
  return true;
}

GcsToken::Result GcsToken::read_file() {
  const auto content = environment_.read_file(where_);
  if (!content) return {.token = {}, .fault = fmt::format("access_token_file: cannot read {}", where_)};
  const std::string token(absl::StripAsciiWhitespace(*content));
  if (token.empty()) return {.token = {}, .fault = fmt::format("access_token_file: {} is empty", where_)};
  valid_until_ = clock_.now() + kFileIsFresh;
  return {.token = token, .fault = {}};
}

GcsToken::Result GcsToken::ask_server() {
  HttpCall call;
  call.method = "GET";
  call.url = fmt::format("{}/computeMetadata/v1/instance/service-accounts/default/token", where_);
  call.headers = {"Metadata-Flavor: Google"};
  const HttpReply reply = client_.call(call);
  const auto fault = [&](std::string_view text, bool transient) {
    return Result{
        .token = {},
        .fault = fmt::format("GET {}: {}; outside Google Cloud give access_token or access_token_file",
                             call.url, text),
        .transient = transient};
  };
  if (reply.end == HttpReply::End::stopped)
    return {.token = {}, .fault = "the process is stopping", .stopped = true};
  if (reply.end != HttpReply::End::answered) return fault(reply.fault, reply.end == HttpReply::End::failed);
  if (reply.status != 200)
    return fault(fmt::format("{}", reply.status), reply.status >= 500 || reply.status == 429);
  try {
    const auto answer = Json::parse(reply.body).as<TokenAnswer>();
    valid_until_ = clock_.now() + std::chrono::seconds(answer.expires_in) - kBeforeTheEnd;
    return {.token = answer.access_token, .fault = {}};
  } catch (const CodecError&) {
    return fault("the answer is no token", false);
  }
}

}  // namespace streams::objects
