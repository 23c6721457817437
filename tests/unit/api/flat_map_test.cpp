#include <gtest/gtest.h>

#include <list>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <streams/step/flat_map.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using test::full_envelope;
using test::StepHarness;
using Words = std::vector<std::string>;

template <class F>
void expect_letters(F function) {
  StepHarness<std::string, std::string> step(FlatMap("letters", std::move(function)));
  step.feed("abc", full_envelope());
  ASSERT_EQ(step.payloads(), (Words{"a", "b", "c"}));
  for (const auto& message : step.messages()) {
    EXPECT_EQ(message.key, "key");
    EXPECT_EQ(message.headers, full_envelope().headers);
    EXPECT_EQ(message.timestamp, full_envelope().timestamp);
    EXPECT_EQ(message.origin, full_envelope().origin);
  }
  EXPECT_EQ(step.context.drops, 0);
}

Words letters(const std::string& text) {
  Words all;
  for (const char c : text) all.emplace_back(1, c);
  return all;
}

TEST(FlatMapTest, TakesThePayloadByReference) {
  expect_letters([](const std::string& text) { return letters(text); });
}

TEST(FlatMapTest, TakesThePayloadByValue) {
  expect_letters([](std::string text) { return letters(text); });
}

TEST(FlatMapTest, TakesTheMessageByReference) {
  expect_letters([](const Message<std::string>& m) { return m.key == "key" ? letters(m.payload) : Words{}; });
}

TEST(FlatMapTest, TakesTheMessageByValue) {
  expect_letters([](Message<std::string> m) {
    const Message<std::string> mine(std::move(m));
    return mine.key == "key" ? letters(mine.payload) : Words{};
  });
}

TEST(FlatMapTest, TakesAFunctionPointerAndAFunctionObject) {
  expect_letters(&letters);
  struct Letters {
    std::list<std::string> operator()(const std::string& text) const {
      const Words all = letters(text);
      return {all.begin(), all.end()};
    }
  };
  expect_letters(Letters{});
}

TEST(FlatMapTest, TakesALazyRangeOverThePayload) {
  expect_letters([](const std::string& text) {
    return text | std::views::transform([](char c) { return std::string(1, c); });
  });
}

TEST(FlatMapTest, TakesALazyRangeOverTheMessage) {
  expect_letters([](const Message<std::string>& m) {
    return m.payload | std::views::transform([](char c) { return std::string(1, c); });
  });
}

TEST(FlatMapTest, MakesEachElementOnlyWhenTheOneBeforeHasGoneOn) {
  std::vector<std::string> log;
  struct Logging final : Operator {
    explicit Logging(std::vector<std::string>& to) : log(to) {}
    void process(Envelope&, void* payload) override {
      log.push_back("got " + std::to_string(*static_cast<int*>(payload)));
    }
    std::vector<std::string>& log;
  } next(log);
  const Node node = FlatMap("lazy", [&log](int count) {
                      return std::views::iota(0, count) | std::views::transform([&log](int i) {
                               log.push_back("made " + std::to_string(i));
                               return i;
                             });
                    }).node<int>();
  test::FakeStepContext context;
  const auto step = node.make({});
  step->open(context, &next);
  Envelope envelope;
  int count = 2;
  step->process(envelope, &count);
  EXPECT_EQ(log, (std::vector<std::string>{"made 0", "got 0", "made 1", "got 1"}));
}

TEST(FlatMapTest, LeavesElementsThatAViewOnlyRefersTo) {
  Words table{"a long text that is not kept inside the string", "b"};
  StepHarness<int, std::string> step(
      FlatMap("table", [&table](int) { return std::span<std::string>(table); }));
  step.feed(1);
  step.feed(1);
  EXPECT_EQ(step.payloads(), (Words{table[0], table[1], table[0], table[1]}));
  EXPECT_EQ(table[1], "b");
}

TEST(FlatMapTest, CountsARecordThatBecomesNothingAsDropped) {
  StepHarness<std::string, std::string> step(FlatMap("letters", &letters));
  step.feed("");
  EXPECT_TRUE(step.messages().empty());
  EXPECT_EQ(step.context.drops, 1);
}

TEST(FlatMapTest, SendsMessagesWithTheirOwnEnvelopeAndTheRecordsOrigin) {
  StepHarness<int, std::string> step(FlatMap("keyed", [](const Message<int>& m) {
    std::vector<Message<std::string>> all;
    all.push_back(m.with(std::string("first")));
    all.back().key = Bytes::literal("k1");
    all.emplace_back("second", Envelope{});
    return all;
  }));
  step.feed(1, full_envelope());
  ASSERT_EQ(step.payloads(), (Words{"first", "second"}));
  EXPECT_EQ(step.messages()[0].key, "k1");
  EXPECT_TRUE(step.messages()[1].key.is_null());
  EXPECT_EQ(step.messages()[1].origin, full_envelope().origin);
}

TEST(FlatMapTest, GivesEachElementAnEnvelopeThatTheNextStepMayUseUp) {
  struct Greedy final : Operator {
    void process(Envelope& envelope, void*) override { taken.push_back(std::move(envelope)); }
    std::vector<Envelope> taken;
  } next;
  test::FakeStepContext context;
  const auto step = FlatMap("letters", &letters).node<std::string>().make({});
  step->open(context, &next);
  Envelope envelope = full_envelope();
  std::string payload = "ab";
  step->process(envelope, &payload);
  ASSERT_EQ(next.taken.size(), 2u);
  EXPECT_EQ(next.taken[1].key, "key");
  EXPECT_EQ(next.taken[1].headers, full_envelope().headers);
}

TEST(FlatMapTest, RefusesTheRecordWhenTheFunctionThrows) {
  StepHarness<int, int> by_message(
      FlatMap("bad", [](const Message<int>&) -> std::vector<int> { throw std::runtime_error("no good"); }));
  StepHarness<int, int> by_value(
      FlatMap("bad", [](Message<int>) -> std::vector<int> { throw std::runtime_error("no good"); }));
  StepHarness<int, int> by_payload(
      FlatMap("bad", [](int) -> std::vector<int> { throw std::runtime_error("no good"); }));
  for (auto* step : {&by_message, &by_value, &by_payload}) {
    step->feed(1, full_envelope());
    EXPECT_TRUE(step->messages().empty());
    EXPECT_EQ(step->context.drops, 0);
    ASSERT_EQ(step->context.refused.size(), 1u);
    EXPECT_EQ(step->context.refused[0].kind, StepErrorKind::function);
    EXPECT_EQ(step->context.refused[0].envelope.key, "key");
    EXPECT_EQ(step->context.refused[0].envelope.headers, full_envelope().headers);
  }
}

TEST(FlatMapTest, RefusesTheRecordWhenALazyElementThrows) {
  StepHarness<int, int> step(FlatMap("lazy", [](int count) {
    return std::views::iota(0, count) |
           std::views::transform([](int i) { return i == 1 ? throw std::runtime_error("no good") : i; });
  }));
  step.feed(3, full_envelope());
  EXPECT_EQ(step.payloads(), std::vector{0});
  ASSERT_EQ(step.context.refused.size(), 1u);
  EXPECT_EQ(step.context.refused[0].envelope.key, "key");
}

TEST(FlatMapTest, EndsEarlyWhenTheWorkerIsStopping) {
  StepHarness<int, int> step(FlatMap("many", [](int count) { return std::views::iota(0, count); }));
  step.context.stopped = true;
  step.feed(1000);
  EXPECT_EQ(step.payloads(), std::vector{0});
}

}  // namespace
}  // namespace streams
