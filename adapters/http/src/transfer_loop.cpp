#include "transfer_loop.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

#include "address.hpp"

namespace streams::http {
namespace {

void tell(const HttpClient::Done& done, HttpAnswer answer) noexcept {
  try {
    if (done) done(std::move(answer));
  } catch (...) {  // NOLINT: the contract says that it is dropped; a Reply that goes with it says so itself
  }
}

}  // namespace

TransferLoop::TransferLoop(const HttpClientOptions& options) : options_(options), multi_(curl_multi_init()) {
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_connections));
}

TransferLoop::~TransferLoop() {
  for (const auto& [easy, transfer] : at_work_) curl_multi_remove_handle(multi_.get(), easy);
}

void TransferLoop::add(HttpCall call, HttpClient::Done done) {
  const auto deadline = Clock::now() + options_.timeout;
  {
    const std::lock_guard lock(mutex_);
    new_.push_back({std::move(call), std::move(done), deadline});
  }
  curl_multi_wakeup(multi_.get());
}

void TransferLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_.get());
}

void TransferLoop::run() {
  while (take_new()) {
    drop_late();
    begin_calls();
    int at_work = 0;
    curl_multi_perform(multi_.get(), &at_work);
    end_calls();
    if (may_begin()) continue;
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(time_to_wait().count()), nullptr);
  }
  end_all();
}

bool TransferLoop::take_new() {
  std::deque<AskedCall> taken;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    taken.swap(new_);
  }
  for (AskedCall& asked : taken) {
    std::string fault = fault_of(asked.call);
    if (fault.empty()) {
      waiting_.push_back(std::move(asked));
    } else {
      tell(asked.done, {.fault = server_of(options_.base_url) + ": not asked, " + fault});
    }
  }
  return true;
}

void TransferLoop::drop_late() {
  while (!waiting_.empty() && waiting_.front().deadline <= Clock::now()) {
    const AskedCall asked = std::move(waiting_.front());
    waiting_.pop_front();
    tell(asked.done, {.fault = late(options_) + "; it waited for a connection"});
  }
}

bool TransferLoop::may_begin() const {
  return !waiting_.empty() && static_cast<std::int64_t>(at_work_.size()) < options_.max_connections;
}

void TransferLoop::begin_calls() {
  while (may_begin()) {
    AskedCall asked = std::move(waiting_.front());
    waiting_.pop_front();
    EasyHandle easy = take_handle();
    if (easy == nullptr) {
      tell(asked.done, {.fault = server_of(options_.base_url) + ": not asked, libcurl has no memory"});
      continue;
    }
    auto transfer = std::make_unique<Transfer>(std::move(easy), std::move(asked), options_, Clock::now());
    CURL* const key = transfer->easy();
    at_work_.emplace(key, std::move(transfer));
    if (const CURLMcode code = curl_multi_add_handle(multi_.get(), key); code != CURLM_OK) {
      const auto refused = std::move(at_work_.extract(key).mapped());
      tell(refused->take_done(),
           {.fault = server_of(options_.base_url) + ": not asked, " + curl_multi_strerror(code)});
    }
  }
}

EasyHandle TransferLoop::take_handle() {
  if (spare_.empty()) return EasyHandle(curl_easy_init());
  EasyHandle easy = std::move(spare_.back());
  spare_.pop_back();
  return easy;
}

std::unique_ptr<Transfer> TransferLoop::take_out(CURL* easy) {
  curl_multi_remove_handle(multi_.get(), easy);
  return std::move(at_work_.extract(easy).mapped());
}

void TransferLoop::end_calls() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // The message goes with the handle.
    const CURLcode code = message->data.result;
    const std::unique_ptr<Transfer> transfer = take_out(message->easy_handle);
    HttpAnswer answer = transfer->answer(code);
    spare_.push_back(transfer->release());
    tell(transfer->take_done(), std::move(answer));
  }
}

std::chrono::milliseconds TransferLoop::time_to_wait() const {
  constexpr std::chrono::milliseconds kLongest{1000};
  if (waiting_.empty()) return kLongest;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(waiting_.front().deadline - Clock::now());
  return std::clamp(left, std::chrono::milliseconds(0), kLongest);
}

void TransferLoop::end_all() {
  std::deque<AskedCall> open;
  {
    const std::lock_guard lock(mutex_);
    open.swap(new_);
  }
  std::move(waiting_.begin(), waiting_.end(), std::back_inserter(open));
  waiting_.clear();
  const std::string fault = server_of(options_.base_url) + ": the client was closed before the answer";
  while (!at_work_.empty()) {
    const std::unique_ptr<Transfer> transfer = take_out(at_work_.begin()->first);
    tell(transfer->take_done(), {.fault = fault});
  }
  for (const AskedCall& asked : open) tell(asked.done, {.fault = fault});
}

}  // namespace streams::http
