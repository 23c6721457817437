#include "dlq/dead_letter_groups.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dlq/json_line.hpp"
#include "dlq/terminal_text.hpp"
#include "dlq/text_table.hpp"
#include "dlq/time_text.hpp"

namespace streams::runtime::dlq {

void DeadLetterGroups::add(const DeadLetterFacts& facts, bool redriven) {
  std::string message = error_group(facts.message);
  DeadLetterGroup& group = groups_[{facts.step, facts.error, message}];
  if (group.count == 0) {
    group.step = facts.step;
    group.error = facts.error;
    group.message = std::move(message);
    group.first = group.last = facts.time;
  }
  ++group.count;
  if (redriven) ++group.redriven;
  group.first = std::min(group.first, facts.time);
  group.last = std::max(group.last, facts.time);
}

std::vector<DeadLetterGroup> DeadLetterGroups::sorted() const {
  std::vector<DeadLetterGroup> groups;
  for (const auto& [key, group] : groups_) groups.push_back(group);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const DeadLetterGroup& a, const DeadLetterGroup& b) { return a.count > b.count; });
  return groups;
}

std::string table_of(const std::vector<DeadLetterGroup>& groups) {
  constexpr std::size_t kLongestGroup = 100;
  using enum TextTable::Align;
  TextTable table(
      {{"COUNT", right}, {"REDRIVEN", right}, {"STEP"}, {"ERROR"}, {"FIRST"}, {"LAST"}, {"MESSAGE"}});
  std::uint64_t count = 0;
  std::uint64_t redriven = 0;
  for (const DeadLetterGroup& group : groups) {
    table.add({std::to_string(group.count), std::to_string(group.redriven), terminal_text(group.step),
               terminal_text(group.error), iso_text(group.first), iso_text(group.last),
               shortened(group.message, kLongestGroup)});
    count += group.count;
    redriven += group.redriven;
  }
  return fmt::format("{}{} dead letter{}, {} of them redriven\n", table.empty() ? "" : table.text(), count,
                     count == 1 ? "" : "s", redriven);
}

std::string json_of(const std::vector<DeadLetterGroup>& groups) {
  std::string text;
  for (const DeadLetterGroup& group : groups) {
    JsonLine line;
    line.text("step", group.step)
        .text("error", group.error)
        .text("message", group.message)
        .number("count", static_cast<std::int64_t>(group.count))
        .number("redriven", static_cast<std::int64_t>(group.redriven))
        .text("first", iso_text(group.first))
        .text("last", iso_text(group.last));
    text += line.str() + "\n";
  }
  return text;
}

}  // namespace streams::runtime::dlq
