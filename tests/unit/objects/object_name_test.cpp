#include <streams/objects/object_name.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::objects {
namespace {

TEST(ObjectNameTest, TakesWhatEveryStoreTakes) {
  for (const std::string text : {"a", "a/b/c.txt", "...", "a b", "gr\xC3\xBC\xC3\x9F", "%2e", ".hidden"}) {
    const auto name = ObjectName::parse(text);
    ASSERT_TRUE(name.ok()) << text << ": " << name.status();
    EXPECT_EQ(name->str(), text);
  }
  EXPECT_TRUE(ObjectName::parse(std::string(250, 'x')).ok());
}

TEST(ObjectNameTest, RefusesWhatLeavesItsPlaceOrIsNoText) {
  for (const std::string text : {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "a/.", "a\nb", "a\x7F",
                                 "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xE2\x82"}) {
    EXPECT_FALSE(ObjectName::parse(text).ok()) << text;
  }
  EXPECT_FALSE(ObjectName::parse(std::string_view("a\0b", 3)).ok());
  EXPECT_FALSE(ObjectName::parse(std::string(251, 'x')).ok());
  std::string deep = "a";
  while (deep.size() <= 1024) deep += "/a";
  EXPECT_FALSE(ObjectName::parse(deep).ok());
}

}  // namespace
}  // namespace streams::objects
