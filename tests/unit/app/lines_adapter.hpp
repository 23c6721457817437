#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <streams/runtime/adapter.hpp>

namespace streams::runtime {

/// What a run with the lines adapter has seen. Threads: any.
class LinesWorld {
 public:
  std::vector<std::string> lines;  ///< the records of the one source; set before the run

  void written(std::string line);
  void committed(std::int64_t offset);
  std::vector<std::string> output() const;
  std::int64_t committed_offset() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> output_;
  std::int64_t committed_ = -1;
};

/// An adapter as somebody else would write one: it feeds the lines of `world` once and keeps what is written.
/// `world` outlives it.
AdapterFactory lines_adapter(LinesWorld& world);

}  // namespace streams::runtime
