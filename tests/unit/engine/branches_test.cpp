#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/branch_start.hpp>
#include <streams/step/map.hpp>
#include <streams/step/merge.hpp>
#include <streams/testing/driver.hpp>

// Streams that part and meet: route, broadcast, merge, several sources.

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using streams::testing::Driver;
using streams::testing::Record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

auto appending(std::string text) {
  return [text](const Bytes& bytes) { return Bytes::copy_of(bytes.str() + text); };
}

std::string first_letter(const Bytes& bytes) {
  return bytes.str().substr(0, 1);
}

Pipeline routed(bool open_end) {
  auto source = streaming_source("in", "input", {.dlq_stream_name = "dead"});
  auto rest = open_end ? std::optional(branch<Bytes>("rest").sink(StreamSink("out_rest", "rest"))) : std::nullopt;
  return source.route("by_letter", first_letter,
                      {{"a", branch<Bytes>("as").apply(Map("mark_a", appending("/a"))).sink(StreamSink("out_a", "as"))},
                       {"b", branch<Bytes>("bs").sink(StreamSink("out_b", "bs"))}},
                      rest);
}

TEST(RouteTest, SendsEachRecordIntoTheBranchOfItsKey) {
  Driver driver(routed(true));
  driver.feed("input", {"a1", "b1", "x1", "a2"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("as"), ElementsAre("a1/a", "a2/a"));
  EXPECT_THAT(driver.values("bs"), ElementsAre("b1"));
  EXPECT_THAT(driver.values("rest"), ElementsAre("x1"));
  EXPECT_EQ(driver.committed("input"), 4);
}

TEST(RouteTest, RefusesAKeyWithoutABranch) {
  Driver driver(routed(false));
  driver.feed("input", {"x1", "a1"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), ElementsAre("x1"));
  EXPECT_THAT(driver.values("as"), ElementsAre("a1/a"));
}

TEST(RouteTest, CountsWhatEachBranchGot) {
  Driver driver(routed(true));
  driver.feed("input", {"a1", "b1", "x1", "a2"});
  ASSERT_TRUE(driver.settle());
  std::map<std::string, std::uint64_t> input;
  for (const StepView& step : driver.look().steps) input[step.step] = step.input;
  EXPECT_EQ(input["by_letter"], 4U);
  EXPECT_EQ(input["as"], 2U);
  EXPECT_EQ(input["bs"], 1U);
  EXPECT_EQ(input["rest"], 1U);
  EXPECT_EQ(input["mark_a"], 2U);
}

Pipeline broadcasting() {
  return streaming_source("in", "input")
      .broadcast("both", {branch<Bytes>("hello").apply(Map("greet", appending(" hello"))).sink(StreamSink("h", "hellos")),
                          branch<Bytes>("bye").apply(Map("leave", appending(" bye"))).sink(StreamSink("g", "byes"))});
}

TEST(BroadcastTest, SendsEachRecordIntoEveryBranch) {
  Driver driver(broadcasting());
  driver.feed("input", {{"1", "k"}, {"2", "k"}});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("hellos"), ElementsAre("1 hello", "2 hello"));
  EXPECT_THAT(driver.values("byes"), ElementsAre("1 bye", "2 bye"));
  EXPECT_EQ(driver.output("byes")[1].key, "k");
}

TEST(BroadcastTest, CommitsNothingBeforeEveryBranchIsDone) {
  Driver driver(broadcasting());
  driver.feed("input", {"1"});
  driver.refuse_next("byes", "too large");
  ASSERT_FALSE(driver.settle(5s));
  EXPECT_THAT(driver.values("hellos"), ElementsAre("1 hello"));
  EXPECT_EQ(driver.committed("input"), 0);
  driver.crash();
  driver.start();
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("byes"), ElementsAre("1 bye"));
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(MergeTest, JoinsStreamsOfSeveralSources) {
  auto left = streaming_source("left", "lefts").apply(Map("l", appending("-l")));
  auto right = streaming_source("right", "rights").apply(Map("r", appending("-r")));
  Driver driver(merge("both", left, right).sink(StreamSink("out", "output")));
  driver.feed("lefts", {"1", "2"});
  driver.feed("rights", {"3"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ::testing::UnorderedElementsAre("1-l", "2-l", "3-r"));
  EXPECT_EQ(driver.committed("lefts"), 2);
  EXPECT_EQ(driver.committed("rights"), 1);
}

TEST(MergeTest, JoinsBranchesOfOneStream) {
  auto in = streaming_source("in", "input");
  Driver driver(merge("again", in.apply(Map("one", appending("1"))), in.apply(Map("two", appending("2"))))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"a", "b"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a1", "a2", "b1", "b2"));
}

TEST(SeveralSourcesTest, EachHasItsOwnHeaderFilterAndQueue) {
  auto refuse = [](const Bytes& bytes) -> Bytes {
    if (bytes.view().starts_with("bad")) throw std::runtime_error("it is bad");
    return bytes;
  };
  auto left = streaming_source("left", "lefts", {.header_filter = HeaderFilter{"h", "1"}, .dlq_stream_name = "dead_l"});
  auto right = streaming_source("right", "rights", {.dlq_stream_name = "dead_r"});
  Driver driver(merge("both", left, right).apply(Map("check", refuse)).sink(StreamSink("out", "output")));
  driver.feed("lefts", {{"1", {}, {{"h", "1"}}}, {"2", {}, {{"h", "2"}}}, {"bad l", {}, {{"h", "1"}}}});
  driver.feed("rights", {"3", "bad r"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ::testing::UnorderedElementsAre("1", "3"));
  EXPECT_THAT(driver.values("dead_l"), ElementsAre("bad l"));
  EXPECT_THAT(driver.values("dead_r"), ElementsAre("bad r"));
}

}  // namespace
}  // namespace streams::runtime
