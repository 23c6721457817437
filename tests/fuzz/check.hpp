#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace streams_fuzz {

/// Ends the process, which libFuzzer reports with the input that led here, where the promise does not hold.
inline void check(bool holds, std::string_view otherwise) {
  if (holds) return;
  std::fprintf(stderr, "not so: %.*s\n", static_cast<int>(otherwise.size()), otherwise.data());
  std::abort();
}

}  // namespace streams_fuzz
