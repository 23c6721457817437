#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>

#include "source.hpp"
#include "unit/local/recorded_events.hpp"
#include "unit/local/temporary_directory.hpp"

namespace {

using namespace streams::runtime;
using namespace streams::local;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A source of the file `in` in a directory, for as many runs as wanted.
class SourceTest : public testing::Test {
 protected:
  SourceTest() {
    planned_.topic = "in";
    planned_.group = "g";
  }

  std::unique_ptr<LineSource> open(LocalFormat format = LocalFormat::kLines) {
    events_ = {};
    waiter_ = *FileWaiter::make();
    LineSource::Input input;
    input.file = directory_.path() / "in";
    input.name = "in";
    input.offsets.emplace(directory_.path() / "offset");
    return std::make_unique<LineSource>(std::move(input), planned_, 0, format, *waiter_);
  }

  std::unique_ptr<LineSource> start(LocalFormat format = LocalFormat::kLines) {
    auto source = open(format);
    const absl::Status status = source->start(events_);
    EXPECT_TRUE(status.ok()) << status;
    source->poll();
    return source;
  }

  static std::vector<std::string> values(LineSource& source, std::size_t most = 1000) {
    std::vector<std::string> all;
    const BatchRef batch = source.take(most);
    if (!batch) return all;
    for (const SourceRecord& record : batch->records()) all.push_back(record.payload.str());
    return all;
  }

  static void commit(LineSource& source, std::int64_t offset) {
    const std::array<PartitionOffset, 1> offsets{{{.id = 0, .offset = offset}}};
    source.commit(offsets);
    source.poll();
  }

  TemporaryDirectory directory_;
  PlannedSource planned_;
  RecordedSourceEvents events_;
  std::unique_ptr<FileWaiter> waiter_;
};

TEST_F(SourceTest, EachLineIsARecordAndItsNumberTheOffset) {
  directory_.write("in", "a\nb\n");
  const auto source = start();
  EXPECT_THAT(events_.positions, ElementsAre(0));
  const BatchRef batch = source->take(10);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->records().size(), 2U);
  const SourceRecord& last = batch->records()[1];
  EXPECT_EQ(last.payload, "b");
  EXPECT_TRUE(last.envelope.key.is_null());
  EXPECT_TRUE(last.envelope.headers.empty());
  EXPECT_EQ(last.envelope.timestamp, streams::kNoTimestamp);
  EXPECT_EQ(last.envelope.origin, (streams::Origin{"in", 0, 1}));
  EXPECT_TRUE(source->finished());
}

TEST_F(SourceTest, BlankLinesCountButAreNoRecords) {
  directory_.write("in", "a\n\n \t\r\nb");
  const auto source = start();
  const BatchRef batch = source->take(10);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->records().size(), 2U);
  EXPECT_EQ(batch->records()[1].payload, "b");
  EXPECT_EQ(batch->records()[1].envelope.origin.offset, 3);
}

TEST_F(SourceTest, AnEmptyFileIsFinishedAtOnce) {
  directory_.write("in", "");
  const auto source = start();
  EXPECT_THAT(values(*source), IsEmpty());
  EXPECT_TRUE(source->finished());
}

TEST_F(SourceTest, NoMoreRecordsComeThanWereAskedFor) {
  directory_.write("in", "a\nb\nc\n");
  const auto source = start();
  EXPECT_THAT(values(*source, 2), ElementsAre("a", "b"));
  EXPECT_FALSE(source->finished());
  EXPECT_THAT(values(*source, 2), ElementsAre("c"));
}

TEST_F(SourceTest, ARestartGoesOnAtTheCommittedOffset) {
  directory_.write("in", "a\n\nb\nc\n");
  auto source = start();
  EXPECT_EQ(directory_.read("offset"), "0\n") << "the start is committed before the first record";
  EXPECT_EQ(values(*source).size(), 3U);
  commit(*source, 3);
  EXPECT_THAT(events_.commits, ElementsAre(absl::OkStatus()));

  source = start();
  EXPECT_THAT(events_.positions, ElementsAre(3));
  EXPECT_THAT(values(*source), ElementsAre("c"));
  commit(*source, 4);

  directory_.append("in", "d\n");
  source = start();
  EXPECT_THAT(values(*source), ElementsAre("d"));
}

