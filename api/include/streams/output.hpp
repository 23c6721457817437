#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include <streams/bytes.hpp>
#include <streams/export.hpp>

namespace streams {

/// Where a codec writes one value. Text goes straight into a large chunk that many values share, and
/// `take()` hands out the value as a slice of it: no copy and, in the steady state, no allocation.
///
/// Lifecycle: one per worker and step; `write*` any number of times, then `take()` or `discard()`.
/// Threads: used by one thread; the slices it gave out may be freed on any.
class STREAMS_EXPORT Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  /// Room for at least `count` more bytes; returns where to write them. Follow with `advance()`.
  char* reserve(std::size_t count) {
    if (static_cast<std::size_t>(limit_ - end_) < count) grow(count);
    return end_;
  }
  /// Says that `count` bytes were written at the place that `reserve()` returned.
  void advance(std::size_t count) noexcept { end_ += count; }

  void write(char c) {
    *reserve(1) = c;
    ++end_;
  }
  void write(std::string_view text) {
    char* to = reserve(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    end_ += text.size();
  }

  std::string_view written() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }
  /// What was written since the last `take()` or `discard()`, as a slice that keeps its chunk alive.
  Bytes take();
  void discard() noexcept { end_ = begin_; }

 private:
  class Chunk;
  void grow(std::size_t count);

  Chunk* chunk_ = nullptr;  // one reference is ours
  Chunk* spare_ = nullptr;  // the chunk before, written again once nobody reads it; one reference is ours
  char* begin_ = nullptr;
  char* end_ = nullptr;
  char* limit_ = nullptr;
};

}  // namespace streams
