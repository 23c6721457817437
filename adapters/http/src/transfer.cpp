#include "transfer.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <streams/version.hpp>

#include "address.hpp"

namespace streams::http {
namespace {

constexpr std::size_t kMostHeaderBytes = 256 * 1024;

std::string joined_url(std::string_view base, const std::string& path) {
  if (path.starts_with('/')) {
    while (base.ends_with('/')) base.remove_suffix(1);
  }
  return std::string(base) + path;
}

bool has_header(const HttpHeaders& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [name](const HttpHeader& header) { return same_name(header.name, name); });
}

}  // namespace

Transfer::Transfer(EasyHandle easy, AskedCall asked, const HttpClientOptions& options,
                   std::chrono::steady_clock::time_point now)
    : easy_(std::move(easy)),
      call_(std::move(asked.call)),
      done_(std::move(asked.done)),
      options_(options),
      url_(joined_url(options.base_url, call_.path)) {
  const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_.get(), option, value); };
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(asked.deadline - now);
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_URL, url_.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_USERAGENT, "streams/" STREAMS_VERSION);
  set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(left.count())));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (options.follow_redirects) {
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_REDIR_PROTOCOLS_STR, url_.starts_with("https") ? "https" : "http,https");
  }
  if (!call_.body.empty() || call_.method == "POST" || call_.method == "PUT" || call_.method == "PATCH") {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, call_.body.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
  }
  if (call_.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  // With a redirection libcurl chooses the next method only when it has chosen the first.
  if (call_.method != "GET" && call_.method != "POST" && call_.method != "HEAD")
    set(CURLOPT_CUSTOMREQUEST, call_.method.c_str());
  else if (call_.method == "GET" && !call_.body.empty())
    set(CURLOPT_CUSTOMREQUEST, "GET");
  set_headers();
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  set(CURLOPT_HEADERDATA, this);
}

void Transfer::add_header(const std::string& line) {
  // Only the first node is new to the owner.
  if (curl_slist* grown = curl_slist_append(headers_.get(), line.c_str()); grown != nullptr && !headers_)
    headers_.reset(grown);
}

void Transfer::set_headers() {
  const auto add = [this](const HttpHeader& header) {
    // libcurl's way to say that a header is there and empty.
    add_header(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  };
  for (const HttpHeader& header : call_.headers) add(header);
  for (const HttpHeader& header : options_.headers) {
    if (!has_header(call_.headers, header.name)) add(header);
  }
  if (!has_header(call_.headers, "Content-Type") && !has_header(options_.headers, "Content-Type"))
    add_header(call_.body.empty() ? "Content-Type:" : "Content-Type: application/json");
  // A second round trip before each body, and a second of waiting where a server does not know it.
  add_header("Expect:");
}

Transfer& Transfer::of(CURL* easy) {
  Transfer* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  return *transfer;
}

std::size_t Transfer::take_body(char* data, std::size_t /*one*/, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  if (count > static_cast<std::size_t>(self.options_.max_response_bytes) - self.answer_.body.size()) {
    self.too_long_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  self.answer_.body.append(data, count);
  return count;
}

std::size_t Transfer::take_header(char* data, std::size_t /*one*/, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  self.header_bytes_ += count;
  if (self.header_bytes_ > kMostHeaderBytes) {
    self.too_long_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  std::string_view line(data, count);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  // Those of an answer that only led to this one.
  if (line.starts_with("HTTP/")) self.answer_.headers.clear();
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  self.answer_.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  return count;
}

HttpAnswer Transfer::answer(CURLcode code) {
  const std::string server = server_of(options_.base_url);
  HttpAnswer answer;
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    answer = std::move(answer_);
    answer.status = static_cast<int>(status);
    if (status < 200 || status > 299) answer.fault = server + " answered " + std::to_string(status);
  } else if (too_long_) {
    answer.fault = server + " answered with more than " +
                   (header_bytes_ > kMostHeaderBytes
                        ? std::to_string(kMostHeaderBytes) + " bytes of headers"
                        : std::to_string(options_.max_response_bytes) + " bytes; raise max_response_bytes");
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    answer.fault = late(options_);
  } else {
    // libcurl's own buffer of details may show addresses with what is secret in them; these texts are fixed.
    answer.fault = server + ": " + curl_easy_strerror(code);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
      answer.fault += "; name the authority of its certificate in ca_file";
  }
  return answer;
}

EasyHandle Transfer::release() {
  // Connections and the cache of addresses stay.
  curl_easy_reset(easy_.get());
  return std::move(easy_);
}

std::string late(const HttpClientOptions& options) {
  return server_of(options.base_url) + ": no answer within " + std::to_string(options.timeout.count()) +
         " ms";
}

}  // namespace streams::http
