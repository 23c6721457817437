#include <algorithm>
#include <cstddef>
#include <deque>
#include <random>
#include <utility>
#include <vector>

#include <streams/sink/dev_null_sink.hpp>

#include "read_option.hpp"

namespace streams::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

DevNullOptions read_all(const Options& effective, std::vector<std::string>& faults) {
  return {.batch_size = read_option<std::int64_t>(effective, "batch_size", kWholeNumber, faults),
          .batch_time = read_option<milliseconds>(effective, "batch_time", kDuration, faults),
          .average_sleep_time = read_option<milliseconds>(effective, "average_sleep_time", kDuration, faults),
          .max_sleep_time = read_option<milliseconds>(effective, "max_sleep_time", kDuration, faults)};
}

/// One batch after the other is collected, closed, and waits for its delay; a batch that is closed while
/// another one waits has its delay behind that one's, as one writer would do it.
class DevNullStep final : public Operator {
 public:
  explicit DevNullStep(const DevNullOptions& options)
      : batch_size_(static_cast<std::size_t>(options.batch_size.value_or(options.batch_time ? 0 : 1))),
        batch_time_(options.batch_time),
        average_(options.average_sleep_time.value_or(milliseconds{0})),
        max_(options.max_sleep_time.value_or(milliseconds{0})) {}

  void process(Envelope&, void*) override {
    if (batch_size_ == 1 && average_ == nanoseconds{0}) return;
    if (records_ == 0) collecting_since_ = context().now();
    ++records_;
    // Epochs come in order, so only the newest one can be held already.
    Hold hold = context().hold();
    if (holds_.empty() || !holds_.back().same_epoch(hold)) holds_.push_back(std::move(hold));
    if (records_ == batch_size_) close(context().now());
  }

  nanoseconds poll(nanoseconds now) override {
    if (records_ != 0 && batch_time_ && now - collecting_since_ >= *batch_time_) close(now);
    finish_due(now);
    nanoseconds next = closed_.empty() ? kNever : closed_.front().due;
    if (records_ != 0 && batch_time_) next = std::min(next, collecting_since_ + *batch_time_);
    return next;
  }

  void flush() override {
    if (records_ != 0) close(context().now());
  }

 private:
  struct Batch {
    std::vector<Hold> holds;
    nanoseconds due;
  };

  void close(nanoseconds now) {
    const nanoseconds start = closed_.empty() ? now : std::max(now, closed_.back().due);
    closed_.push_back({std::exchange(holds_, {}), start + delay()});
    records_ = 0;
    finish_due(now);
  }

  void finish_due(nanoseconds now) {
    while (!closed_.empty() && closed_.front().due <= now) closed_.pop_front();
    if (const bool blocked = closed_.size() > 1; blocked != blocked_) {
      blocked_ = blocked;
      context().set_blocked(blocked);
    }
  }

  nanoseconds delay() {
    if (average_ == nanoseconds{0}) return nanoseconds{0};
    const double factor = std::uniform_real_distribution<double>(0.5, 1.5)(random_);
    return std::min(
        max_, nanoseconds{static_cast<nanoseconds::rep>(static_cast<double>(average_.count()) * factor)});
  }

  const std::size_t batch_size_;  // 0: by time only
  const std::optional<nanoseconds> batch_time_;
  const nanoseconds average_;
  const nanoseconds max_;

  std::size_t records_ = 0;
  nanoseconds collecting_since_{0};
  std::vector<Hold> holds_;
  std::deque<Batch> closed_;  // the first one is being written
  bool blocked_ = false;
  std::mt19937 random_;  // the default seed: the same records give the same delays
};

}  // namespace

Options dev_null_options(const DevNullOptions& options) {
  return {{"batch_size", value_or_nothing(options.batch_size)},
          {"batch_time", value_or_nothing(options.batch_time)},
          {"average_sleep_time", value_or_nothing(options.average_sleep_time)},
          {"max_sleep_time", value_or_nothing(options.max_sleep_time)}};
}

std::vector<std::string> dev_null_faults(const Options& effective) {
  std::vector<std::string> faults;
  const DevNullOptions options = read_all(effective, faults);
  if (options.batch_size && *options.batch_size < 1) {
    faults.push_back("batch_size is " + std::to_string(*options.batch_size) + "; it must be at least 1");
  }
  if (options.batch_time && *options.batch_time <= milliseconds{0}) {
    faults.push_back("batch_time is " + to_string(OptionValue{*options.batch_time}) +
                     "; it must be above zero");
  }
  if (options.average_sleep_time && *options.average_sleep_time < milliseconds{0}) {
    faults.emplace_back("average_sleep_time is below zero");
  }
  if (options.average_sleep_time && !options.max_sleep_time) {
    faults.emplace_back("average_sleep_time needs max_sleep_time, the upper bound of a delay; set it too");
  }
  if (options.average_sleep_time && options.max_sleep_time &&
      *options.max_sleep_time < *options.average_sleep_time) {
    faults.push_back("max_sleep_time (" + to_string(OptionValue{*options.max_sleep_time}) +
                     ") is below average_sleep_time (" + to_string(OptionValue{*options.average_sleep_time}) +
                     "); raise it or lower the average");
  }
  return faults;
}

std::unique_ptr<Operator> make_dev_null(const Options& effective) {
  if (auto faults = dev_null_faults(effective); !faults.empty()) throw PipelineError(std::move(faults));
  std::vector<std::string> none;
  return std::make_unique<DevNullStep>(read_all(effective, none));
}

}  // namespace streams::detail
