#pragma once

#include <cstdint>

namespace streams::runtime {

/// What the kernel knows of this process; zeros where it does not say.
struct ProcessFigures {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  double started = 0;  ///< seconds since 1970
};

ProcessFigures read_process_figures();

}  // namespace streams::runtime
