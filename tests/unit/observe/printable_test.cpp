#include "observe/printable.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using streams::runtime::printable;

TEST(PrintableTest, LeavesTextsAsTheyAre) {
  EXPECT_EQ(printable("plain, Grüße, 漢字, \xF0\x9F\x98\x80"), "plain, Grüße, 漢字, \xF0\x9F\x98\x80");
}

TEST(PrintableTest, PutsAQuestionMarkForEachByteThatIsNone) {
  EXPECT_EQ(printable("a\xFFz"), "a?z");
  EXPECT_EQ(printable("\xC3"), "?");
  EXPECT_EQ(printable("\xE2\x82"), "??");
  EXPECT_EQ(printable("\xC0\xAF"), "??");            // longer than needed
  EXPECT_EQ(printable("\xED\xA0\x80"), "???");       // half of a pair
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "????");  // above the last one
}

}  // namespace
