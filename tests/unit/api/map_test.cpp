#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <streams/step/map.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using test::full_envelope;
using test::StepHarness;

struct Word {
  std::string text;
  friend bool operator==(const Word&, const Word&) = default;
};

void expect_full_envelope(const Envelope& envelope) {
  const Envelope expected = full_envelope();
  EXPECT_EQ(envelope.key, expected.key);
  EXPECT_EQ(envelope.headers, expected.headers);
  EXPECT_EQ(envelope.timestamp, expected.timestamp);
  EXPECT_EQ(envelope.origin, expected.origin);
}

template <class F>
void expect_length(F function) {
  StepHarness<Word, std::size_t> step(Map("length", std::move(function)));
  step.feed({"four"}, full_envelope());
  ASSERT_EQ(step.payloads(), std::vector<std::size_t>{4});
  expect_full_envelope(step.messages()[0]);
}

TEST(MapTest, TakesThePayloadByReference) {
  expect_length([](const Word& word) { return word.text.size(); });
}

TEST(MapTest, TakesThePayloadByValue) {
  // NOLINTNEXTLINE(performance-unnecessary-value-param): by value is what is tested
  expect_length([](Word word) { return word.text.size(); });
}

TEST(MapTest, TakesTheMessageByReference) {
  expect_length([](const Message<Word>& m) { return m.key == "key" ? m.payload.text.size() : 0; });
}

TEST(MapTest, TakesTheMessageByValue) {
  // NOLINTNEXTLINE(performance-unnecessary-value-param): by value is what is tested
  expect_length([](Message<Word> m) { return m.key == "key" ? m.payload.text.size() : 0; });
}

std::size_t length_of(const Word& word) {
  return word.text.size();
}

TEST(MapTest, TakesAFunctionPointer) {
  expect_length(&length_of);
}

TEST(MapTest, TakesAStdFunction) {
  expect_length(std::function<std::size_t(const Word&)>(&length_of));
}

TEST(MapTest, TakesAFunctionObject) {
  struct Length {
    std::size_t operator()(const Word& word) const { return word.text.size(); }
  };
  expect_length(Length{});
}

TEST(MapTest, TakesAPointerToMember) {
  StepHarness<Word, std::string> step(Map("text", &Word::text));
  step.feed({"four"});
  EXPECT_EQ(step.payloads(), std::vector<std::string>{"four"});
}

TEST(MapTest, GivesAGenericLambdaThePayload) {
  StepHarness<int, int> step(Map("twice", [](const auto& x) { return 2 * x; }));
  step.feed(21);
  EXPECT_EQ(step.payloads(), std::vector{42});
}

TEST(MapTest, MovesThePayloadIntoAFunctionThatTakesAValue) {
  StepHarness<std::string, std::string> step(Map("same", [](std::string text) { return text; }));
  Envelope envelope;
  std::string payload(100, 'x');
  const char* memory = payload.data();
  struct Where final : Operator {
    void process(Envelope&, void* value) override { at = static_cast<std::string*>(value)->data(); }
    const char* at = nullptr;
  } next;
  const auto made = step.node().make({});
  made->open(step.context, &next);
  made->process(envelope, &payload);
  EXPECT_EQ(next.at, memory);
}

TEST(MapTest, SendsAReturnedMessageWithItsKeyHeadersAndTimestamp) {
  StepHarness<int, std::string> step(Map("rekey", [](const Message<int>& m) {
    auto out = m.with(std::string("new"));
    out.key = Bytes::literal("other");
    out.headers.set("trace", Bytes::literal("t2"));
    out.timestamp = Timestamp(std::chrono::milliseconds(5));
    return out;
  }));
  step.feed(1, full_envelope());
  ASSERT_EQ(step.messages().size(), 1u);
  const auto& message = step.messages()[0];
  EXPECT_EQ(message.payload, "new");
  EXPECT_EQ(message.key, "other");
  EXPECT_EQ(*message.headers.last("trace"), "t2");
  EXPECT_EQ(message.timestamp, Timestamp(std::chrono::milliseconds(5)));
  EXPECT_EQ(message.origin, full_envelope().origin);
}

