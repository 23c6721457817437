#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

// Feeds of the shapes that a large error tracker has: metrics, outcomes and events.
namespace feeds {

using streams::Json;

struct EncodedValue {
  std::string format, data;
};
BOOST_DESCRIBE_STRUCT(EncodedValue, (), (format, data))

struct Metric {
  std::int64_t org_id = 0;
  std::int64_t project_id = 0;
  std::string name, type;
  std::variant<std::int64_t, double, std::vector<double>, EncodedValue> value;
  std::map<std::string, std::string> tags;
  std::int64_t timestamp = 0;
  std::int64_t retention_days = 0;
  std::optional<double> sampling_weight;
};
BOOST_DESCRIBE_STRUCT(Metric, (),
                      (org_id, project_id, name, type, value, tags, timestamp, retention_days,
                       sampling_weight))

struct Outcome {
  std::string timestamp;
  std::optional<std::int64_t> org_id;
  std::int64_t project_id = 0;
  std::optional<std::int64_t> key_id;
  int outcome = 0;
  std::optional<std::string> reason, event_id, source;
  std::optional<int> category;
  std::optional<std::int64_t> quantity;
  std::optional<std::map<std::string, std::string>> labels;
};
BOOST_DESCRIBE_STRUCT(Outcome, (),
                      (timestamp, org_id, project_id, key_id, outcome, reason, event_id, source, category,
                       quantity, labels))
constexpr auto json_fields(const Outcome*) {
  using namespace streams::json;
  return fields(field<&Outcome::labels>("logging.googleapis.com/labels"));
}

enum class Change {
  insert,
  start_merge,
  end_merge,
  end_unmerge,
  start_delete_groups,
  end_delete_groups,
  end_delete_tag,
  exclude_groups,
  replace_group,
  tombstone_events
};
BOOST_DESCRIBE_ENUM(Change, insert, start_merge, end_merge, end_unmerge, start_delete_groups,
                    end_delete_groups, end_delete_tag, exclude_groups, replace_group, tombstone_events)

struct Exception {
  std::optional<std::string> type, value;
  std::optional<Json> stacktrace;
};
BOOST_DESCRIBE_STRUCT(Exception, (), (type, value, stacktrace))

struct Exceptions {
  std::optional<std::vector<std::optional<Exception>>> values;
};
BOOST_DESCRIBE_STRUCT(Exceptions, (), (values))

struct EventData {
  std::optional<std::string> type, version;
  std::optional<std::vector<std::optional<std::pair<std::optional<std::string>, std::optional<std::string>>>>>
      tags;
  std::optional<Exceptions> exception;
  std::optional<double> received;
};
BOOST_DESCRIBE_STRUCT(EventData, (), (type, version, tags, exception, received))

struct Event {
  std::string event_id, datetime;
  std::optional<std::string> primary_hash, platform, message;
  std::int64_t project_id = 0;
  std::int64_t group_id = 0;
  EventData data;
};
BOOST_DESCRIBE_STRUCT(Event, (),
                      (event_id, datetime, primary_hash, platform, message, project_id, group_id, data))

struct Merge {
  std::optional<std::string> transaction_id;
  std::int64_t project_id = 0;
  std::vector<std::int64_t> previous_group_ids;
  std::int64_t new_group_id = 0;
  std::string datetime;
};
BOOST_DESCRIBE_STRUCT(Merge, (), (transaction_id, project_id, previous_group_ids, new_group_id, datetime))

struct Groups {
  std::optional<std::string> transaction_id;
  std::int64_t project_id = 0;
  std::vector<std::int64_t> group_ids;
  std::optional<std::string> datetime;
};
BOOST_DESCRIBE_STRUCT(Groups, (), (transaction_id, project_id, group_ids, datetime))

using EventMessage = std::tuple<int, Change, std::variant<Event, Merge, Groups, Json>, std::optional<Json>>;

}  // namespace feeds

namespace {

using namespace streams;
using namespace streams_test;
using namespace feeds;

TEST(JsonPayloadTest, ReadsMetricsOfEveryShape) {
  const std::string head =
      R"({"org_id":420,"project_id":7,"name":"c:sessions/x@none","tags":{"sdk":"node/1.0","session.status":"init"},)"
      R"("timestamp":1111111111111111,"retention_days":90,"type":"c",)";
  EXPECT_EQ(std::get<std::int64_t>(decode<Metric>(head + R"("value":1})").value), 1);
  EXPECT_EQ(std::get<double>(decode<Metric>(head + R"("value":1.0})").value), 1.0);
  EXPECT_EQ(std::get<std::vector<double>>(decode<Metric>(head + R"("value":[1.0,2]})").value),
            (std::vector<double>{1, 2}));
  const auto encoded =
      decode<Metric>(head + R"("value":{"format":"zstd","data":"KLUv"},"sampling_weight":100.0})");
  EXPECT_EQ(std::get<EncodedValue>(encoded.value).format, "zstd");
  EXPECT_EQ(encoded.sampling_weight, 100.0);
  EXPECT_EQ(encoded.tags.at("session.status"), "init");
}

TEST(JsonPayloadTest, ReadsOutcomesWithNullsAndNamesThatAreNoCppNames) {
  const auto outcome =
      decode<Outcome>(R"({"project_id":1,"logging.googleapis.com/labels":{"host":"lb-6"},"org_id":0,)"
                      R"("outcome":4,"key_id":null,"reason":null,"timestamp":"2023-03-28T18:50:39Z"})");
  EXPECT_EQ(outcome.labels->at("host"), "lb-6");
  EXPECT_EQ(outcome.key_id, std::nullopt);
  EXPECT_EQ(encode(outcome), R"({"timestamp":"2023-03-28T18:50:39Z","org_id":0,"project_id":1,"outcome":4,)"
                             R"("logging.googleapis.com/labels":{"host":"lb-6"}})");
}

TEST(JsonPayloadTest, ReadsEventsThatAreArraysByPosition) {
  const auto inserted = decode<EventMessage>(
      R"([2, "insert", {"event_id":"9cdc","primary_hash":"aa","message":"","platform":"python",
      "project_id":1,"group_id":2,"datetime":"2023-03-13T17:34:49Z","organization_id":3,
      "data":{"received":1677512412.437706,"tags":[["environment","prod"],null,["k",null]],"exception":{"values":[null,{"type":"E"}]}}},
      {"is_new": true}])");
  const auto& event = std::get<Event>(std::get<2>(inserted));
  EXPECT_EQ(event.data.received, 1677512412.437706);
  EXPECT_EQ(event.data.tags->at(0)->second, "prod");
  EXPECT_EQ(event.data.exception->values->at(1)->type, "E");
  EXPECT_EQ(std::get<3>(inserted)->text(), R"({"is_new": true})");

  const auto merged = decode<EventMessage>(
      R"([2,"end_merge",{"transaction_id":"4d","project_id":1,"previous_group_ids":[222,4444],"new_group_id":3,"datetime":"d"}])");
  EXPECT_EQ(std::get<Merge>(std::get<2>(merged)).previous_group_ids.size(), 2u);
  EXPECT_EQ(std::get<3>(merged), std::nullopt);

  const auto other =
      decode<EventMessage>(R"([2,"end_delete_tag",{"project_id":123,"tag":"sentry:user","datetime":"d"}])");
  EXPECT_TRUE(std::holds_alternative<Json>(std::get<2>(other)));
}

}  // namespace
