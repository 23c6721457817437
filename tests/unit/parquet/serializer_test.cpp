#include <streams/parquet/serializer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/connector_library.hpp>
#include <streams/step/parquet_serializer.hpp>

#include "support/step_harness.hpp"

namespace streams::parquet {

struct Point {
  std::int64_t x = 0;
  std::optional<std::string> label;
};
BOOST_DESCRIBE_STRUCT(Point, (), (x, label))

struct Mixed {
  std::variant<int, std::string> value;
};
BOOST_DESCRIBE_STRUCT(Mixed, (), (value))

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

static_assert(ParquetSerializer::accepts<std::vector<Point>>);
static_assert(!ParquetSerializer::accepts<Point>, "a file is made of a batch");
static_assert(!ParquetSerializer::accepts<std::vector<Mixed>>);
static_assert(!ParquetSerializer::accepts<std::vector<int>>);

/// As the connector does.
Node node_of(ParquetOptions options) {
  Node node = ParquetSerializer("serializer", std::move(options)).node<std::vector<Point>>();
  node.make = [node](const Options& effective) { return *connector().make(node, effective, {}); };
  return node;
}

TEST(ParquetSerializerTest, MakesOneFileOfABatchAndKeepsItsEnvelope) {
  test::StepHarness<std::vector<Point>, Bytes> step(node_of({}));
  step.feed({{1, "a"}, {2, {}}}, test::full_envelope());
  step.feed({});
  ASSERT_THAT(step.messages(), SizeIs(2));
  for (const auto& message : step.messages()) {
    EXPECT_EQ(message.payload.view().substr(0, 4), "PAR1");
    EXPECT_EQ(message.payload.view().substr(message.payload.size() - 4), "PAR1");
  }
  EXPECT_EQ(step.messages()[0].key, Bytes::copy_of("key"));
  EXPECT_EQ(step.messages()[0].origin.offset, 42);
}

TEST(ParquetSerializerTest, TheRunnersLibraryMakesTheSameStep) {
  const auto late = runtime::load_connector(STREAMS_PARQUET_LIBRARY, "ParquetSerializer");
  ASSERT_TRUE(late.ok()) << late.status();
  Node node = node_of({});
  node.make = [&late, node](const Options& effective) { return *late->make(node, effective, {}); };
  test::StepHarness<std::vector<Point>, Bytes> step(node);
  step.feed({{1, "a"}}, test::full_envelope());
  ASSERT_THAT(step.messages(), SizeIs(1));
  EXPECT_EQ(step.messages()[0].payload.view().substr(0, 4), "PAR1");
}

TEST(ParquetSerializerTest, RefusesABatchWithAValueThatDoesNotFitAndGoesOn) {
  test::StepHarness<std::vector<Point>, Bytes> step(node_of({.schema_fields = {{"x", Int8()}}}));
  step.feed({{1, {}}, {1000, {}}}, test::full_envelope());
  ASSERT_THAT(step.context.refused, SizeIs(1));
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::serialize);
  EXPECT_EQ(step.context.refused[0].text, "element 1: x: a number does not fit into Int8");
  EXPECT_THAT(step.messages(), IsEmpty());
  step.feed({{1, {}}});
  EXPECT_THAT(step.messages(), SizeIs(1));
}

TEST(ParquetSerializerTest, SaysBeforeTheStartWhatDoesNotFit) {
  const Node node = node_of({.schema_fields = {{"x", String()}, {"y", Int64()}}, .compression = "lzo"});
  EXPECT_THAT(node.check(node.options),
              ElementsAre(HasSubstr("compression: Arrow cannot write lzo"),
                          HasSubstr("schema: x: the struct has Int64, the schema says String"),
                          HasSubstr("schema: y: the struct has no such field")));
  EXPECT_THAT(node.check({{"compression", std::string("zstd")}}), SizeIs(2));
  const Node good = node_of({});
  EXPECT_THAT(good.check(good.options), IsEmpty());
}

}  // namespace
}  // namespace streams::parquet
