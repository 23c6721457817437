#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <streams/http/http_client.hpp>

#include "transfer.hpp"

namespace streams::http {

/// Makes calls on the one thread that is inside `run()`.
class TransferLoop {
 public:
  /// Throws std::bad_alloc.
  explicit TransferLoop(const HttpClientOptions& options);
  ~TransferLoop();
  TransferLoop(const TransferLoop&) = delete;
  TransferLoop& operator=(const TransferLoop&) = delete;

  /// Until `stop()`; ends all calls with a fault then. `done` is called in here.
  void run();
  /// Both from any thread.
  void add(HttpCall call, HttpClient::Done done);
  void stop();

 private:
  struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  /// libcurl is set up for as long as somebody has one.
  struct Library {
    Library() { curl_global_init(CURL_GLOBAL_DEFAULT); }
    ~Library() { curl_global_cleanup(); }
  };
  using Clock = std::chrono::steady_clock;

  /// False when it is to stop.
  bool take_new();
  void drop_late();
  void begin_calls();
  void end_calls();
  void end_all();
  bool may_begin() const;
  std::chrono::milliseconds time_to_wait() const;
  EasyHandle take_handle();
  std::unique_ptr<Transfer> take_out(CURL* easy);

  const HttpClientOptions options_;
  const Library library_;
  const std::unique_ptr<CURLM, FreeMulti> multi_;
  std::vector<EasyHandle> spare_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> at_work_;
  std::deque<AskedCall> waiting_;  // the first is late first

  std::mutex mutex_;
  std::deque<AskedCall> new_;
  bool stopping_ = false;
};

}  // namespace streams::http
