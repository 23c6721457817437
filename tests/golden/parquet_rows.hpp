#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace streams::tests {

#ifdef STREAMS_HAS_PARQUET
inline constexpr bool kHasParquet = true;
#else
inline constexpr bool kHasParquet = false;
#endif

/// True where there is a Python with pyarrow, which is what reads the files: not the code that wrote them.
bool can_read_parquet();

/// The rows of these files, one line of JSON each; `work` is a path for the reader's output. A file that cannot be read
/// is a failure of the test.
std::vector<std::string> parquet_rows(const std::vector<std::filesystem::path>& files,
                                      const std::filesystem::path& work);

}  // namespace streams::tests
