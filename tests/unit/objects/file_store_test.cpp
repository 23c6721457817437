#include <streams/objects/file_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "support/await.hpp"
#include "unit/objects/recorded_pause.hpp"

namespace streams::objects {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class FileStoreTest : public ::testing::Test {
 protected:
  FileStoreTest() {
    std::string name = (fs::temp_directory_path() / "streams-objects-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FileStoreTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::unique_ptr<ObjectStore> open() {
    auto store = open_file_store({.folder = folder_}, pause_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }
  static absl::Status put(ObjectStore& store, const std::string& name, std::string_view bytes) {
    return store.put(*ObjectName::parse(name), bytes, "text/plain");
  }
  static std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder_).string());
    }
    return names;
  }

  fs::path folder_;
  RecordedPause pause_;
};

TEST_F(FileStoreTest, WritesObjectsIntoFoldersThatItMakes) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "a", "one").ok());
  ASSERT_TRUE(put(*store, "b/c/d.txt", std::string("t\0wo", 4)).ok());
  ASSERT_TRUE(put(*store, "b/empty", "").ok());
  EXPECT_THAT(files(), UnorderedElementsAre("a", "b/c/d.txt", "b/empty"));
  EXPECT_EQ(content(folder_ / "a"), "one");
  EXPECT_EQ(content(folder_ / "b/c/d.txt"), std::string("t\0wo", 4));
  EXPECT_EQ(content(folder_ / "b/empty"), "");
  EXPECT_EQ(store->describe(), "file://" + folder_.string());
}

TEST_F(FileStoreTest, ReplacesAnObject) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "a", "a long one").ok());
  ASSERT_TRUE(put(*store, "a", "short").ok());
  EXPECT_EQ(content(folder_ / "a"), "short");
}

TEST_F(FileStoreTest, WritesOverWhatAKilledProcessLeft) {
  std::ofstream(folder_ / ".a.part") << "the beginning of what was a very long object";
  const auto store = open();
  ASSERT_TRUE(put(*store, "a", "whole").ok());
  EXPECT_THAT(files(), UnorderedElementsAre("a"));
  EXPECT_EQ(content(folder_ / "a"), "whole");
}

TEST_F(FileStoreTest, LetsManyWriteOneName) {
  const auto store = open();
  std::vector<std::thread> threads;
  for (char who = 'a'; who < 'e'; ++who) {
    threads.emplace_back([&, who] {
      for (int i = 0; i < 25; ++i) EXPECT_TRUE(put(*store, "same", std::string(10'000, who)).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string last = content(folder_ / "same");
  EXPECT_EQ(last, std::string(10'000, last[0]));
  EXPECT_THAT(files(), UnorderedElementsAre("same"));
}

TEST_F(FileStoreTest, RefusesWhatCannotBeAFile) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "a", "x").ok());
  const absl::Status below_a_file = put(*store, "a/b", "x");
  EXPECT_EQ(below_a_file.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(below_a_file.message()),
              AllOf(HasSubstr(folder_.string()), HasSubstr("another name")));
  ASSERT_TRUE(put(*store, "folder/b", "x").ok());
  const absl::Status is_a_folder = put(*store, "folder", "x");
  EXPECT_EQ(is_a_folder.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(put(*store, "c/.a.part", "x").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(files(), UnorderedElementsAre("a", "folder/b"));
}

TEST_F(FileStoreTest, SaysAtTheStartThatAFolderCannotBeMade) {
  std::ofstream(folder_ / "file") << "x";
  const auto store = open_file_store({.folder = folder_ / "file" / "deeper"}, pause_);
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(std::string(store.status().message()), HasSubstr((folder_ / "file").string()));
  EXPECT_FALSE(open_file_store({}, pause_).ok());
}

TEST_F(FileStoreTest, AKillNeverLeavesAPartUnderTheName) {
  constexpr std::size_t kSize = 8 << 20;
  const fs::path file = folder_ / "object";
  const fs::path temporary = folder_ / ".object.part";
  int seen_in_the_middle = 0;
  for (int round = 0; round < 5; ++round) {
    const char letter = static_cast<char>('a' + round);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto store = open_file_store({.folder = folder_}, pause_);
      for (;;) {
        if (!put(**store, "object", std::string(kSize, letter)).ok()) ::_exit(1);
      }
    }
    // Somewhere in the middle of writing it.
    EXPECT_TRUE(tests::await(
        [&] {
          std::error_code failed;
          const auto size = fs::file_size(temporary, failed);
          return !failed && size > 0;
        },
        std::chrono::seconds(30)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    seen_in_the_middle += fs::exists(temporary) ? 1 : 0;
    if (fs::exists(file)) {
      const std::string whole = content(file);
      ASSERT_EQ(whole.size(), kSize);
      EXPECT_EQ(whole, std::string(kSize, whole[0]));
    }
  }
  EXPECT_GT(seen_in_the_middle, 0);
  ASSERT_TRUE(put(*open(), "object", "after all").ok());
  EXPECT_THAT(files(), UnorderedElementsAre("object"));
  EXPECT_EQ(content(file), "after all");
}

}  // namespace
}  // namespace streams::objects
