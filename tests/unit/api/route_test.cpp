#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <streams/streams.hpp>

#include "support/step_harness.hpp"

// The step behind route(), and what validate() says of tables and branches.

namespace streams::route_test {

enum class Colour { red, green, blue };
BOOST_DESCRIBE_ENUM(Colour, red, green, blue)

}  // namespace streams::route_test

namespace streams {
namespace {

using route_test::Colour;
using test::full_envelope;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A route's step by hand, with a recorder behind each of its branches.
template <class F>
class RouteHarness {
 public:
  using Key = typename detail::RouteStep<F, std::string>::Key;

  RouteHarness(F function, const std::vector<Key>& keys, std::size_t branches) : recorders_(branches) {
    const Node node = detail::route_node<F, std::string>({"route", std::source_location::current()}, function,
                                                         keys, branches > keys.size());
    step_ = node.make(node.options);
    std::vector<Operator*> next;
    for (auto& recorder : recorders_) next.push_back(&recorder);
    static_cast<PortedOperator&>(*step_).open_ports(std::move(next));
    step_->open(context, nullptr);
  }
  void feed(std::string payload) {
    Envelope envelope = full_envelope();
    step_->process(envelope, &payload);
  }
  std::vector<std::string> branch(std::size_t index) const {
    std::vector<std::string> payloads;
    for (const auto& message : recorders_.at(index).messages) {
      EXPECT_EQ(message.key, "key");
      payloads.push_back(message.payload);
    }
    return payloads;
  }

  test::FakeStepContext context;

