#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace streams::runtime {

/// A key made of everything that was put in: FNV-1a with 128 bits. It tells contents apart; it is no defence
/// against somebody who may write into the cache.
class ContentKey {
 public:
  /// Adds a text and its end, so that ("ab", "c") and ("a", "bc") differ.
  void add(std::string_view text);
  /// Adds the content of a file. False when it cannot be read; then the key is of no use.
  bool add_file(const std::filesystem::path& path);
  /// 32 hexadecimal digits.
  std::string text() const;

 private:
  __extension__ using Word = unsigned __int128;
  void add_bytes(const void* data, std::size_t size);
  Word hash_ = (static_cast<Word>(0x6c62272e07bb0142) << 64) | 0x62b821756295c58d;
};

}  // namespace streams::runtime
