#pragma once

#include <string>
#include <vector>

#include <streams/runtime/plan.hpp>

namespace streams::runtime {

/// A step that writes to something that is no topic, and what: a folder or a bucket.
struct OutsidePlace {
  std::string step;
  std::string place;  ///< `file:///folder`, `s3://bucket/prefix`; a secret is `***`
};

/// Those of a segment, in the graph's order.
std::vector<OutsidePlace> outside_places(const Plan& plan, const Segment& segment);

}  // namespace streams::runtime
