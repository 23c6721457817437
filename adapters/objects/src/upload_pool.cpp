#include "upload_pool.hpp"

#include <utility>

namespace streams::objects {

UploadPool::UploadPool(ObjectStore& store, std::string content_type, std::size_t threads,
                       std::function<void()> wake)
    : store_(store), content_type_(std::move(content_type)), wake_(std::move(wake)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

UploadPool::~UploadPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void UploadPool::add(Upload upload) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(upload));
  }
  changed_.notify_one();
}

bool UploadPool::drop(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(waiting_, [id](const Upload& upload) { return upload.id == id; }) > 0;
}

std::vector<UploadPool::Done> UploadPool::take_done() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

void UploadPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    Upload upload = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Done done{upload.id, store_.put(upload.name, upload.bytes.view(), content_type_)};
    // Before anybody hears of the end: what it refers to may be the worker's.
    upload.bytes = {};
    lock.lock();
    done_.push_back(std::move(done));
    lock.unlock();
    wake_();
  }
}

}  // namespace streams::objects
