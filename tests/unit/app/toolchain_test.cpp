#include "app/toolchain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/app/temporary_folder.hpp"

namespace streams::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ToolchainTest, ReadsWhatTheBuildHasWritten) {
  const TemporaryFolder folder;
  const auto file = folder.write("lib/streams/compile.conf",
                                 "# a comment\n"
                                 "compiler = /bin/sh\n"
                                 "flag = -std=c++20\n"
                                 "flag = -DNAME=a b\n"
                                 "include = ../../include\n"
                                 "include = /opt/boost\n"
                                 "library_dir = ..\n");
  const absl::StatusOr<Toolchain> toolchain = read_toolchain(file, "");
  ASSERT_TRUE(toolchain.ok()) << toolchain.status();
  EXPECT_THAT(toolchain->compiler, ElementsAre("/bin/sh"));
  EXPECT_THAT(toolchain->flags, ElementsAre("-std=c++20", "-DNAME=a b"));
  EXPECT_THAT(toolchain->include_folders, ElementsAre(folder.path() / "include", "/opt/boost"));
  EXPECT_THAT(toolchain->library_folders, ElementsAre(folder.path() / "lib/"));
}

TEST(ToolchainTest, CxxReplacesTheCompilerAndMayHaveSeveralWords) {
  const TemporaryFolder folder;
  const auto file = folder.write("compile.conf", "compiler = /no/such/compiler\n");
  const absl::StatusOr<Toolchain> toolchain = read_toolchain(file, "sh -c");
  ASSERT_TRUE(toolchain.ok()) << toolchain.status();
  ASSERT_EQ(toolchain->compiler.size(), 2u);
  EXPECT_TRUE(toolchain->compiler[0].starts_with('/'));
  EXPECT_EQ(toolchain->compiler[1], "-c");
}

TEST(ToolchainTest, NamesAMissingCompilerWithItsPackage) {
  const TemporaryFolder folder;
  const auto file = folder.write("compile.conf", "compiler = /no/such/compiler\n");
  EXPECT_EQ(read_toolchain(file, "").status().message(),
            "there is no compiler /no/such/compiler (which built Streams), and a pipeline's source file "
            "needs one: install "
            "Debian's package `g++`, set CXX to another one, or run a module (.so) that was built elsewhere");
  EXPECT_THAT(std::string(read_toolchain(file, "no-such-cxx").status().message()),
              HasSubstr("there is no compiler no-such-cxx (which CXX names)"));
}

TEST(ToolchainTest, RefusesAFileThatItDoesNotKnow) {
  const TemporaryFolder folder;
  EXPECT_THAT(std::string(read_toolchain(folder.path() / "none", "").status().message()),
              HasSubstr("there is no such file"));
  const auto file = folder.write("compile.conf", "compiler = sh\nflags = -O2\n");
  EXPECT_EQ(read_toolchain(file, "").status().message(),
            file.string() + ":2: there is no key `flags`; install Streams again");
}

}  // namespace
}  // namespace streams::runtime
