#pragma once

#include <string>
#include <vector>

#include "observe/measure.hpp"

namespace streams::runtime {

inline constexpr std::string_view kPrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/// The samples in Prometheus' text format. Characters that a label's name cannot have become `_`.
std::string prometheus_text(const std::vector<Sample>& samples, const Labels& common);

}  // namespace streams::runtime
