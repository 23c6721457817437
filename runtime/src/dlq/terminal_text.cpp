#include "dlq/terminal_text.hpp"

#include <fmt/format.h>

#include "observe/printable.hpp"

namespace streams::runtime::dlq {

std::string terminal_text(std::string_view text) {
  std::string result;
  const std::string readable = printable(text);
  for (std::size_t i = 0; i < readable.size(); ++i) {
    const auto byte = static_cast<unsigned char>(readable[i]);
    // U+0080 to U+009F are control characters too, and begin with this byte.
    const bool second_set =
        byte == 0xC2 && i + 1 < readable.size() && static_cast<unsigned char>(readable[i + 1]) < 0xA0;
    if (byte == '\n') {
      result += "\\n";
    } else if (byte == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else if (second_set) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(readable[++i]));
    } else {
      result += readable[i];
    }
  }
  return result;
}

std::string shortened(std::string_view text, std::size_t most) {
  std::string whole = terminal_text(text);
  std::size_t characters = 0;
  std::size_t keep = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if ((static_cast<unsigned char>(whole[i]) & 0xC0U) == 0x80U) continue;
    if (++characters == most - 2) keep = i;
    if (characters > most) return whole.substr(0, keep) + "...";
  }
  return whole;
}

}  // namespace streams::runtime::dlq
