#pragma once

#include <streams/streams.hpp>

/// A record of the topic `ingest-metrics`, as several examples read it.
struct IngestMetric {
  std::int64_t org_id, project_id;
  std::string name, type;
  streams::Json value;  // a number or a list: kept as it came
  std::map<std::string, std::string> tags;
  std::int64_t timestamp, retention_days;
  std::optional<bool> transformed;  // may be absent
};
BOOST_DESCRIBE_STRUCT(IngestMetric, (),
                      (org_id, project_id, name, type, value, tags, timestamp, retention_days, transformed))
