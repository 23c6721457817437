#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include <streams/output.hpp>

namespace streams {
namespace {

TEST(OutputTest, GivesOutWhatWasWritten) {
  Output out;
  out.write("ab");
  out.write('c');
  char* to = out.reserve(2);
  to[0] = 'd';
  to[1] = 'e';
  out.advance(2);
  EXPECT_EQ(out.written(), "abcde");
  EXPECT_EQ(out.take(), "abcde");
  EXPECT_EQ(out.written(), "");
}

TEST(OutputTest, TakesAnEmptyValueThatIsNotNull) {
  Output out;
  const Bytes empty = out.take();
  EXPECT_FALSE(empty.is_null());
  EXPECT_TRUE(empty.empty());
  out.write("");
  EXPECT_FALSE(out.take().is_null());
}

TEST(OutputTest, DiscardForgetsOnlyTheValueInHand) {
  Output out;
  out.write("first");
  const Bytes first = out.take();
  out.write("refused");
  out.discard();
  out.write("second");
  EXPECT_EQ(out.take(), "second");
  EXPECT_EQ(first, "first");
}

TEST(OutputTest, SlicesStayAsTheyWereWhileMoreIsWritten) {
  Output out;
  std::vector<Bytes> values;
  std::vector<std::string> expected;
  for (int i = 0; i < 3000; ++i) {
    expected.push_back(std::string(static_cast<std::size_t>(i % 700), static_cast<char>('a' + i % 26)));
    out.write(expected.back());
    values.push_back(out.take());
  }
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i].view(), expected[i]) << i;
}

TEST(OutputTest, ValuesOutliveTheOutput) {
  Bytes kept;
  {
    Output out;
    out.write("kept");
    kept = out.take();
  }
  EXPECT_EQ(kept, "kept");
}

TEST(OutputTest, WritesTheSameChunksAgainOnceNobodyReadsThem) {
  Output out;
  const std::string text(1000, 'x');
  std::set<const BytesOwner*> chunks;
  for (int i = 0; i < 10'000; ++i) {
    out.write(text);
    const Bytes value = out.take();
    chunks.insert(value.owner());
  }
  EXPECT_EQ(chunks.size(), 2u);
}

TEST(OutputTest, LeavesAChunkAloneWhileAValueInItIsRead) {
  Output out;
  const std::string text(1000, 'x');
  out.write("held");
  const Bytes held = out.take();
  for (int i = 0; i < 2000; ++i) {
    out.write(text);
    const Bytes value = out.take();
  }
  EXPECT_EQ(held, "held");
}

TEST(OutputTest, AValueLargerThanAChunkStaysInOnePiece) {
  Output out;
  out.write("before");
  const Bytes before = out.take();
  std::string expected;
  for (int i = 0; i < 40'000; ++i) {
    const std::string part = "part " + std::to_string(i) + ";";
    out.write(part);
    expected += part;
  }
  EXPECT_GT(expected.size(), 256u * 1024u);
  EXPECT_EQ(out.take().view(), expected);
  EXPECT_EQ(before, "before");
}

}  // namespace
}  // namespace streams
