#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <streams/step/filter.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using test::full_envelope;
using test::StepHarness;

template <class F>
void expect_keeps_long_words(F predicate) {
  StepHarness<std::string, std::string> step(Filter("long", std::move(predicate)));
  step.feed("short", full_envelope());
  step.feed("long enough", full_envelope());
  ASSERT_EQ(step.payloads(), std::vector<std::string>{"long enough"});
  EXPECT_EQ(step.context.drops, 1);
  EXPECT_EQ(step.messages()[0].key, "key");
  EXPECT_EQ(step.messages()[0].headers, full_envelope().headers);
  EXPECT_EQ(step.messages()[0].timestamp, full_envelope().timestamp);
  EXPECT_EQ(step.messages()[0].origin, full_envelope().origin);
}

bool is_long(const std::string& text) {
  return text.size() > 5;
}

TEST(FilterTest, TakesThePayloadByReference) {
  expect_keeps_long_words([](const std::string& text) { return text.size() > 5; });
}

TEST(FilterTest, GivesACopyToAPredicateThatTakesAValue) {
  expect_keeps_long_words([](std::string text) {
    const std::string mine(std::move(text));
    return mine.size() > 5;
  });
}

TEST(FilterTest, GivesACopyToAPredicateThatTakesARvalue) {
  expect_keeps_long_words([](std::string&& text) {
    const std::string mine(std::move(text));
    return mine.size() > 5;
  });
}

TEST(FilterTest, TakesTheMessageByReference) {
  expect_keeps_long_words(
      [](const Message<std::string>& m) { return m.key == "key" && m.payload.size() > 5; });
}

TEST(FilterTest, GivesACopyToAPredicateThatTakesTheMessage) {
  expect_keeps_long_words([](Message<std::string> m) {
    const Message<std::string> mine(std::move(m));
    return mine.key == "key" && mine.payload.size() > 5;
  });
}

TEST(FilterTest, TakesAFunctionPointerAndAFunctionObject) {
  expect_keeps_long_words(&is_long);
  struct Long {
    bool operator()(const std::string& text) const { return is_long(text); }
  };
  expect_keeps_long_words(Long{});
}

template <class F>
void expect_refused(F predicate) {
  StepHarness<std::string, std::string> step(Filter("bad", std::move(predicate)));
  step.feed("text", full_envelope());
  EXPECT_TRUE(step.messages().empty());
  EXPECT_EQ(step.context.drops, 0);
  ASSERT_EQ(step.context.refused.size(), 1u);
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::function);
  EXPECT_EQ(step.context.refused[0].text, "no good");
  EXPECT_EQ(step.context.refused[0].envelope.key, "key");
  EXPECT_EQ(step.context.refused[0].envelope.headers, full_envelope().headers);
  EXPECT_EQ(step.context.refused[0].envelope.origin, full_envelope().origin);
}

TEST(FilterTest, RefusesTheRecordWhenThePredicateThrows) {
  expect_refused([](const std::string&) -> bool { throw std::runtime_error("no good"); });
  expect_refused([](std::string) -> bool { throw std::runtime_error("no good"); });
  expect_refused([](const Message<std::string>&) -> bool { throw std::runtime_error("no good"); });
  expect_refused([](Message<std::string>) -> bool { throw std::runtime_error("no good"); });
}

TEST(FilterTest, EachWorkerHasItsOwnPredicate) {
  StepHarness<int, int> step(Filter("even", [](int x) { return x % 2 == 0; }));
  const auto second = step.make();
  Envelope envelope;
  int payload = 4;
  second->process(envelope, &payload);
  step.feed(3);
  EXPECT_EQ(step.payloads(), std::vector{4});
  EXPECT_EQ(second->emitted(), 1u);
  EXPECT_EQ(step.step().emitted(), 0u);
}

}  // namespace
}  // namespace streams
