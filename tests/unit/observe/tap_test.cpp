#include "observe/tap.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/streams.hpp>
#include <streams/testing/virtual_clock.hpp>

#include "observe/tap_line.hpp"
#include "observe/tap_page.hpp"
#include "observe/tap_point.hpp"
#include "unit/observe/run_story.hpp"

namespace tap_test {

struct Order {
  std::int64_t id;
  std::string region;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, region))

struct Opaque {
  int number = 0;
};

}  // namespace tap_test

namespace {

using namespace std::chrono_literals;
using namespace streams;
using namespace streams::runtime;
using streams::tests::RunStory;
using tap_test::Opaque;
using tap_test::Order;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(TapTest, GivesItsReaderEachLineOnce) {
  Tap tap(0);
  tap.put("a");
  tap.put("b");
  EXPECT_THAT(tap.take(), ElementsAre("a", "b"));
  EXPECT_THAT(tap.take(), IsEmpty());
}

TEST(TapTest, CountsWhatFindsItFullAndTakesMoreOnceItWasRead) {
  Tap tap(0);
  for (std::size_t i = 0; i < Tap::kMostLines + 3; ++i) tap.put("x");
  EXPECT_EQ(tap.counts().lost, 3U);
  EXPECT_THAT(tap.take(), SizeIs(Tap::kMostLines));
  tap.put("y");
  EXPECT_THAT(tap.take(), ElementsAre("y"));
}

TEST(TapTest, IsFullOfFewLongLinesToo) {
  Tap tap(0);
  tap.put(std::string(Tap::kMostBytes, 'x'));
  tap.put("y");
  EXPECT_EQ(tap.counts().lost, 1U);
}

TEST(TapBoardTest, HasRoomForSomeAndForAnotherWhenOneHasGone) {
  TapBoard board;
  std::vector<std::shared_ptr<Tap>> taps;
  for (std::size_t i = 0; i < TapBoard::kMost; ++i) taps.push_back(board.open(i));
  EXPECT_EQ(board.open(9), nullptr);
  const std::uint64_t version = board.version();
  board.close(*taps.front());
  EXPECT_NE(board.version(), version);
  EXPECT_NE(board.open(9), nullptr);
}

template <class T>
std::string line_of(const T& value, Envelope envelope = {}) {
  Output out;
  return tap_line(envelope, PayloadType::of<T>(), &value, out);
}

TEST(TapLineTest, ShowsOriginTimeKeyHeadersAndThePayloadAsJson) {
  Envelope envelope;
  envelope.origin = {"orders", 2, 17};
  envelope.timestamp = Timestamp(std::chrono::milliseconds(1'500));
  envelope.key = Bytes::copy_of("k");
  envelope.headers.add("kind", Bytes::copy_of("new"));
  envelope.headers.add("none", Bytes());
  EXPECT_EQ(line_of(Order{5, "eu"}, envelope),
            R"({"topic":"orders","partition":2,"offset":17,"timestamp":"1970-01-01T00:00:01.500Z","key":"k",)"
            R"("headers":[{"name":"kind","value":"new"},{"name":"none","value":null}],)"
            R"("type":"tap_test::Order","payload":{"id":5,"region":"eu"}})");
}

TEST(TapLineTest, BytesAreTextWhereTheyAreTextAndBase64ElseAndATombstoneIsNull) {
  EXPECT_THAT(line_of(Bytes::copy_of("a \"b\"")), HasSubstr(R"("payload":"a \"b\"")"));
  EXPECT_THAT(line_of(Bytes::copy_of("\xff\x01")), HasSubstr(R"("payload_base64":"/wE=")"));
  EXPECT_THAT(line_of(Bytes()), HasSubstr(R"("payload":null)"));
}

TEST(TapLineTest, JsonOverSeveralLinesStaysOnOne) {
  const Json json = Json::parse("{\n  \"a\": \"b\\n\"\r\n}");
  const std::string line = line_of(json);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_THAT(line, HasSubstr(R"("a": "b\n")"));
}

TEST(TapLineTest, ATypeWithoutACodecShowsItsNameAlone) {
  const std::string line = line_of(Opaque{7});
  EXPECT_THAT(line, HasSubstr(R"("type":"tap_test::Opaque"})"));
}

TEST(TapLineTest, OfALongPayloadOnlyTheBeginningIsShown) {
  const std::string line = line_of(std::string(kTapPayloadBytes + 10, 'x'));
  EXPECT_THAT(line, HasSubstr(R"("payload_begins":"xxx)"));
  EXPECT_THAT(line, HasSubstr(fmt::format(R"("payload_bytes":{})", kTapPayloadBytes + 10)));
  EXPECT_LT(line.size(), kTapPayloadBytes + 500);
}

class Counting final : public Operator {
 public:
  void process(Envelope&, void*) override { ++count; }
  int count = 0;
};

class TapPointTest : public ::testing::Test {
 protected:
  TapPointTest() { point.redirect(&next); }
  std::size_t pass(int records) {
    Envelope envelope;
    Bytes payload = Bytes::copy_of("x");
    for (int i = 0; i < records; ++i) point.process(envelope, &payload);
    return tap->take().size();
  }

  std::shared_ptr<Tap> tap = std::make_shared<Tap>(0);
  streams::testing::VirtualClock clock;
  TapPoint point{tap, PayloadType::of<Bytes>(), clock};
  Counting next;
};

TEST_F(TapPointTest, ShowsAShortBurstWholeAndThenAHundredRecordsASecond) {
  point.refill(clock.now());
  EXPECT_EQ(pass(100), 100U);
  EXPECT_EQ(pass(1000), 0U);
  clock.advance(100ms);
  point.refill(clock.now());
  EXPECT_EQ(pass(1000), 10U);
  clock.advance(10s);
  point.refill(clock.now());
  EXPECT_EQ(pass(1000), 100U);
}

TEST_F(TapPointTest, SendsEveryRecordOnAndCountsIt) {
  point.refill(clock.now());
  pass(1000);
  EXPECT_EQ(next.count, 1000);
  point.refill(clock.now());
  EXPECT_EQ(tap->counts().passed, 1000U);
}

class TapPageTest : public ::testing::Test {
 protected:
  HttpReply get(std::string_view query) {
    return tap_page(&board, run.plan.graph, run.plan.segments.front(), query);
  }

  TapBoard board;
  RunStory run;
};

TEST_F(TapPageTest, IsRefusedWithAWordHowToAllowItUnlessTheRunAllowsIt) {
  const HttpReply reply = tap_page(nullptr, run.plan.graph, run.plan.segments.front(), "step=double");
  EXPECT_EQ(reply.status, 403);
  EXPECT_THAT(reply.body, HasSubstr("--allow-tap"));
  EXPECT_EQ(reply.stream, nullptr);
}

TEST_F(TapPageTest, AWrongNameOfAStepIsMetWithTheNearest) {
  const HttpReply reply = get("step=dubble");
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, HasSubstr("did you mean double?"));
  EXPECT_THAT(board.taps(), IsEmpty());
}

TEST_F(TapPageTest, AQueryThatMeansNothingIsMetWithWhatIsWrong) {
  EXPECT_EQ(get("").status, 400);
  EXPECT_EQ(get("step=%2").status, 400);
  EXPECT_EQ(get("step=double&limit=0").status, 400);
  EXPECT_EQ(get("step=double&limit=many").status, 400);
  EXPECT_THAT(board.taps(), IsEmpty());
}

TEST_F(TapPageTest, TheNameMayBeWrittenWithPercentSigns) {
  EXPECT_EQ(get("step=%64ouble").status, 200);
}

TEST_F(TapPageTest, TheTapIsThereAsLongAsTheAnswerIs) {
  HttpReply reply = get("step=double");
  ASSERT_EQ(reply.status, 200);
  ASSERT_THAT(board.taps(), SizeIs(1));
  EXPECT_EQ(run.plan.graph.nodes()[board.taps().front()->node()].name, "double");
  reply.stream.reset();
  EXPECT_THAT(board.taps(), IsEmpty());
}

TEST_F(TapPageTest, OneMoreThanThereMayBeIsRefused) {
  std::vector<HttpReply> replies;
  for (std::size_t i = 0; i < TapBoard::kMost; ++i) replies.push_back(get("step=double"));
  EXPECT_EQ(get("step=double").status, 429);
}

TEST_F(TapPageTest, ShowsWhatCameAndTheCountsAtTheBeginningAndOnceASecond) {
  const HttpReply reply = get("step=double");
  EXPECT_EQ(reply.stream->next(), "{\"tap\":{\"step\":\"double\",\"passed\":0,\"shown\":0,\"lost\":0}}\n");
  const auto tap = board.taps().front();
  tap->put("{\"a\":1}");
  tap->passed(5);
  EXPECT_EQ(reply.stream->next(), "{\"a\":1}\n");
  for (int i = 0; i < 8; ++i) EXPECT_EQ(reply.stream->next(), "");
  EXPECT_EQ(reply.stream->next(), "{\"tap\":{\"step\":\"double\",\"passed\":5,\"shown\":1,\"lost\":0}}\n");
}

TEST_F(TapPageTest, EndsAtTheLimitWithTheCounts) {
  const HttpReply reply = get("step=double&limit=2");
  reply.stream->next();
  for (const char* line : {"1", "2", "3"}) board.taps().front()->put(line);
  EXPECT_EQ(reply.stream->next(),
            "1\n2\n{\"tap\":{\"step\":\"double\",\"passed\":2,\"shown\":2,\"lost\":0}}\n");
  EXPECT_EQ(reply.stream->next(), std::nullopt);
}

}  // namespace
