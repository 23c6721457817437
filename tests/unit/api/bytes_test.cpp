#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include <streams/bytes.hpp>

// Copies and comparisons are what is tested here.
// NOLINTBEGIN(performance-unnecessary-copy-initialization, readability-container-size-empty)
namespace streams {
namespace {

class CountedText final : public BytesOwner {
 public:
  explicit CountedText(std::string contents) : text(std::move(contents)) {}
  std::string text;
  int releases = 0;

 private:
  void release() noexcept override { ++releases; }
};

TEST(BytesTest, IsNullWhenMadeFromNothing) {
  const Bytes none;
  EXPECT_TRUE(none.is_null());
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.owner(), nullptr);
}

TEST(BytesTest, TellsNullFromEmpty) {
  EXPECT_FALSE(Bytes::literal("").is_null());
  EXPECT_FALSE(Bytes::copy_of("").is_null());
  EXPECT_FALSE(Bytes::literal(std::string_view{}).is_null());
  EXPECT_FALSE(Bytes::literal("") == Bytes());
  EXPECT_FALSE(Bytes() == std::string_view(""));
  EXPECT_EQ(Bytes(), Bytes());
}

TEST(BytesTest, CopyOfHasMemoryOfItsOwn) {
  std::string text = "payload";
  const Bytes bytes = Bytes::copy_of(text);
  text = "changed";
  EXPECT_EQ(bytes.view(), "payload");
  EXPECT_EQ(bytes.str(), "payload");
}

TEST(BytesTest, ShareTakesAReferenceAndGivesItBack) {
  CountedText owner("abc");
  {
    const Bytes bytes = Bytes::share(owner, owner.text);
    EXPECT_EQ(owner.references(), 1u);
    EXPECT_EQ(bytes.owner(), &owner);
  }
  EXPECT_EQ(owner.references(), 0u);
  EXPECT_EQ(owner.releases, 1);
}

TEST(BytesTest, BorrowTakesNoReferenceUntilItIsCopied) {
  CountedText owner("abc");
  owner.add_reference();
  {
    const Bytes borrowed = Bytes::borrow(owner, owner.text);
    EXPECT_EQ(owner.references(), 1u);
    const Bytes copy(borrowed);
    EXPECT_EQ(owner.references(), 2u);
  }
  EXPECT_EQ(owner.references(), 1u);
  EXPECT_EQ(owner.releases, 0);
  owner.drop_reference();
  EXPECT_EQ(owner.releases, 1);
}

TEST(BytesTest, MovingCostsNoReferenceAndLeavesNull) {
  CountedText owner("abc");
  Bytes first = Bytes::share(owner, owner.text);
  Bytes second(std::move(first));
  EXPECT_EQ(owner.references(), 1u);
  EXPECT_TRUE(first.is_null());  // NOLINT: what is left is part of the contract
  EXPECT_EQ(second, "abc");
}

TEST(BytesTest, AssignmentGivesBackWhatWasHeld) {
  CountedText old("old");
  CountedText fresh("fresh");
  Bytes bytes = Bytes::share(old, old.text);
  bytes = Bytes::share(fresh, fresh.text);
  EXPECT_EQ(old.releases, 1);
  EXPECT_EQ(fresh.references(), 1u);
  const Bytes& self = bytes;
  bytes = self;
  EXPECT_EQ(bytes, "fresh");
  EXPECT_EQ(fresh.references(), 1u);
}

TEST(BytesTest, LendKeepsTheTermsOfTheValue) {
  CountedText owner("abc");
  owner.add_reference();
  const Bytes borrowed = Bytes::borrow(owner, owner.text);
  const Bytes lent = borrowed.lend();
  EXPECT_EQ(owner.references(), 1u);
  EXPECT_EQ(lent, "abc");
  const Bytes counted(borrowed);
  const Bytes lent_counted = counted.lend();
  EXPECT_EQ(owner.references(), 3u);
  EXPECT_TRUE(Bytes().lend().is_null());
}

TEST(BytesTest, SliceSharesTheMemoryAndStopsAtTheEnd) {
  CountedText owner("abcdef");
  const Bytes whole = Bytes::share(owner, owner.text);
  const Bytes middle = whole.slice(2, 3);
  EXPECT_EQ(middle, "cde");
  EXPECT_EQ(middle.data(), whole.data() + 2);
  EXPECT_EQ(owner.references(), 2u);
  EXPECT_EQ(whole.slice(4), "ef");
  EXPECT_EQ(whole.slice(4, 100), "ef");
  EXPECT_EQ(whole.slice(100), "");
  EXPECT_FALSE(whole.slice(100).is_null());
  EXPECT_TRUE(Bytes().slice(3).is_null());
}

TEST(BytesTest, LiteralHasNoOwner) {
  const Bytes text = Bytes::literal("fixed");
  const Bytes copy(text);
  EXPECT_EQ(copy.owner(), nullptr);
  EXPECT_EQ(copy.data(), text.data());
}

}  // namespace
}  // namespace streams
// NOLINTEND(performance-unnecessary-copy-initialization, readability-container-size-empty)
