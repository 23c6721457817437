#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <curl/curl.h>

#include <streams/http/http_client.hpp>

namespace streams::http {

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
/// A handle of libcurl for one call after the other.
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

/// A call that waits for a connection.
struct AskedCall {
  HttpCall call;
  HttpClient::Done done;
  std::chrono::steady_clock::time_point deadline;
};

/// One call at work: what libcurl reads from and writes to. It stays where it is. Threads: the client's.
class Transfer {
 public:
  /// `easy` is not null; `options` outlives the transfer.
  Transfer(EasyHandle easy, AskedCall asked, const HttpClientOptions& options,
           std::chrono::steady_clock::time_point now);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const noexcept { return easy_.get(); }
  /// Of the handle that libcurl is done with.
  static Transfer& of(CURL* easy);
  /// The answer, when libcurl has ended with `code`.
  HttpAnswer answer(CURLcode code);
  /// The handle without anything of this call, for another one.
  EasyHandle release();
  HttpClient::Done take_done() { return std::move(done_); }

 private:
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  static std::size_t take_body(char* data, std::size_t one, std::size_t count, void* transfer);
  static std::size_t take_header(char* data, std::size_t one, std::size_t count, void* transfer);
  void add_header(const std::string& line);
  void set_headers();

  EasyHandle easy_;
  const HttpCall call_;
  HttpClient::Done done_;
  const HttpClientOptions& options_;
  const std::string url_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  HttpAnswer answer_;
  std::size_t header_bytes_ = 0;
  bool too_long_ = false;
};

/// The fault of a call that got no answer in time.
std::string late(const HttpClientOptions& options);

}  // namespace streams::http
