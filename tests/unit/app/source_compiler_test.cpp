#include "app/source_compiler.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "unit/app/temporary_folder.hpp"

namespace streams::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SilentClock final : public Clock {
 public:
  std::chrono::nanoseconds now() const noexcept override { return {}; }
  std::chrono::system_clock::time_point calendar() const noexcept override { return {}; }
};

/// Compiles tiny sources that include nothing of Streams: what is tested is the cache and what is said.
class SourceCompilerTest : public ::testing::Test {
 protected:
  SourceCompilerTest() {
    std::filesystem::create_directory(cache_);
    toolchain_.compiler = {STREAMS_TEST_CXX};
    toolchain_.flags = {"-std=c++20", "-O0", "-fPIC"};
    toolchain_.include_folders = {folder_.path() / "library"};
    toolchain_.library_folders = {STREAMS_BINARY_DIR "/lib"};
  }

  absl::StatusOr<std::filesystem::path> compile(const std::filesystem::path& source,
                                                std::vector<std::string> arguments = {}) {
    return compile_source({source, std::move(arguments)}, toolchain_, cache_, log_);
  }

  /// The module, which must be there.
  std::filesystem::path compiled(const std::filesystem::path& source,
                                 std::vector<std::string> arguments = {}) {
    const absl::StatusOr<std::filesystem::path> module = compile(source, std::move(arguments));
    EXPECT_TRUE(module.ok()) << module.status();
    if (!module.ok()) return {};
    EXPECT_TRUE(std::filesystem::is_regular_file(*module));
    return *module;
  }

  const TemporaryFolder folder_;
  const std::filesystem::path cache_ = folder_.path() / "cache";
  const SilentClock clock_;
  StderrLog log_{LogFormat::text, LogLevel::error, clock_};
  Toolchain toolchain_;
};

TEST_F(SourceCompilerTest, CompilesOnceAndThenStartsNoCompiler) {
  // A compiler that leaves a trace each time that it runs.
  const auto trace = folder_.path() / "trace";
  const auto compiler = folder_.write(
      "compiler", "#!/bin/sh\necho run >> " + trace.string() + "\nexec " STREAMS_TEST_CXX " \"$@\"\n");
  std::filesystem::permissions(compiler, std::filesystem::perms::owner_all);
  toolchain_.compiler = {compiler.string()};
  const auto source = folder_.write("x.cpp", "int answer() { return 42; }\n");
  const auto first = compiled(source);
  const auto size = std::filesystem::file_size(trace);
  EXPECT_GT(size, 0u);
  EXPECT_EQ(compiled(source), first);
  EXPECT_EQ(std::filesystem::file_size(trace), size);
}

TEST_F(SourceCompilerTest, ASourceAHeaderOrAFlagThatChangesMakesAnotherModule) {
  folder_.write("answer.hpp", "inline int answer() { return 1; }\n");
  const auto source = folder_.write("x.cpp", "#include \"answer.hpp\"\nint get() { return answer(); }\n");
  const auto first = compiled(source);
  folder_.write("answer.hpp", "inline int answer() { return 2; }\n");
  const auto other_header = compiled(source);
  EXPECT_NE(other_header, first);
  folder_.write("x.cpp", "#include \"answer.hpp\"\nint get() { return answer() + 1; }\n");
  EXPECT_NE(compiled(source), other_header);
  folder_.write("x.cpp", "#include \"answer.hpp\"\nint get() { return answer(); }\n");
  EXPECT_EQ(compiled(source), other_header);
  EXPECT_NE(compiled(source, {"-DOTHER"}), other_header);
  toolchain_.flags.push_back("-g0");
  EXPECT_NE(compiled(source), other_header);
}

TEST_F(SourceCompilerTest, FurtherSourcesAreCompiledInAndLookedAt) {
  const auto source = folder_.write("x.cpp", "int part();\nint whole() { return part(); }\n");
  const auto part = folder_.write("gen/part.cc", "#include <value.hpp>\nint part() { return kValue; }\n");
  folder_.write("gen/value.hpp", "constexpr int kValue = 1;\n");
  const std::vector<std::string> arguments{part.string(), "-I" + (folder_.path() / "gen").string(),
                                           "-Wl,-z,defs"};
  const auto first = compiled(source, arguments);
  EXPECT_EQ(compiled(source, arguments), first);
  folder_.write("gen/value.hpp", "constexpr int kValue = 2;\n");
  EXPECT_NE(compiled(source, arguments), first);
}

