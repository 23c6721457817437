#include <streams/runtime/snapshot.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace streams::runtime {

std::uint64_t HistogramView::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

HistogramView& HistogramView::operator+=(const HistogramView& other) {
  if (counts.empty()) return *this = other;
  for (std::size_t i = 0; i < counts.size() && i < other.counts.size(); ++i) counts[i] += other.counts[i];
  sum += other.sum;
  return *this;
}

std::uint64_t StepView::error_count() const {
  return std::accumulate(errors.begin(), errors.end(), std::uint64_t{0});
}

StepView& StepView::operator+=(const StepView& other) {
  const auto add = [](std::optional<std::uint64_t>& to, const std::optional<std::uint64_t>& more) {
    if (more) to = to.value_or(0) + *more;
  };
  input += other.input;
  output += other.output;
  add(input_bytes, other.input_bytes);
  add(output_bytes, other.output_bytes);
  filtered += other.filtered;
  dropped_on_error += other.dropped_on_error;
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] += other.errors[i];
  retries += other.retries;
  dead_letters += other.dead_letters;
  duration += other.duration;
  return *this;
}

std::string_view to_string(WorkerState state) noexcept {
  switch (state) {
    case WorkerState::starting:
      return "starting";
    case WorkerState::running:
      return "running";
    case WorkerState::draining:
      return "draining";
    case WorkerState::leaving:
      return "leaving";
    case WorkerState::ended:
      return "ended";
  }
  return "ended";
}

std::string_view to_string(HeldBack by) noexcept {
  switch (by) {
    case HeldBack::no:
      return "no";
    case HeldBack::sink:
      return "sink";
    case HeldBack::step:
      return "step";
    case HeldBack::memory:
      return "memory";
    case HeldBack::commit:
      return "commit";
  }
  return "no";
}

std::optional<std::int64_t> PartitionView::lag() const {
  if (end < 0) return std::nullopt;
  // The end is what the last answer of the broker said, and may be behind what was read since.
  return std::max<std::int64_t>(0, std::max(end, position) - committed);
}

Snapshot RunWindow::look() const {
  const std::lock_guard lock(mutex_);
  return take_ ? take_() : last_;
}

void RunWindow::open(std::function<Snapshot()> take) {
  const std::lock_guard lock(mutex_);
  take_ = std::move(take);
}

void RunWindow::close() {
  const std::lock_guard lock(mutex_);
  if (!take_) return;
  last_ = take_();
  take_ = nullptr;
}

}  // namespace streams::runtime
