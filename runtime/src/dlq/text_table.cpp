#include "dlq/text_table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace streams::runtime::dlq {
namespace {

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

std::string TextTable::text() const {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  lines.push_back(std::move(titles));
  lines.insert(lines.end(), rows_.begin(), rows_.end());

  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < columns_.size(); ++i)
      widths[i] = std::max(widths[i], count_characters(line[i]));

  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string blanks(widths[i] - count_characters(line[i]), ' ');
      const bool last = i + 1 == columns_.size();
      if (columns_[i].align == Align::right) text += blanks;
      text += line[i];
      if (columns_[i].align == Align::left && !last) text += blanks;
      text += last ? "\n" : "  ";
    }
  }
  return text;
}

}  // namespace streams::runtime::dlq
