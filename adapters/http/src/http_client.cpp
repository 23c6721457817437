#include <streams/http/http_client.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <streams/error.hpp>

#include "address.hpp"
#include "transfer_loop.hpp"

namespace streams::http {

const std::string* HttpAnswer::header(std::string_view name) const noexcept {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [name](const HttpHeader& header) { return same_name(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

/// What the copies of a client share.
class HttpClient::Core {
 public:
  explicit Core(HttpClientOptions options) : options_(std::move(options)) {
    if (std::vector<std::string> faults = faults_of(options_); !faults.empty())
      throw PipelineError(std::move(faults));
  }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() {
    if (loop_ == nullptr) return;
    loop_->stop();
    // The last copy may have been part of a call; the thread has a share in all that it needs to end by itself.
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

  void call(HttpCall call, Done done) {
    if (TransferLoop* const loop = running(); loop != nullptr)
      return loop->add(std::move(call), std::move(done));
    done({.fault = server_of(options_.base_url) + ": not asked, the system gives no thread or no memory"});
  }

 private:
  TransferLoop* running() {
    const std::lock_guard lock(mutex_);
    if (loop_ != nullptr) return loop_.get();
    try {
      auto loop = std::make_shared<TransferLoop>(options_);
      thread_ = std::thread([loop] { loop->run(); });
      loop_ = std::move(loop);
    } catch (const std::exception&) {
      return nullptr;
    }
    return loop_.get();
  }

  const HttpClientOptions options_;
  std::mutex mutex_;
  std::shared_ptr<TransferLoop> loop_;
  std::thread thread_;
};

HttpClient::HttpClient(HttpClientOptions options) : core_(std::make_shared<Core>(std::move(options))) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(const HttpClient&) = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(const HttpClient&) = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

void HttpClient::get(std::string path, HttpHeaders headers, Done done) const {
  call({.path = std::move(path), .headers = std::move(headers)}, std::move(done));
}

void HttpClient::post(std::string path, HttpHeaders headers, std::string body, Done done) const {
  call({.method = "POST", .path = std::move(path), .headers = std::move(headers), .body = std::move(body)},
       std::move(done));
}

void HttpClient::call(HttpCall call, Done done) const {
  core_->call(std::move(call), std::move(done));
}

}  // namespace streams::http
