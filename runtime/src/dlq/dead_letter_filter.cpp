#include "dlq/dead_letter_filter.hpp"

#include <algorithm>

namespace streams::runtime::dlq {

bool passes(const DeadLetterFilter& filter, const DeadLetterFacts& facts) {
  if (filter.step && *filter.step != facts.step) return false;
  if (filter.error && *filter.error != facts.error) return false;
  if (filter.message && facts.message.find(*filter.message) == std::string::npos) return false;
  if (filter.since && facts.time < *filter.since) return false;
  return !filter.until || facts.time < *filter.until;
}

std::vector<DeadLetterRange> narrowed(const DeadLetterFilter& filter, std::vector<DeadLetterRange> ranges) {
  for (DeadLetterRange& range : ranges) {
    if (filter.partition && *filter.partition != range.partition) range.end = range.begin;
    if (filter.offsets) {
      range.begin = std::max(range.begin, filter.offsets->first);
      if (filter.offsets->second < range.end) range.end = filter.offsets->second + 1;
    }
  }
  std::erase_if(ranges, [](const DeadLetterRange& range) { return range.begin >= range.end; });
  return ranges;
}

}  // namespace streams::runtime::dlq
