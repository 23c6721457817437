#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace streams::runtime::manifests {

/// Whether Kubernetes takes the text as an amount of processor: `500m`, `2`, `0.5`.
bool is_cpu(std::string_view text);
/// Whether Kubernetes takes the text as an amount of memory: `512Mi`, `1Gi`, `500M`, bytes.
bool is_memory(std::string_view text);

/// The memory that a process with this `memory.budget` is given when nobody says: as much again for what
/// librdkafka and the allocator hold beside it, and 128 MiB for the program and the author's own code.
std::string memory_for(std::uint64_t budget);

}  // namespace streams::runtime::manifests