TEST_F(SourceCompilerTest, AFailurePutsOurLineFirstAndLeavesTheCompilersTextAsItIs) {
  folder_.write("library/streams/step.hpp",
                "template <class T> struct Step {\n"
                "  static constexpr bool ok = sizeof(T) > 4;\n"
                "  static void diagnose() { static_assert(ok, \"[streams] Step: too small\"); }\n"
                "};\n"
                "template <class T> void apply() { Step<T>::diagnose(); }\n");
  const auto source =
      folder_.write("x.cpp", "#include <streams/step.hpp>\n\nvoid pipeline() { apply<char>(); }\n");
  const absl::StatusOr<std::filesystem::path> module = compile(source);
  ASSERT_FALSE(module.ok());
  const std::string text(module.status().message());
  EXPECT_THAT(text, StartsWith(source.string() + ":3: [streams] Step: too small\n"));
  EXPECT_THAT(text, HasSubstr("error: static assertion failed"));
  EXPECT_THAT(text, HasSubstr(source.string() + ": does not compile; the pipeline was not started"));
  EXPECT_TRUE(std::filesystem::is_empty(cache_)) << "a failure leaves nothing behind";
}

TEST_F(SourceCompilerTest, ALinkErrorIsAFailureToo) {
  const auto source = folder_.write("x.cpp", "int part();\nint whole() { return part(); }\n");
  const absl::StatusOr<std::filesystem::path> module = compile(source, {"-Wl,-z,defs"});
  ASSERT_FALSE(module.ok());
  EXPECT_THAT(std::string(module.status().message()), HasSubstr("undefined reference"));
}

TEST_F(SourceCompilerTest, WarningsAreShownAndStopNothing) {
  const auto source = folder_.write("x.cpp", "#warning look here\nint x;\n");
  ::testing::internal::CaptureStderr();
  compiled(source);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("look here"));
}

TEST_F(SourceCompilerTest, ASourceThatIsNewerThanItsCompilationIsRefused) {
  const auto source = folder_.write("x.cpp", "int x;\n");
  std::filesystem::last_write_time(source,
                                   std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_THAT(std::string(compile(source).status().message()),
              HasSubstr("no file's time lies in the future"));
}

TEST(ModuleCacheTest, IsMadeForThisUserAlone) {
  const TemporaryFolder folder;
  const ScopedVariable cache("XDG_CACHE_HOME", folder.path().c_str());
  const absl::StatusOr<std::filesystem::path> modules = module_cache();
  ASSERT_TRUE(modules.ok()) << modules.status();
  EXPECT_EQ(*modules, folder.path() / "streams" / "modules");
  struct stat info {};
  ASSERT_EQ(::stat(modules->c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST(ModuleCacheTest, IsInTheHomeFolderWithoutAnotherWord) {
  const TemporaryFolder folder;
  const ScopedVariable cache("XDG_CACHE_HOME", nullptr);
  const ScopedVariable home("HOME", folder.path().c_str());
  EXPECT_EQ(*module_cache(), folder.path() / ".cache" / "streams" / "modules");
}

TEST(ModuleCacheTest, IsRefusedWhenOthersMayWriteIntoIt) {
  const TemporaryFolder folder;
  const ScopedVariable cache("XDG_CACHE_HOME", folder.path().c_str());
  const std::filesystem::path modules = folder.path() / "streams" / "modules";
  std::filesystem::create_directories(modules);
  ASSERT_EQ(::chmod(modules.c_str(), 0777), 0);
  EXPECT_EQ(module_cache().status().message(), modules.string() +
                                                   ": others may write into this folder, and what is in it "
                                                   "is run; `chmod 700` it, or set XDG_CACHE_HOME to a "
                                                   "folder of your own");
}

}  // namespace
}  // namespace streams::runtime
