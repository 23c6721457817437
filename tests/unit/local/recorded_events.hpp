#pragma once

#include <string>
#include <vector>

#include <streams/runtime/io.hpp>
#include <streams/runtime/log.hpp>

/// Keeps what a source tells.
class RecordedSourceEvents final : public streams::runtime::SourceEvents {
 public:
  void assigned(std::span<const streams::runtime::Assignment> partitions) override {
    for (const auto& partition : partitions) positions.push_back(partition.position);
  }
  void revoked(std::span<const streams::runtime::PartitionId> partitions) override {
    revokes += partitions.size();
  }
  void lost(std::span<const streams::runtime::PartitionId> partitions) override {
    losses += partitions.size();
  }
  void committed(const absl::Status& status) override { commits.push_back(status); }
  void source_failed(const absl::Status& status) override { failures.push_back(status); }

  std::vector<std::int64_t> positions;
  std::size_t revokes = 0;
  std::size_t losses = 0;
  std::vector<absl::Status> commits;
  std::vector<absl::Status> failures;
};

/// Keeps what a sink tells. Tokens are pointers to whatever the test likes.
class RecordedSinkEvents final : public streams::runtime::SinkEvents {
 public:
  void delivered(void* token) override { deliveries.push_back(token); }
  void refused(void* token, std::string_view text) override {
    refusals.push_back(token);
    reasons.emplace_back(text);
  }
  void sink_failed(const absl::Status& status) override { failures.push_back(status); }

  std::vector<void*> deliveries;
  std::vector<void*> refusals;
  std::vector<std::string> reasons;
  std::vector<absl::Status> failures;
};

class RecordedLog final : public streams::runtime::Log {
 public:
  void write(streams::runtime::LogLevel, std::string_view text) override { lines.emplace_back(text); }

  std::vector<std::string> lines;
};
