#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <absl/status/status.h>

#include <streams/bytes.hpp>
#include <streams/objects/object_store.hpp>

namespace streams::objects {

/// Threads that write objects. Threads: `add` and `take_done` on one; destroyed there too, once the store's pause is
/// stopped or nothing is under way.
class UploadPool {
 public:
  struct Upload {
    std::uint64_t id = 0;
    ObjectName name;
    Bytes bytes;
  };
  struct Done {
    std::uint64_t id = 0;
    absl::Status status;
  };

  /// `wake` is called on the pool's threads, after each end. `store` outlives the pool.
  UploadPool(ObjectStore& store, std::string content_type, std::size_t threads, std::function<void()> wake);
  /// Waits for what is under way; what has not begun is dropped.
  ~UploadPool();
  UploadPool(const UploadPool&) = delete;
  UploadPool& operator=(const UploadPool&) = delete;

  void add(Upload upload);
  /// Takes one back that has not begun; false when it has.
  bool drop(std::uint64_t id);
  std::vector<Done> take_done();

 private:
  void work();

  ObjectStore& store_;
  const std::string content_type_;
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Upload> waiting_;
  std::vector<Done> done_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace streams::objects
