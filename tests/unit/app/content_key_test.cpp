#include "app/content_key.hpp"

#include <gtest/gtest.h>

#include "unit/app/temporary_folder.hpp"

namespace streams::runtime {
namespace {

std::string key_of(std::initializer_list<std::string_view> texts) {
  ContentKey key;
  for (const std::string_view text : texts) key.add(text);
  return key.text();
}

TEST(ContentKeyTest, IsTheSameInEveryProcess) {
  EXPECT_EQ(ContentKey().text(), "6c62272e07bb014262b821756295c58d");
}

TEST(ContentKeyTest, TellsTextsAndTheirBordersApart) {
  EXPECT_EQ(key_of({"ab", "c"}), key_of({"ab", "c"}));
  EXPECT_NE(key_of({"ab", "c"}), key_of({"a", "bc"}));
  EXPECT_NE(key_of({"a"}), key_of({"a", ""}));
}

TEST(ContentKeyTest, ReadsWholeFiles) {
  const TemporaryFolder folder;
  const auto key_of_file = [](const std::filesystem::path& file) {
    ContentKey key;
    EXPECT_TRUE(key.add_file(file));
    return key.text();
  };
  const std::string large(200'000, 'x');
  const auto first = folder.write("first", large + "a");
  const auto second = folder.write("second", large + "b");
  const auto third = folder.write("third", large + "a");
  EXPECT_NE(key_of_file(first), key_of_file(second));
  EXPECT_EQ(key_of_file(first), key_of_file(third));
}

TEST(ContentKeyTest, SaysWhenAFileCannotBeRead) {
  const TemporaryFolder folder;
  ContentKey key;
  EXPECT_FALSE(key.add_file(folder.path() / "none"));
}

}  // namespace
}  // namespace streams::runtime
