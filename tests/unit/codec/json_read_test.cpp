#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/decode_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

struct IngestMetric {
  std::int64_t org_id, project_id;
  std::string name, type;
  Json value;
  std::map<std::string, std::string> tags;
  std::int64_t timestamp, retention_days;
  std::optional<bool> transformed;
};
BOOST_DESCRIBE_STRUCT(IngestMetric, (),
                      (org_id, project_id, name, type, value, tags, timestamp, retention_days, transformed))

constexpr std::string_view kMetric =
    R"({"org_id":1,"project_id":42,"name":"c:sessions/session@none","type":"c","value":[1, 2.50],)"
    R"("tags":{"env":"prod","sdk":"raven"},"timestamp":1677512412,"retention_days":90})";

TEST(JsonReadTest, ReadsAMetricAndWritesItBack) {
  const auto metric = decode<IngestMetric>(kMetric);
  EXPECT_EQ(metric.org_id, 1);
  EXPECT_EQ(metric.name, "c:sessions/session@none");
  EXPECT_EQ(metric.value.text(), "[1, 2.50]");
  EXPECT_EQ(metric.tags.at("sdk"), "raven");
  EXPECT_EQ(metric.timestamp, 1677512412);
  EXPECT_FALSE(metric.transformed.has_value());
  EXPECT_EQ(encode(metric), kMetric);
}

}  // namespace
