#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <streams/objects/object_store.hpp>
#include <streams/objects/retry.hpp>
#include <streams/operator.hpp>
#include <streams/sink/object_sink.hpp>

#include "upload_pool.hpp"

namespace streams::objects {

/// The step behind an ObjectSink or GCSSink, for one worker: hands messages to a pool of threads and tells the runtime
/// of their ends. It takes no new records while it has twice as many objects as threads, and their bytes count towards the
/// memory budget. Objects of one name are written one after the other, in the order of their messages.
class ObjectSinkStep final : public Operator {
 public:
  struct Setup {
    std::string pipeline{};
    std::string step{};
    std::string extension{};
    std::string content_type{};
    std::size_t threads = 1;
    ObjectGenerator generator{};
  };

  /// `pause` is the one that `store` waits by.
  ObjectSinkStep(Setup setup, std::unique_ptr<StoppablePause> pause, std::unique_ptr<ObjectStore> store);
  ~ObjectSinkStep() override;

  void process(Envelope& envelope, void* payload) override;
  std::chrono::nanoseconds poll(std::chrono::nanoseconds now) override;
  void forget(std::uint32_t partition) override;

 protected:
  void opened() override;

 private:
  struct Pending {
    Kept kept;
    Envelope envelope;
    std::string name;
    std::uint32_t partition = 0;
    std::int64_t bytes = 0;
    bool forgotten = false;  // it is still being written, but nobody waits for it
  };
  struct LastOrigin {
    Origin origin;
    std::uint64_t further = 0;
  };

  std::string default_name(const Envelope& envelope);
  void end(std::uint64_t id, const absl::Status& status);
  /// One of that name is not being written any more: the next one may be.
  void go_on_with(const std::string& name);
  void block_if_full();
  /// Forgets one that nobody waits for.
  void let_go(std::map<std::uint64_t, Pending>::iterator pending);

  const Setup setup_;
  std::unique_ptr<StoppablePause> pause_;
  std::unique_ptr<ObjectStore> store_;
  std::map<std::uint64_t, Pending> pending_;
  std::map<std::string, std::deque<UploadPool::Upload>>
      behind_;                                        // a name that is being written: what comes after
  std::map<std::uint32_t, LastOrigin> last_origins_;  // by partition
  std::uint64_t next_id_ = 0;
  bool blocked_ = false;
  std::optional<UploadPool> pool_;
};

}  // namespace streams::objects