TEST(MapTest, TakesAMessageByValueAndReturnsIt) {
  StepHarness<int, int> step(Map("bump", [](Message<int> m) {
    ++m.payload;
    return m;
  }));
  step.feed(1, full_envelope());
  EXPECT_EQ(step.payloads(), std::vector{2});
  expect_full_envelope(step.messages()[0]);
}

TEST(MapTest, KeepsTheOriginOfAMessageThatTheFunctionMadeAnew) {
  StepHarness<int, int> step(Map("fresh", [](int) { return Message<int>(5, Envelope{}); }));
  step.feed(1, full_envelope());
  ASSERT_EQ(step.messages().size(), 1u);
  EXPECT_EQ(step.messages()[0].origin, full_envelope().origin);
  EXPECT_TRUE(step.messages()[0].key.is_null());
}

template <class F>
void expect_refused(F function) {
  StepHarness<Word, Word> step(Map("bad", std::move(function)));
  step.feed({"four"}, full_envelope());
  EXPECT_TRUE(step.messages().empty());
  ASSERT_EQ(step.context.refused.size(), 1u);
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::function);
  EXPECT_EQ(step.context.refused[0].text, "no good");
  expect_full_envelope(step.context.refused[0].envelope);
  EXPECT_EQ(step.context.drops, 0);
}

TEST(MapTest, RefusesTheRecordWithItsWholeEnvelopeWhenTheFunctionThrows) {
  expect_refused([](const Word&) -> Word { throw std::runtime_error("no good"); });
  // NOLINTNEXTLINE(performance-unnecessary-value-param): by value is what is tested
  expect_refused([](Word) -> Word { throw std::runtime_error("no good"); });
  expect_refused([](const Message<Word>&) -> Word { throw std::runtime_error("no good"); });
  // NOLINTNEXTLINE(performance-unnecessary-value-param): by value is what is tested
  expect_refused([](Message<Word>) -> Word { throw std::runtime_error("no good"); });
  expect_refused([](const Message<Word>&) -> Message<Word> { throw std::runtime_error("no good"); });
  expect_refused([](Message<Word> m) -> Message<Word> {
    const Message<Word> mine(std::move(m));
    throw std::runtime_error("no good");
  });
}

TEST(MapTest, TurnsAnExceptionThatIsNoStdExceptionIntoARefusedRecord) {
  StepHarness<int, int> step(Map("odd", [](int) -> int { throw 5; }));
  step.feed(1);
  ASSERT_EQ(step.context.refused.size(), 1u);
  EXPECT_EQ(step.context.refused[0].text, "an exception that is no std::exception");
}

TEST(MapTest, GoesOnAfterARefusedRecord) {
  StepHarness<int, int> step(
      Map("picky", [](int x) { return x < 0 ? throw std::runtime_error("below zero") : x; }));
  step.feed(-1);
  step.feed(2);
  EXPECT_EQ(step.payloads(), std::vector{2});
}

TEST(MapTest, CopiesTheFunctionOncePerWorkerAndNeverPerRecord) {
  struct Counting {
    std::shared_ptr<int> copies = std::make_shared<int>(0);
    Counting() = default;
    Counting(const Counting& other) : copies(other.copies) { ++*copies; }
    Counting(Counting&&) = default;
    int operator()(int x) const { return x; }
  };
  Counting function;
  const std::shared_ptr<int> copies = function.copies;
  StepHarness<int, int> step(Map("counted", std::move(function)));
  const int after_first_worker = *copies;
  for (int i = 0; i < 10; ++i) step.feed(i);
  EXPECT_EQ(*copies, after_first_worker);
  const auto second = step.make();
  EXPECT_EQ(*copies, after_first_worker + 1);
}

TEST(MapTest, SaysItsNameKindTypesAndPlace) {
  const Node node = Map("length", &length_of).node<Word>();
  EXPECT_EQ(node.name, "length");
  EXPECT_EQ(node.kind, "Map");
  EXPECT_EQ(node.role, NodeRole::transform);
  EXPECT_NE(node.input->name.find("Word"), std::string_view::npos);
  EXPECT_EQ(node.output->name, "long unsigned int");
  EXPECT_EQ(node.position.file, __FILE__);
  EXPECT_EQ(node.position.line, __LINE__ - 7u);
}

}  // namespace
}  // namespace streams