TEST_F(SourceTest, AFileThatBecameShorterIsAFaultThatSaysHowToBeginAnew) {
  directory_.write("in", "a\n");
  directory_.write("offset", "5\n");
  const absl::Status status = open()->start(events_);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()),
              testing::AllOf(HasSubstr("in has 1 lines, but 5 were processed before"),
                             HasSubstr("remove " + (directory_.path() / "offset").string())));
}

TEST_F(SourceTest, AnOffsetFileWithoutAnOffsetIsAFault) {
  directory_.write("in", "a\n");
  for (const char* content : {"", "x", "-1\n", "1 2\n"}) {
    directory_.write("offset", content);
    EXPECT_THAT(std::string(open()->start(events_).message()), HasSubstr("holds no offset")) << content;
  }
}

TEST_F(SourceTest, WhereNoStartMayBeChosenAMissingOffsetIsAFault) {
  directory_.write("in", "a\n");
  planned_.auto_offset_reset = OffsetReset::kError;
  EXPECT_THAT(std::string(open()->start(events_).message()), HasSubstr("group g has no committed offset"));
  directory_.write("offset", "0\n");
  EXPECT_TRUE(open()->start(events_).ok());
}

TEST_F(SourceTest, FramedRecordsHaveKeyHeadersTimestampPartitionAndNulls) {
  directory_.write("in",
                   R"({"key":"k","headers":[["h","v"],["n",null]],"timestamp":5,"partition":2,"value":"x"})"
                   "\n{}\n");
  const auto source = start(LocalFormat::kFramed);
  const BatchRef batch = source->take(10);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->records().size(), 2U);
  const SourceRecord& full = batch->records()[0];
  EXPECT_EQ(full.payload, "x");
  EXPECT_EQ(full.envelope.key, "k");
  EXPECT_EQ(*full.envelope.headers.last("h"), "v");
  EXPECT_TRUE(full.envelope.headers.last("n")->is_null());
  EXPECT_EQ(full.envelope.timestamp.time_since_epoch().count(), 5);
  EXPECT_EQ(full.envelope.origin, (streams::Origin{"in", 2, 0}));
  EXPECT_TRUE(batch->records()[1].payload.is_null());
}

TEST_F(SourceTest, AGarbageLineIsAFaultOnceEverythingBeforeItIsCommitted) {
  directory_.write("in", "{\"value\":\"a\"}\n{\"value\":\"b\"}\nsesame\n{\"value\":\"c\"}\n");
  auto source = start(LocalFormat::kFramed);
  EXPECT_THAT(values(*source), ElementsAre("a", "b"));
  EXPECT_THAT(values(*source), IsEmpty());
  source->poll();
  EXPECT_THAT(events_.failures, IsEmpty());
  commit(*source, 1);
  EXPECT_THAT(events_.failures, IsEmpty());
  commit(*source, 2);
  ASSERT_EQ(events_.failures.size(), 1U);
  EXPECT_THAT(std::string(events_.failures[0].message()),
              testing::AllOf(HasSubstr("in:3: the line is no framed record"), HasSubstr("format: lines"),
                             testing::Not(HasSubstr("sesame"))));
  EXPECT_FALSE(source->finished());
  source->poll();
  EXPECT_EQ(events_.failures.size(), 1U) << "it is said once";

  directory_.write("in", "{\"value\":\"a\"}\n{\"value\":\"b\"}\n{}\n{\"value\":\"c\"}\n");
  source = start(LocalFormat::kFramed);
  EXPECT_THAT(values(*source), ElementsAre("", "c"));
}

TEST_F(SourceTest, ALineThatIsTooLongIsAFault) {
  directory_.write("in", std::string(kLongestLine + 1, 'x'));
  const auto source = start();
  EXPECT_THAT(values(*source), IsEmpty());
  source->poll();
  ASSERT_EQ(events_.failures.size(), 1U);
  EXPECT_THAT(std::string(events_.failures[0].message()), HasSubstr("in:1: the line is longer than 16 MiB"));
}

