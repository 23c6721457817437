#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "descriptor.hpp"
#include "line_reader.hpp"
#include "unit/local/temporary_directory.hpp"

namespace {

using streams::local::Descriptor;
using streams::local::kLongestLine;
using streams::local::LineReader;

std::vector<std::string> all_lines(const std::string& content) {
  TemporaryDirectory directory;
  directory.write("f", content);
  const Descriptor file(open((directory.path() / "f").c_str(), O_RDONLY));
  LineReader reader(file.get());
  std::vector<std::string> lines;
  while (!reader.at_end()) {
    if (const auto line = reader.next()) {
      lines.emplace_back(*line);
    } else {
      EXPECT_TRUE(reader.fill().ok());
    }
  }
  EXPECT_EQ(reader.next(), std::nullopt);
  return lines;
}

TEST(LineReaderTest, EveryLineComesOnceWithOrWithoutAnEnd) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(all_lines(""), Lines{});
  EXPECT_EQ(all_lines("a\nb\n"), (Lines{"a", "b"}));
  EXPECT_EQ(all_lines("a\n\n\nb"), (Lines{"a", "", "", "b"}));
  EXPECT_EQ(all_lines("\n"), (Lines{""}));
}

TEST(LineReaderTest, LinesLongerThanOneReadComeWhole) {
  const std::string one(700'000, 'x');
  const std::string two(300'000, 'y');
  EXPECT_EQ(all_lines(one + "\n" + two), (std::vector<std::string>{one, two}));
}

TEST(LineReaderTest, APipeWithoutDataIsNotWaitedFor) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  LineReader reader(out.get());
  EXPECT_FALSE(*reader.fill());
  EXPECT_FALSE(reader.at_end());

  ASSERT_EQ(write(in.get(), "ab", 2), 2);
  EXPECT_TRUE(*reader.fill());
  EXPECT_EQ(reader.next(), std::nullopt);
  ASSERT_EQ(write(in.get(), "c\nd", 3), 3);
  EXPECT_TRUE(*reader.fill());
  EXPECT_EQ(reader.next(), "abc");
  EXPECT_EQ(reader.next(), std::nullopt);

  in = Descriptor();
  EXPECT_FALSE(*reader.fill());
  EXPECT_EQ(reader.next(), "d");
  EXPECT_TRUE(reader.at_end());
}

TEST(LineReaderTest, ALineThatIsTooLongIsTold) {
  TemporaryDirectory directory;
  directory.write("f", std::string(kLongestLine + 1, 'x'));
  const Descriptor file(open((directory.path() / "f").c_str(), O_RDONLY));
  LineReader reader(file.get());
  while (!reader.line_too_long()) {
    ASSERT_TRUE(*reader.fill()) << "the end came first";
    ASSERT_EQ(reader.next(), std::nullopt);
  }
}

TEST(LineReaderTest, AClosedDescriptorIsAnError) {
  LineReader reader(999);
  EXPECT_FALSE(reader.fill().ok());
}

}  // namespace
