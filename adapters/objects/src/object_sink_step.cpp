#include "object_sink_step.hpp"

#include <utility>

#include <fmt/format.h>

#include <streams/step/step.hpp>

#include "url_text.hpp"

namespace streams::objects {

ObjectSinkStep::ObjectSinkStep(Setup setup, std::unique_ptr<StoppablePause> pause,
                               std::unique_ptr<ObjectStore> store)
    : setup_(std::move(setup)), pause_(std::move(pause)), store_(std::move(store)) {}

ObjectSinkStep::~ObjectSinkStep() {
  pause_->stop();
  pool_.reset();
  while (!pending_.empty()) let_go(pending_.begin());
}

void ObjectSinkStep::opened() {
  pool_.emplace(*store_, setup_.content_type, setup_.threads, context().waker());
}

std::string ObjectSinkStep::default_name(const Envelope& envelope) {
  LastOrigin& last = last_origins_[context().partition()];
  if (last.origin == envelope.origin) {
    ++last.further;
  } else {
    last = {envelope.origin, 0};
  }
  const Origin& origin = envelope.origin;
  const std::string further = last.further == 0 ? std::string() : fmt::format("-{}", last.further);
  return fmt::format("{}/{}/{}/{}/{:020}{}{}", percent_encoded(setup_.pipeline, false),
                     percent_encoded(setup_.step, false), percent_encoded(origin.topic, false),
                     origin.partition, origin.offset, further, setup_.extension);
}

void ObjectSinkStep::process(Envelope& envelope, void* payload) {
  const Bytes& bytes = *static_cast<const Bytes*>(payload);
  const auto text = streams::detail::at_border(context(), envelope, StepErrorKind::function, [&] {
    return setup_.generator ? setup_.generator(Message<Bytes>(bytes, envelope)) : default_name(envelope);
  });
  if (!text) return;
  absl::StatusOr<ObjectName> name = ObjectName::parse(*text);
  if (!name.ok()) {
    context().fail(envelope, StepErrorKind::function, std::string(name.status().message()));
    return;
  }
  const std::uint64_t id = next_id_++;
  const auto size = static_cast<std::int64_t>(bytes.size());
  pending_.emplace(id, Pending{context().keep(envelope), envelope, *text, context().partition(), size});
  context().count_kept_bytes(size);
  UploadPool::Upload upload{id, *std::move(name), bytes};
  const auto [behind, alone] = behind_.try_emplace(*text);
  if (alone) {
    pool_->add(std::move(upload));
  } else {
    behind->second.push_back(std::move(upload));
  }
  block_if_full();
}

void ObjectSinkStep::block_if_full() {
  const bool full = pending_.size() >= 2 * setup_.threads;
  if (full == blocked_) return;
  blocked_ = full;
  context().set_blocked(full);
}

std::chrono::nanoseconds ObjectSinkStep::poll(std::chrono::nanoseconds) {
  for (const UploadPool::Done& done : pool_->take_done()) end(done.id, done.status);
  block_if_full();
  return kNever;
}

void ObjectSinkStep::end(std::uint64_t id, const absl::Status& status) {
  // Nothing is known of it: it stays owed, and is written again by whoever reads its record next.
  if (absl::IsCancelled(status)) return;
  const auto entry = pending_.extract(id);
  const Pending& pending = entry.mapped();
  context().count_kept_bytes(-pending.bytes);
  go_on_with(pending.name);
  if (status.ok() || pending.forgotten) return;
  const InHand in_hand(context(), pending.kept);
  context().fail(pending.envelope, StepErrorKind::produce, std::string(status.message()));
}

void ObjectSinkStep::let_go(std::map<std::uint64_t, Pending>::iterator pending) {
  context().count_kept_bytes(-pending->second.bytes);
  pending_.erase(pending);
}

void ObjectSinkStep::go_on_with(const std::string& name) {
  const auto behind = behind_.find(name);
  if (behind->second.empty()) {
    behind_.erase(behind);
  } else {
    pool_->add(std::move(behind->second.front()));
    behind->second.pop_front();
  }
}

// What has not begun must not be written over what the next owner of the partition writes.
void ObjectSinkStep::forget(std::uint32_t partition) {
  last_origins_.erase(partition);
  for (auto& [name, behind] : behind_) {
    std::erase_if(behind, [&](const UploadPool::Upload& upload) {
      const auto pending = pending_.find(upload.id);
      if (pending->second.partition != partition) return false;
      let_go(pending);
      return true;
    });
  }
  for (auto at = pending_.begin(); at != pending_.end();) {
    Pending& pending = at->second;
    if (pending.partition != partition) {
      ++at;
    } else if (pool_->drop(at->first)) {
      go_on_with(pending.name);
      let_go(at++);
    } else {
      pending.kept = {};
      pending.forgotten = true;
      ++at;
    }
  }
  block_if_full();
}

}  // namespace streams::objects