TEST_F(SourceTest, ACommitThatCannotBeStoredIsReported) {
  directory_.write("in", "a\n");
  const auto source = start();
  EXPECT_EQ(values(*source).size(), 1U);
  std::filesystem::create_directory(directory_.path() / "offset.new");
  commit(*source, 1);
  ASSERT_EQ(events_.commits.size(), 1U);
  EXPECT_FALSE(events_.commits[0].ok());
  EXPECT_EQ(directory_.read("offset"), "0\n");
}

TEST_F(SourceTest, RewindReadsTheFileAgainFromThere) {
  directory_.write("in", "a\nb\nc\n");
  const auto source = start();
  EXPECT_EQ(values(*source).size(), 3U);
  source->rewind(0, 1);
  EXPECT_THAT(values(*source), ElementsAre("b", "c"));
}

TEST_F(SourceTest, LeavingGivesThePartitionBackOnce) {
  directory_.write("in", "a\n");
  const auto source = start();
  source->leave(true);
  EXPECT_FALSE(source->left());
  source->poll();
  source->poll();
  EXPECT_EQ(events_.revokes, 1U);
  EXPECT_FALSE(source->left());
  source->release(std::array<PartitionId, 1>{0});
  EXPECT_TRUE(source->left());
}

/// A source that reads a pipe, as it would standard input.
class PipeSourceTest : public testing::Test {
 protected:
  PipeSourceTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    out_ = Descriptor(ends[0]);
    in_ = Descriptor(ends[1]);
    planned_.topic = "in";
    waiter_ = *FileWaiter::make();
    LineSource::Input input;
    input.descriptor = out_.get();
    input.name = "standard input";
    source_ = std::make_unique<LineSource>(std::move(input), planned_, 0, LocalFormat::kLines, *waiter_);
    EXPECT_TRUE(source_->start(events_).ok());
    source_->poll();
  }

  void feed(std::string_view text) {
    EXPECT_EQ(write(in_.get(), text.data(), text.size()), std::ssize(text));
  }

  Descriptor out_;
  Descriptor in_;
  PlannedSource planned_;
  RecordedSourceEvents events_;
  std::unique_ptr<FileWaiter> waiter_;
  std::unique_ptr<LineSource> source_;
};

TEST_F(PipeSourceTest, RecordsComeAsTheyAreWrittenAndTheEndEndsIt) {
  EXPECT_FALSE(source_->take(10));
  EXPECT_FALSE(source_->finished());
  feed("a\nb");
  EXPECT_EQ(source_->take(10)->records()[0].payload, "a");
  EXPECT_FALSE(source_->take(10)) << "half a line is no record yet";
  in_ = Descriptor();
  EXPECT_EQ(source_->take(10)->records()[0].payload, "b");
  EXPECT_FALSE(source_->take(10));
  EXPECT_TRUE(source_->finished());
}

TEST_F(PipeSourceTest, InputEndsAWaitAndSoDoesWake) {
  constexpr auto kLong = std::chrono::minutes(30);  // the test's own time limit is far below
  EXPECT_FALSE(source_->take(10));
  feed("a\n");
  waiter_->wait(kLong);
  EXPECT_TRUE(source_->take(10));
  waiter_->wake();
  waiter_->wait(kLong);
}

TEST_F(PipeSourceTest, InputThatNobodyAskedForDoesNotEndAWait) {
  feed("a\n");
  const auto before = std::chrono::steady_clock::now();
  waiter_->wait(std::chrono::milliseconds(20));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
}

TEST_F(PipeSourceTest, CommitsSucceedAndKeepNothing) {
  source_->commit(std::array<PartitionOffset, 1>{{{.id = 0, .offset = 0}}});
  source_->poll();
  EXPECT_THAT(events_.commits, ElementsAre(absl::OkStatus()));
}

}  // namespace