 private:
  std::vector<test::Recorder<std::string>> recorders_;
  std::unique_ptr<Operator> step_;
};

char initial(const std::string& text) {
  return text.at(0);
}

Branch<Bytes> dropping(const std::string& name) {
  return branch<Bytes>(name).sink(DevNullSink(name + "_out"));
}

std::string letter(const Bytes& bytes) {
  return bytes.str().substr(0, 1);
}

TEST(RouteStepTest, SendsAMessageIntoTheBranchOfItsKeyAlone) {
  RouteHarness route(&initial, {'a', 'b'}, 2);
  for (const char* text : {"a1", "b1", "a2"}) route.feed(text);
  EXPECT_THAT(route.branch(0), ElementsAre("a1", "a2"));
  EXPECT_THAT(route.branch(1), ElementsAre("b1"));
}

TEST(RouteStepTest, SendsTheOthersIntoTheBranchForTheRest) {
  RouteHarness route(&initial, {'a'}, 2);
  for (const char* text : {"a1", "x1"}) route.feed(text);
  EXPECT_THAT(route.branch(1), ElementsAre("x1"));
  EXPECT_THAT(route.context.refused, IsEmpty());
}

TEST(RouteStepTest, RefusesAKeyWithoutABranch) {
  RouteHarness route(&initial, {'a'}, 1);
  route.feed("x1");
  ASSERT_THAT(route.context.refused, SizeIs(1));
  EXPECT_EQ(route.context.refused[0].kind, StepErrorKind::function);
  EXPECT_EQ(route.context.refused[0].text,
            "the function returned a key that has no branch; add the branch, or one for all others");
}

TEST(RouteStepTest, RefusesTheMessageWhenTheFunctionThrows) {
  RouteHarness route(&initial, {'a'}, 2);
  route.feed("");
  ASSERT_THAT(route.context.refused, SizeIs(1));
  EXPECT_EQ(route.context.refused[0].kind, StepErrorKind::function);
  EXPECT_THAT(route.branch(1), IsEmpty());
}

TEST(RouteFaultsTest, ATableWithEveryKeyOnceIsRight) {
  const auto p =
      streaming_source("in", "t").route("r", letter, {{"a", dropping("as")}, {"b", dropping("bs")}});
  EXPECT_THAT(p.validate(), IsEmpty());
}

TEST(RouteFaultsTest, NamesAKeyThatStandsTwice) {
  const auto p =
      streaming_source("in", "t").route("r", letter, {{"a", dropping("as")}, {"a", dropping("bs")}});
  EXPECT_THAT(p.validate(),
              ElementsAre(HasSubstr("step 'r' (Route): entry 2 of the table has the key of an earlier one")));
}

TEST(RouteFaultsTest, NamesEachValueOfADescribedEnumerationWithoutABranch) {
  const auto colour = [](const Bytes&) { return Colour::red; };
  const auto in = [] { return streaming_source("in", "t"); };
  EXPECT_THAT(in().route("r", colour, {{Colour::green, dropping("greens")}}).validate(),
              ElementsAre(HasSubstr("no branch for 'red'"), HasSubstr("no branch for 'blue'")));
  EXPECT_THAT(in().route("r", colour, {{Colour::green, dropping("greens")}}, dropping("rest")).validate(),
              IsEmpty());
}

TEST(RouteFaultsTest, SaysThatThereIsNoBranchAtAll) {
  EXPECT_THAT(streaming_source("in", "t").route("r", letter, {}).validate(),
              ElementsAre(HasSubstr("step 'r' (Route) has no branch; give it at least one")));
  EXPECT_THAT(streaming_source("in", "t").broadcast("b", {}).validate(),
              ElementsAre(HasSubstr("step 'b' (Broadcast) has no branch; give it at least one")));
}

TEST(BranchFaultsTest, SaysThatABranchIsUsedTwice) {
  const auto shared = dropping("shared");
  EXPECT_THAT(streaming_source("in", "t").route("r", letter, {{"a", shared}, {"b", shared}}).validate(),
              ElementsAre(HasSubstr("step 'r' (Route) has a branch that is used already")));
  const auto again = dropping("again");
  const auto in = streaming_source("in", "t");
  const auto first = in.broadcast("first", {again});
  const auto second = in.broadcast("second", {again, dropping("own")});
  EXPECT_THAT(pipeline(first, second).validate(),
              ElementsAre(HasSubstr("step 'second' (Broadcast) has a branch that is used already")));
}

TEST(BranchFaultsTest, SaysThatABranchWasNeverBegun) {
  EXPECT_THAT(
      streaming_source("in", "t").broadcast("b", {Branch<Bytes>(), dropping("own")}).validate(),
      ElementsAre(HasSubstr("step 'b' (Broadcast) has an empty branch; begin it with branch<T>(name)")));
}

TEST(BranchFaultsTest, SaysThatABranchStandsAlone) {
  // Two branches given as one: only the first is behind the step.
  const auto p = streaming_source("in", "t").broadcast(
      "b", {branch_of(dropping("one"), dropping("two")), dropping("three")});
  EXPECT_THAT(p.validate(),
              ElementsAre(HasSubstr(
                  "step 'two' (Branch) stands alone; give the branch to .route(...) or .broadcast(...)")));
}

TEST(BranchFaultsTest, SaysThatASinkInsideOfABranchWasNotReturned) {
  const auto parting = branch<Bytes>("parting");
  [[maybe_unused]] const auto forgotten = parting.sink(DevNullSink("forgotten"));
  const auto p =
      streaming_source("in", "t").broadcast("b", {parting.sink(DevNullSink("given")), dropping("own")});
  EXPECT_THAT(p.validate(),
              ElementsAre(HasSubstr("sink 'forgotten' (DevNullSink) was built and not returned")));
}

TEST(BranchFaultsTest, ABranchThatPartsAgainIsGivenWhole) {
  const auto parting = branch<Bytes>("parting");
  const auto both = branch_of(parting.sink(DevNullSink("left")), parting.sink(DevNullSink("right")));
  EXPECT_THAT(streaming_source("in", "t").broadcast("b", {both, dropping("own")}).validate(), IsEmpty());
}

TEST(BranchFaultsTest, FindsADuplicateNameInsideOfABranch) {
  const auto p = streaming_source("in", "t").broadcast("b", {dropping("in"), dropping("own")});
  EXPECT_THAT(p.validate(), ElementsAre(HasSubstr("step 'in' (Branch) has the name of the StreamingSource")));
}

}  // namespace
}  // namespace streams
