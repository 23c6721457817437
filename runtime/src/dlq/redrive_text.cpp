#include "dlq/redrive_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dlq/json_line.hpp"
#include "dlq/terminal_text.hpp"

namespace streams::runtime::dlq {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBarWidth = 30;

std::uint64_t sum_of(const std::map<std::string, std::uint64_t>& counts) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

std::uint64_t left_of(const RedriveCounts& counts) {
  return counts.before + counts.tried_too_often + sum_of(counts.other_topics) +
         sum_of(counts.other_pipelines) + sum_of(counts.gone_topics) + counts.foreign;
}

std::string records_text(std::uint64_t count) {
  return fmt::format("{} record{}", count, count == 1 ? "" : "s");
}

bool is_complete(const RedriveResult& result) {
  return result.status.ok() && !result.stopped && result.counts.looked_at == result.counts.to_look_at;
}

}  // namespace

RedriveProgress::RedriveProgress(bool terminal, const Clock& clock,
                                 std::function<void(std::string_view)> write)
    : terminal_(terminal), clock_(clock), write_(std::move(write)), started_(clock.now()), shown_(started_) {}

std::string RedriveProgress::line(const RedriveCounts& counts) const {
  const double part = counts.to_look_at == 0
                          ? 1.0
                          : static_cast<double>(counts.looked_at) / static_cast<double>(counts.to_look_at);
  const auto percent = static_cast<unsigned>(part * 100);
  const std::chrono::duration<double> seconds = clock_.now() - started_;
  const double rate = seconds.count() > 0 ? static_cast<double>(counts.redriven) / seconds.count() : 0;
  std::string text =
      fmt::format("{:3} %  {} redriven, {} left, {:.0f}/s", percent, counts.redriven, left_of(counts), rate);
  if (!terminal_) return text;
  const auto filled = std::min(kBarWidth, static_cast<std::size_t>(part * static_cast<double>(kBarWidth)));
  return fmt::format("[{}{}] {}", std::string(filled, '#'), std::string(kBarWidth - filled, '.'), text);
}

void RedriveProgress::update(const RedriveCounts& counts) {
  const auto now = clock_.now();
  if (now - shown_ < (terminal_ ? 100ms : 5000ms)) return;
  shown_ = now;
  drawn_ = true;
  // To the line's start, and what is right of the new text is wiped.
  write_(terminal_ ? fmt::format("\r{}\x1b[K", line(counts)) : line(counts) + "\n");
}

void RedriveProgress::finish(const RedriveCounts& counts) {
  if (terminal_ && drawn_) write_(fmt::format("\r{}\x1b[K\n", line(counts)));
}

std::string summary_text(const RedriveResult& result, const RedriveOptions& options,
                         const RedriveNames& names) {
  const RedriveCounts& counts = result.counts;
  std::string text = options.dry_run ? fmt::format("dry run: {} of {} would be written to {}; nothing was\n",
                                                   records_text(counts.redriven), names.queue, names.topic)
                                     : fmt::format("redriven {} of {} to {}\n", records_text(counts.redriven),
                                                   names.queue, names.topic);
  for (const auto& [topic, count] : counts.to_internal_topics)
    text += fmt::format("{} of them {} to internal topic {}, behind which they were refused\n", count,
                        options.dry_run ? "would go" : "went", terminal_text(topic));
  const auto left = [&text](std::uint64_t count, const std::string& why) {
    if (count != 0) text += fmt::format("left {}: {}\n", records_text(count), why);
  };
  left(counts.before, "redriven before");
  left(counts.tried_too_often,
       fmt::format("refused {} times or more; raise --max-attempts to try them again", options.max_attempts));
  for (const auto& [topic, count] : counts.other_topics)
    left(count,
         fmt::format("they came from topic {}, and this source reads {}", terminal_text(topic), names.topic));
  for (const auto& [pipeline, count] : counts.other_pipelines)
    left(count,
         fmt::format("pipeline {} refused them; redrive them with its deployment", terminal_text(pipeline)));
  for (const auto& [topic, count] : counts.gone_topics)
    left(count,
         fmt::format("they were refused behind internal topic {}, which the pipeline does not have any more; "
                     "redrive them with a deployment that is cut as it was then",
                     terminal_text(topic)));
  left(counts.foreign, "they have no streams.dlq headers, so nobody knows where they came from");
  if (result.stopped && !options.dry_run) {
    text += fmt::format(
        "stopped at {} of {} places in the queue; run the same command again to go on: what is in {} is not "
        "written "
        "twice\n",
        counts.looked_at, counts.to_look_at, names.ledger);
  } else if (result.stopped) {
    text += fmt::format("stopped at {} of {} places in the queue\n", counts.looked_at, counts.to_look_at);
  } else if (result.status.ok() && !is_complete(result)) {
    text += "there may be more: --limit was reached\n";
  }
  return text;
}

std::string summary_json(const RedriveResult& result, const RedriveOptions& options,
                         const RedriveNames& names) {
  const RedriveCounts& counts = result.counts;
  const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
  JsonLine line;
  line.text("queue", names.queue)
      .text("topic", names.topic)
      .flag("dry_run", options.dry_run)
      .number("redriven", number(counts.redriven))
      .number("to_internal_topics", number(sum_of(counts.to_internal_topics)))
      .number("redriven_before", number(counts.before))
      .number("tried_too_often", number(counts.tried_too_often))
      .number("of_other_topics", number(sum_of(counts.other_topics)))
      .number("of_other_pipelines", number(sum_of(counts.other_pipelines)))
      .number("of_gone_topics", number(sum_of(counts.gone_topics)))
      .number("foreign", number(counts.foreign))
      .flag("complete", is_complete(result));
  return line.str() + "\n";
}

}  // namespace streams::runtime::dlq
