#include <streams/objects/gcs_store.hpp>

#include <optional>
#include <utility>
#include <vector>

#include <absl/strings/escaping.h>

#include <boost/describe/class.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <streams/codec/json.hpp>

#include "attempts.hpp"
#include "crc32c.hpp"
#include "gcs_token.hpp"
#include "http_client.hpp"
#include "refusal.hpp"
#include "setting.hpp"
#include "url_text.hpp"

namespace streams::objects {
namespace {

struct ObjectAnswer {
  std::optional<std::string> crc32c;
};
BOOST_DESCRIBE_STRUCT(ObjectAnswer, (), (crc32c))

struct ErrorText {
  std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(ErrorText, (), (message))

struct ErrorAnswer {
  ErrorText error;
};
BOOST_DESCRIBE_STRUCT(ErrorAnswer, (), (error))

template <class T>
std::optional<T> read_json(const std::string& text) {
  try {
    return Json::parse(text).as<T>();
  } catch (const CodecError&) {
    return std::nullopt;
  }
}

/// As the server writes it: four bytes, the highest first, in Base64.
std::string checksum_text(std::string_view bytes) {
  const std::uint32_t sum = crc32c(bytes);
  const char big_endian[] = {static_cast<char>(sum >> 24), static_cast<char>(sum >> 16),
                             static_cast<char>(sum >> 8), static_cast<char>(sum)};
  return absl::Base64Escape(absl::string_view(big_endian, sizeof big_endian));
}

class GcsStore final : public ObjectStore {
 public:
  GcsStore(GcsStoreOptions options, GcsToken::From from, std::string token_place,
           const runtime::Environment& environment, const runtime::Clock& clock, RetryPause& pause)
      : options_(std::move(options)),
        pause_(pause),
        client_(options_.http, pause),
        token_(from, std::move(token_place), environment, clock, client_) {}

  absl::Status put(const ObjectName& name, std::string_view bytes, std::string_view content_type) override {
    const std::string full = under_prefix(options_.prefix, name.str());
    const std::string url = fmt::format("{}/upload/storage/v1/b/{}/o?uploadType=media&name={}",
                                        options_.endpoint, options_.bucket, percent_encoded(full, false));
    const std::string checksum = checksum_text(bytes);
    bool renewed = false;
    return try_until_done(options_.http.retry, pause_, [&]() -> Attempt {
      const GcsToken::Result token = token_.get();
      if (token.stopped) return {absl::CancelledError(token.fault), false, {}};
      if (!token.fault.empty()) {
        if (token.transient) return {absl::UnavailableError(token.fault), true, {}};
        return {absl::UnauthenticatedError(token.fault), false, {}};
      }
      HttpCall call;
      call.method = "POST";
      call.url = url;
      call.headers = {fmt::format("Content-Type: {}", content_type),
                      fmt::format("x-goog-hash: crc32c={}", checksum)};
      if (!token.token.empty()) call.headers.push_back(fmt::format("Authorization: Bearer {}", token.token));
      call.body = bytes;
      const HttpReply reply = client_.call(call);

      RefusalHints hints;
      hints.action = fmt::format("upload of gs://{}/{} to {}", options_.bucket, full, options_.endpoint);
      hints.secrets = {token.token};
      if (reply.end == HttpReply::End::answered && reply.status >= 300) {
        if (const auto error = read_json<ErrorAnswer>(reply.body))
          hints.said = error->error.message.value_or("");
      }
      // A token can end before its time; one that is new and not taken either is a refusal.
      if (reply.status == 401 && !renewed) hints.transient = renewed = token_.forget(token.token);
      Attempt attempt = attempt_of(reply, hints);
      if (attempt.status.ok()) check(reply, checksum, hints.action, attempt);
      return attempt;
    });
  }

  std::string describe() const override {
    return fmt::format("gs://{}", under_prefix(options_.bucket, options_.prefix));
  }

 private:
  /// What the server has must be what was sent; it replaces the object when it is sent again.
  static void check(const HttpReply& reply, const std::string& checksum, const std::string& action,
                    Attempt& attempt) {
    const auto object = read_json<ObjectAnswer>(reply.body);
    if (!object || !object->crc32c || *object->crc32c == checksum) return;
    attempt = {absl::UnavailableError(
                   fmt::format("{}: the server has other bytes than were sent (CRC-32C {} in place of {})",
                               action, *object->crc32c, checksum)),
               true,
               {}};
  }

  const GcsStoreOptions options_;
  RetryPause& pause_;
  HttpClient client_;
  GcsToken token_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectStore>> open_gcs_store(GcsStoreOptions options,
                                                            const runtime::Environment& environment,
                                                            const runtime::Clock& clock, RetryPause& pause) {
  std::vector<std::string> faults;
  if (std::string fault = bucket_fault(options.bucket); !fault.empty()) faults.push_back(std::move(fault));
  if (!options.prefix.empty()) {
    if (const auto prefix = ObjectName::parse(options.prefix); !prefix.ok()) {
      faults.push_back(fmt::format("prefix: {}", std::string(prefix.status().message())));
    }
  }
  bool emulator = false;
  if (options.endpoint.empty()) {
    options.endpoint = setting({}, {"STORAGE_EMULATOR_HOST"}, environment);
    emulator = !options.endpoint.empty();
    // Google's own clients take it without a scheme too.
    if (emulator && options.endpoint.find("://") == std::string::npos) options.endpoint.insert(0, "http://");
    if (!emulator) options.endpoint = "https://storage.googleapis.com";
  }
  if (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  if (const std::string fault = endpoint_fault(options.endpoint); !fault.empty()) {
    faults.push_back(fmt::format("{}{}", emulator ? "STORAGE_EMULATOR_HOST: " : "endpoint: ", fault));
  }
  if (!options.access_token.empty() && !options.access_token_file.empty()) {
    faults.push_back("access_token and access_token_file: give one of them");
  }
  if (!faults.empty()) return absl::InvalidArgumentError(fmt::format("{}", fmt::join(faults, "\n")));

  auto from = GcsToken::From::metadata_server;
  std::string place;
  if (!options.access_token.empty()) {
    from = GcsToken::From::options;
    place = options.access_token;
  } else if (!options.access_token_file.empty()) {
    from = GcsToken::From::file;
    place = options.access_token_file;
  } else if (emulator) {
    from = GcsToken::From::nowhere;
  } else {
    const std::string host = setting({}, {"GCE_METADATA_HOST"}, environment);
    place = fmt::format("http://{}", host.empty() ? "metadata.google.internal" : host);
  }
  return std::make_unique<GcsStore>(std::move(options), from, std::move(place), environment, clock, pause);
}

}  // namespace streams::objects
