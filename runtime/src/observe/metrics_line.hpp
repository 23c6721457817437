#pragma once

#include <chrono>
#include <string>

#include "observe/measure.hpp"

namespace streams::runtime {

/// One line for the log: what happened between two observations, and how things stand.
std::string metrics_line(const Observation& before, const Observation& now, const Labels& common);

/// A bound that this share of the values is under, in seconds; negative when there are none.
double quantile(const HistogramView& histogram, double share);

/// What was added to a histogram.
HistogramView since(const HistogramView& before, HistogramView now);

}  // namespace streams::runtime
