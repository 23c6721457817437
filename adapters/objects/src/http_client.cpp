#include "http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include <absl/strings/ascii.h>

#include <streams/version.hpp>

namespace streams::objects {
namespace {

constexpr std::size_t kLongestBody = 64 * 1024;

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void add_header(HeaderList& list, const std::string& header) {
  // Only the first node is new to the owner.
  if (curl_slist* grown = curl_slist_append(list.get(), header.c_str()); grown != nullptr && !list)
    list.reset(grown);
}

std::size_t take_body(char* data, std::size_t /*one*/, std::size_t count, void* to) {
  auto& reply = *static_cast<HttpReply*>(to);
  reply.body.append(data, std::min(count, kLongestBody - reply.body.size()));
  return count;
}

std::size_t take_header(char* data, std::size_t /*one*/, std::size_t count, void* to) {
  const std::string_view line(data, count);
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    static_cast<HttpReply*>(to)->headers[absl::AsciiStrToLower(absl::string_view(data, colon))] =
        std::string(absl::StripAsciiWhitespace(absl::string_view(data + colon + 1, count - colon - 1)));
  }
  return count;
}

int look_for_stop(void* pause, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const RetryPause*>(pause)->stopped() ? 1 : 0;
}

HttpReply::End end_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return HttpReply::End::answered;
    case CURLE_ABORTED_BY_CALLBACK:
      return HttpReply::End::stopped;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpReply::End::refused;
    default:
      return HttpReply::End::failed;
  }
}

}  // namespace

class HttpClient::Handle {
 public:
  Handle() : curl_(curl_easy_init()) {}
  ~Handle() { curl_easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  HttpReply call(const HttpCall& call, const HttpOptions& options, RetryPause& pause) {
    HttpReply reply;
    if (curl_ == nullptr) {
      reply.fault = "libcurl has no memory";
      return reply;
    }
    // Connections and the cache of addresses stay.
    curl_easy_reset(curl_);
    HeaderList headers;
    for (const std::string& header : call.headers) add_header(headers, header);
    // A second round trip before each body, and a second of waiting where a server does not know it.
    add_header(headers, "Expect:");
    char error[CURL_ERROR_SIZE] = "";
    set(CURLOPT_ERRORBUFFER, error);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_URL, call.url.c_str());
    // Dots in a name are part of it.
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_USERAGENT, "streams/" STREAMS_VERSION);
    if (call.method != "GET") {
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDS, call.body.empty() ? "" : call.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    if (call.signature != nullptr) {
      set(CURLOPT_AWS_SIGV4, call.signature->scope.c_str());
      set(CURLOPT_USERNAME, call.signature->id.c_str());
      set(CURLOPT_PASSWORD, call.signature->secret.c_str());
    }
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &reply);
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_HEADERDATA, &reply);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, look_for_stop);
    set(CURLOPT_XFERINFODATA, &pause);

    const CURLcode code = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &reply.status);
    reply.end = end_of(code);
    if (code != CURLE_OK) {
      reply.fault = error[0] != '\0' ? error : curl_easy_strerror(code);
    }
    // The handle outlives what these point to.
    curl_easy_reset(curl_);
    return reply;
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }

  CURL* curl_;
};

HttpClient::HttpClient(const HttpOptions& options, RetryPause& pause) : options_(options), pause_(pause) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

HttpClient::~HttpClient() {
  idle_.clear();
  curl_global_cleanup();
}

std::unique_ptr<HttpClient::Handle> HttpClient::take_handle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Handle>();
  auto handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

HttpReply HttpClient::call(const HttpCall& call) {
  std::unique_ptr<Handle> handle = take_handle();
  HttpReply reply = handle->call(call, options_, pause_);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(handle));
  return reply;
}

}  // namespace streams::objects
