#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <streams/step/headers_filter.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using test::StepHarness;

class HeadersFilterTest : public testing::Test {
 protected:
  void feed(Headers headers) {
    Envelope envelope;
    envelope.headers = std::move(headers);
    step.feed(7, std::move(envelope));
  }
  StepHarness<int, int> step{HeadersFilter("only_five", "version", 5)};
};

TEST_F(HeadersFilterTest, KeepsTheRecordWhoseHeaderIsTheNumber) {
  feed({{"other", Bytes::literal("1")}, {"version", Bytes::literal("5")}});
  EXPECT_EQ(step.payloads(), std::vector{7});
  EXPECT_EQ(step.messages()[0].headers.size(), 2u);
}

TEST_F(HeadersFilterTest, DropsRecordsWithAnotherNumberNoHeaderOrAnEmptyOne) {
  feed({{"version", Bytes::literal("6")}});
  feed({});
  feed({{"version", Bytes::literal("")}});
  feed({{"version", Bytes()}});
  EXPECT_TRUE(step.messages().empty());
  EXPECT_EQ(step.context.drops, 4);
  EXPECT_TRUE(step.context.refused.empty());
}

TEST_F(HeadersFilterTest, LooksAtEveryHeaderOfThatName) {
  feed({{"version", Bytes::literal("4")}, {"version", Bytes::literal("5")}});
  EXPECT_EQ(step.payloads(), std::vector{7});
}

TEST_F(HeadersFilterTest, RefusesTextThatIsNoNumber) {
  for (const char* text : {"five", "5x", " 5", "99999999999999999999"}) {
    feed({{"version", Bytes::literal(text)}});
  }
  EXPECT_TRUE(step.messages().empty());
  ASSERT_EQ(step.context.refused.size(), 4u);
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::header);
  EXPECT_EQ(step.context.refused[0].text, "header 'version' is not a decimal 64-bit number");
  EXPECT_EQ(step.context.drops, 0);
}

TEST_F(HeadersFilterTest, SaysItsOptions) {
  EXPECT_EQ(step.node().options, (Options{{"header_name", "version"}, {"value", std::int64_t{5}}}));
}

}  // namespace
}  // namespace streams
