#pragma once

#include <string>

#include "observe/status_view.hpp"

namespace streams::runtime {

struct TableStyle {
  bool colour = false;      ///< with the escapes of a terminal
  std::size_t width = 120;  ///< columns; longer lines are cut
};

/// A run as a table: health with reasons, a line for each step, the partitions with most lag, the last errors.
/// Control characters in texts of the run are replaced: a terminal obeys none of them.
std::string status_table(const StatusView& status, const TableStyle& style);

}  // namespace streams::runtime
