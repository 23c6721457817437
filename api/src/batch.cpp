#include <streams/step/batch.hpp>

#include <streams/error.hpp>

#include "read_option.hpp"

namespace streams::detail {
namespace {

BatchOptions read_limits(const Options& effective, std::vector<std::string>& faults) {
  return {.batch_size = read_option<std::int64_t>(effective, "batch_size", kWholeNumber, faults),
          .batch_size_bytes = read_option<std::int64_t>(effective, "batch_size_bytes", kWholeNumber, faults),
          .batch_timedelta =
              read_option<std::chrono::milliseconds>(effective, "batch_timedelta", kDuration, faults)};
}

}  // namespace

Options batch_options(const BatchOptions& options) {
  return {{"batch_size", value_or_nothing(options.batch_size)},
          {"batch_size_bytes", value_or_nothing(options.batch_size_bytes)},
          {"batch_timedelta", value_or_nothing(options.batch_timedelta)}};
}

std::vector<std::string> batch_faults(const Options& effective) {
  std::vector<std::string> faults;
  const BatchOptions options = read_limits(effective, faults);
  if (!faults.empty()) return faults;
  if (options.batch_size && *options.batch_size < 1) faults.emplace_back("batch_size must be at least 1");
  if (options.batch_size_bytes && *options.batch_size_bytes < 1)
    faults.emplace_back("batch_size_bytes must be at least 1");
  if (options.batch_timedelta && options.batch_timedelta->count() < 1)
    faults.emplace_back("batch_timedelta must be at least 1ms");
  if (!options.batch_size && !options.batch_size_bytes && !options.batch_timedelta)
    faults.emplace_back("no limit is set, so no batch would ever be full; set batch_size, batch_size_bytes or "
                        "batch_timedelta");
  return faults;
}

BatchOptions read_batch_options(const Options& effective) {
  std::vector<std::string> faults = batch_faults(effective);
  if (!faults.empty()) throw PipelineError(std::move(faults));
  return read_limits(effective, faults);
}

}  // namespace streams::detail
