#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <streams/runtime/io.hpp>

#include "source.hpp"

namespace streams::local {

/// Several files read as one source, in turns: for a pipeline with several sources. The id of a file's partition is
/// its place in the list.
class JointSource final : public runtime::Source, private runtime::SourceEvents {
 public:
  explicit JointSource(std::vector<std::unique_ptr<LineSource>> files) : files_(std::move(files)) {}

  absl::Status start(runtime::SourceEvents& events) override;
  void poll() override;
  runtime::BatchRef take(std::size_t max_records) override;
  void commit(std::span<const runtime::PartitionOffset> offsets) override;
  void release(std::span<const runtime::PartitionId> partitions) override;
  void rewind(runtime::PartitionId partition, std::int64_t offset) override;
  void park(runtime::PartitionId partition, bool parked) override;
  bool finished() const override;
  void leave(bool give_up_partitions) override;
  bool left() const override;

 private:
  void assigned(std::span<const runtime::Assignment> partitions) override { worker_->assigned(partitions); }
  void revoked(std::span<const runtime::PartitionId> partitions) override { worker_->revoked(partitions); }
  void lost(std::span<const runtime::PartitionId> partitions) override { worker_->lost(partitions); }
  void committed(const absl::Status& status) override;
  void source_failed(const absl::Status& status) override { worker_->source_failed(status); }

  std::vector<std::unique_ptr<LineSource>> files_;
  runtime::SourceEvents* worker_ = nullptr;
  std::size_t turn_ = 0;
  std::size_t commits_open_ = 0;
  absl::Status commit_status_;
};

}  // namespace streams::local
