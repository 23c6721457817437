#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "sink.hpp"
#include "unit/local/recorded_events.hpp"
#include "unit/local/temporary_directory.hpp"

namespace {

using namespace streams;
using namespace streams::runtime;
using namespace streams::local;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SinkTest : public testing::Test {
 protected:
  LineSink::Target file(const std::string& name) const {
    return {.file = directory_.path() / name, .descriptor = -1, .name = name};
  }

  LineSink& start(std::vector<LineSink::Target> targets, LocalFormat format = LocalFormat::kLines) {
    waiter_ = *FileWaiter::make();
    sink_ = std::make_unique<LineSink>(std::move(targets), format, *waiter_, log_);
    status_ = sink_->start(events_);
    return *sink_;
  }

  bool send(const Bytes& payload, void* token = nullptr, std::size_t sink = 0,
            const Envelope& envelope = {}) {
    const OutgoingRecord record{.sink = sink, .envelope = &envelope, .payload = &payload, .token = token};
    return sink_->send(record);
  }

  TemporaryDirectory directory_;
  RecordedLog log_;
  RecordedSinkEvents events_;
  std::unique_ptr<FileWaiter> waiter_;
  std::unique_ptr<LineSink> sink_;
  absl::Status status_;
  std::array<int, 3> tokens_{};
};

TEST_F(SinkTest, ARecordIsDeliveredOnceItsLineIsInTheFile) {
  directory_.write("out", "before\n");
  LineSink& sink = start({file("out")});
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_TRUE(send(Bytes::copy_of("a"), &tokens_[0]));
  EXPECT_TRUE(send(Bytes::copy_of("b"), &tokens_[1]));
  EXPECT_THAT(events_.deliveries, IsEmpty());
  sink.poll();
  EXPECT_THAT(events_.deliveries, ElementsAre(&tokens_[0], &tokens_[1]));
  EXPECT_EQ(directory_.read("out"), "before\na\nb\n");
}

TEST_F(SinkTest, EachSinkWritesItsFileAndTwoMayShareOne) {
  LineSink& sink = start({file("one"), file("two"), file("one")});
  EXPECT_TRUE(send(Bytes::copy_of("a"), nullptr, 0));
  EXPECT_TRUE(send(Bytes::copy_of("b"), nullptr, 1));
  EXPECT_TRUE(send(Bytes::copy_of("c"), nullptr, 2));
  sink.poll();
  EXPECT_EQ(directory_.read("one"), "a\nc\n");
  EXPECT_EQ(directory_.read("two"), "b\n");
}

TEST_F(SinkTest, AValueThatIsNoLineIsRefusedWithTheWayOut) {
  start({file("out")});
  for (const Bytes& payload : {Bytes(), Bytes::copy_of(""), Bytes::copy_of(" \t"), Bytes::copy_of("a\nb")}) {
    events_.reasons.clear();
    EXPECT_TRUE(send(payload, &tokens_[0]));
    ASSERT_EQ(events_.reasons.size(), 1U);
    EXPECT_THAT(events_.reasons[0], HasSubstr("format: framed"));
  }
  EXPECT_TRUE(send(Bytes::copy_of("good")));
  sink_->poll();
  EXPECT_EQ(directory_.read("out"), "good\n");
}

TEST_F(SinkTest, FramedRecordsKeepEverything) {
  LineSink& sink = start({file("out")}, LocalFormat::kFramed);
  Envelope envelope;
  envelope.key = Bytes::copy_of("k");
  EXPECT_TRUE(send(Bytes::copy_of("a\nb"), &tokens_[0], 0, envelope));
  EXPECT_TRUE(send(Bytes(), &tokens_[1]));
  sink.poll();
  EXPECT_EQ(directory_.read("out"), "{\"key\":\"k\",\"value\":\"a\\nb\"}\n{}\n");
  EXPECT_EQ(events_.deliveries.size(), 2U);
}

TEST_F(SinkTest, ALineWithoutAnEndGetsOneAndAWarning) {
  directory_.write("out", "half");
  LineSink& sink = start({file("out")});
  EXPECT_TRUE(send(Bytes::copy_of("a")));
  sink.poll();
  EXPECT_EQ(directory_.read("out"), "half\na\n");
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr("out ends in the middle of a line")));
}

TEST_F(SinkTest, AFileThatCannotBeOpenedIsAnError) {
  start({file("none/out")});
  EXPECT_THAT(std::string(status_.message()), HasSubstr("cannot open none/out"));
}

TEST_F(SinkTest, AFullDiskEndsTheSinkWithItsName) {
  const Descriptor full(open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full);
  LineSink& sink = start({{.file = {}, .descriptor = full.get(), .name = "out.jsonl"}});
  EXPECT_TRUE(send(Bytes::copy_of("a"), &tokens_[0]));
  sink.poll();
  ASSERT_EQ(events_.failures.size(), 1U);
  EXPECT_EQ(events_.failures[0].message(), "cannot write out.jsonl: No space left on device");
  EXPECT_THAT(events_.deliveries, IsEmpty());
  EXPECT_FALSE(send(Bytes::copy_of("b")));
  sink.poll();
  EXPECT_EQ(events_.failures.size(), 1U) << "it is said once";
}

class PipeSinkTest : public SinkTest {
 protected:
  PipeSinkTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    out_ = Descriptor(ends[0]);
    in_ = Descriptor(ends[1]);
    start({{.file = {}, .descriptor = in_.get(), .name = "standard output"}});
  }

  Descriptor out_;
  Descriptor in_;
};

TEST_F(PipeSinkTest, AReaderThatGoesAwayIsAnErrorAndNoSignal) {
  out_ = Descriptor();
  EXPECT_TRUE(send(Bytes::copy_of("a")));
  sink_->poll();
  ASSERT_EQ(events_.failures.size(), 1U);
  EXPECT_EQ(events_.failures[0].message(), "cannot write standard output: whoever read it has closed it");
}

TEST_F(PipeSinkTest, ASlowReaderHoldsRecordsBackAndNeverTheWorker) {
  // More than any pipe holds. Nobody reads yet: what is written without waiting is what fits.
  const Bytes large = Bytes::copy_of(std::string(1'000'000, 'x'));
  std::size_t sent = 0;
  while (send(large, &tokens_[0])) ++sent;
  EXPECT_GE(sent, 4U);
  sink_->poll();
  EXPECT_THAT(events_.deliveries, IsEmpty());

  std::size_t received = 0;
  std::string chunk(1 << 16, '\0');
  while (events_.deliveries.size() < sent) {
    const ssize_t count = read(out_.get(), chunk.data(), chunk.size());
    ASSERT_GT(count, 0);
    received += static_cast<std::size_t>(count);
    waiter_->wait(std::chrono::minutes(30));  // ends because the pipe has room again
    sink_->poll();
  }
  EXPECT_THAT(events_.failures, IsEmpty());
  EXPECT_GT(received, (sent - 1) * large.size());
}

}  // namespace
