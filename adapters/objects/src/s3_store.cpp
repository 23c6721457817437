#include <streams/objects/s3_store.hpp>

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "attempts.hpp"
#include "http_client.hpp"
#include "refusal.hpp"
#include "setting.hpp"
#include "sha256.hpp"
#include "url_text.hpp"

namespace streams::objects {
namespace {

constexpr std::uint64_t kLargestPut = std::uint64_t{5} << 30;

/// The text of the first element of that name; answers are small and flat.
std::string_view element(std::string_view xml, std::string_view name) {
  const std::string open = fmt::format("<{}>", name);
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  const auto end = xml.find("</", begin);
  if (end == std::string_view::npos) return {};
  return xml.substr(begin + open.size(), end - begin - open.size());
}

/// Refusals by their status that are none: the server asks to be tried again.
bool asks_again(std::string_view code) {
  return code == "RequestTimeout" || code == "SlowDown" || code == "OperationAborted" ||
         code == "InternalError" || code == "ConditionalRequestConflict";
}

std::string_view mend_of(std::string_view code) {
  if (code == "SignatureDoesNotMatch" || code == "InvalidAccessKeyId") {
    return "check access_key_id and secret_access_key";
  }
  if (code == "ExpiredToken" || code == "InvalidToken") return "give a session_token that is valid";
  if (code == "RequestTimeTooSkewed") return "set the clock of this machine";
  if (code == "NoSuchBucket") return "check the bucket's name and the endpoint, or make the bucket";
  if (code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect") return "check the region";
  if (code == "XAmzContentSHA256Mismatch" || code == "BadDigest") {
    return "something between here and the server changes what is sent";
  }
  return {};
}

class S3Store final : public ObjectStore {
 public:
  /// All that is not in the options is known.
  S3Store(S3StoreOptions options, RetryPause& pause)
      : options_(std::move(options)),
        signature_{fmt::format("aws:amz:{}:s3", options_.region), options_.access_key_id,
                   options_.secret_access_key},
        pause_(pause),
        client_(options_.http, pause) {}

  absl::Status put(const ObjectName& name, std::string_view bytes, std::string_view content_type) override {
    HttpCall call;
    call.method = "PUT";
    call.url = url_of(name);
    if (bytes.size() > kLargestPut) {
      return absl::OutOfRangeError(fmt::format(
          "PUT {}: {} bytes; an object has at most 5 GiB: make smaller objects", call.url, bytes.size()));
    }
    call.headers = {fmt::format("Content-Type: {}", content_type),
                    fmt::format("x-amz-content-sha256: {}", sha256_hex(bytes))};
    if (!options_.session_token.empty()) {
      call.headers.push_back(fmt::format("x-amz-security-token: {}", options_.session_token));
    }
    call.body = bytes;
    call.signature = &signature_;
    return try_until_done(options_.http.retry, pause_, [&] { return read(client_.call(call), call.url); });
  }

  std::string describe() const override {
    return fmt::format("s3://{}", under_prefix(options_.bucket, options_.prefix));
  }

 private:
  std::string url_of(const ObjectName& name) const {
    const std::string path = percent_encoded(under_prefix(options_.prefix, name.str()), true);
    if (*options_.path_style) return fmt::format("{}/{}/{}", options_.endpoint, options_.bucket, path);
    const std::size_t host = options_.endpoint.find("://") + 3;
    return fmt::format("{}{}.{}/{}", options_.endpoint.substr(0, host), options_.bucket,
                       options_.endpoint.substr(host), path);
  }

  Attempt read(const HttpReply& reply, const std::string& url) const {
    RefusalHints hints;
    hints.action = fmt::format("PUT {}", url);
    const std::string_view code = element(reply.body, "Code");
    const std::string_view message = element(reply.body, "Message");
    hints.said = code.empty() ? "" : fmt::format("{}{}{}", code, message.empty() ? "" : ": ", message);
    hints.transient = asks_again(code);
    hints.mend = mend_of(code);
    if (const auto region = reply.headers.find("x-amz-bucket-region");
        region != reply.headers.end() && region->second != options_.region) {
      hints.mend = fmt::format("the bucket is in the region {}, not in {}", region->second, options_.region);
    }
    hints.secrets = {options_.secret_access_key, options_.session_token, options_.access_key_id};
    return attempt_of(reply, hints);
  }

  const S3StoreOptions options_;
  const HttpSignature signature_;
  RetryPause& pause_;
  HttpClient client_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectStore>> open_s3_store(S3StoreOptions options,
                                                           const runtime::Environment& environment,
                                                           RetryPause& pause) {
  std::vector<std::string> faults;
  if (std::string fault = bucket_fault(options.bucket); !fault.empty()) faults.push_back(std::move(fault));
  if (!options.prefix.empty()) {
    if (const auto prefix = ObjectName::parse(options.prefix); !prefix.ok()) {
      faults.push_back(fmt::format("prefix: {}", std::string(prefix.status().message())));
    }
  }
  options.endpoint = setting(options.endpoint, {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}, environment);
  options.region = setting(options.region, {"AWS_REGION", "AWS_DEFAULT_REGION"}, environment);
  const bool own_endpoint = !options.endpoint.empty();
  if (own_endpoint) {
    if (options.endpoint.ends_with('/')) options.endpoint.pop_back();
    if (const std::string fault = endpoint_fault(options.endpoint); !fault.empty()) {
      faults.push_back(fmt::format("endpoint: {}", fault));
    }
    if (options.region.empty()) options.region = "us-east-1";
  } else if (options.region.empty()) {
    faults.push_back("region: is missing; give it, or set AWS_REGION");
  } else {
    options.endpoint = fmt::format("https://s3.{}.amazonaws.com", options.region);
  }
  // libcurl takes the parts of what it signs with apart at the colons.
  if (options.region.find(':') != std::string::npos)
    faults.push_back("region: no region has a ':' in its name");
  options.access_key_id = setting(options.access_key_id, {"AWS_ACCESS_KEY_ID"}, environment);
  options.secret_access_key = setting(options.secret_access_key, {"AWS_SECRET_ACCESS_KEY"}, environment);
  options.session_token = setting(options.session_token, {"AWS_SESSION_TOKEN"}, environment);
  if (options.access_key_id.empty())
    faults.push_back("access_key_id: is missing; give it, or set AWS_ACCESS_KEY_ID");
  if (options.secret_access_key.empty()) {
    faults.push_back("secret_access_key: is missing; give it as ${file:...}, or set AWS_SECRET_ACCESS_KEY");
  }
  if (!options.path_style) options.path_style = own_endpoint || options.bucket.find('.') != std::string::npos;
  if (!faults.empty()) return absl::InvalidArgumentError(fmt::format("{}", fmt::join(faults, "\n")));
  return std::make_unique<S3Store>(std::move(options), pause);
}

}  // namespace streams::objects
