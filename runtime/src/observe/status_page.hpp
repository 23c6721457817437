#pragma once

#include <string>

#include <streams/runtime/plan.hpp>

#include "observe/measure.hpp"

namespace streams::runtime {

/// `/status`: the figures of a run as JSON, for a page and for terminals. Rates are those between `before` and
/// `now`; without time between them they are null.
std::string status_json(const Plan& plan, const Segment& segment, const RunLabels& labels,
                        const Observation& before, const Observation& now);

/// `/healthz` and `/readyz`.
std::string health_json(const Health& health);
std::string readiness_json(const Health& health);

}  // namespace streams::runtime
