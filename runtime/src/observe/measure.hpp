#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/runtime/config.hpp>
#include <streams/runtime/snapshot.hpp>

#include "observe/catalogue.hpp"
#include "observe/health.hpp"
#include "observe/process_figures.hpp"

namespace streams::runtime {

/// A process as all outputs see it.
struct Observation {
  Snapshot snapshot;
  Health health;
  ProcessFigures process;
};

/// What every sample of a process is labelled with.
struct RunLabels {
  std::string pipeline;
  std::string segment;
  Params tags;  ///< the operator's own; ours win
};

using Labels = std::vector<std::pair<std::string, std::string>>;

struct Sample {
  const MetricRow* row = nullptr;
  Labels labels;            ///< those of the row, in its order
  double value = 0;         ///< of a counter or gauge
  HistogramView histogram;  ///< of a histogram
};

/// Everything measured, metric by metric in the order of the catalogue.
std::vector<Sample> measure(const Observation& observation);

/// `pipeline`, `segment` and the operator's tags that are none of our labels.
Labels common_labels(const RunLabels& labels);

/// The difference to an earlier measurement: counters and histograms become what was added since; gauges stay.
/// Samples to which nothing was added are left out.
std::vector<Sample> since(const std::vector<Sample>& earlier, std::vector<Sample> now);

}  // namespace streams::runtime
