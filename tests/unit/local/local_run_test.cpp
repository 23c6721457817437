#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include <streams/local/local.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/filter.hpp>
#include <streams/step/map.hpp>

#include "descriptor.hpp"
#include "unit/local/recorded_events.hpp"
#include "unit/local/temporary_directory.hpp"

namespace {

using namespace streams;
using namespace streams::runtime;
using streams::local::Descriptor;
using testing::HasSubstr;

/// in -> without those that begin with '#' -> in brackets -> out; `boom` is a value that the Map refuses.
Graph brackets() {
  return streaming_source("input", "in")
      .apply(Filter("comments", [](const Bytes& b) { return !b.view().starts_with('#'); }))
      .apply(Map("brackets",
                 [](const Bytes& b) {
                   if (b == "boom") throw std::runtime_error("no");
                   return Bytes::copy_of("<" + b.str() + ">");
                 }))
      .sink(StreamSink("output", "out"))
      .graph("brackets");
}

struct Outcome {
  absl::Status prepared;
  RunResult result;
  std::vector<std::string> log;
};

Outcome run(const std::string& pipeline_keys, const std::string& steps = "{input: {topic: in}}") {
  const std::string yaml =
      "pipeline:\n  name: p\n" + pipeline_keys + "  segments: [{steps_config: " + steps + "}]\n";
  const auto factory = streams::local::adapter();
  const Plan plan =
      make_plan(brackets(), parse_config(yaml, "deploy.yaml", process_environment()), factory.needs);
  const SystemClock clock;
  RecordedLog log;
  StopSignal stop;
  const auto adapter = factory.make({.clock = &clock, .log = &log});
  Outcome outcome;
  outcome.prepared = adapter->prepare(plan, plan.segments[0]);
  if (outcome.prepared.ok()) outcome.result = run_segment(plan, plan.segments[0], *adapter, clock, log, stop);
  outcome.log = log.lines;
  return outcome;
}

class LocalRunTest : public testing::Test {
 protected:
  std::string keys(const std::string& format = "lines", const std::string& more = "") const {
    return more + "  adapter_config: {local: {directory: " + directory_.path().string() +
           ", format: " + format + "}}\n";
  }
  std::string committed() const { return directory_.read(".offsets/pipeline-input/in"); }

  TemporaryDirectory directory_;
};

TEST_F(LocalRunTest, AFileGoesThroughThePipelineToItsEnd) {
  directory_.write("in.jsonl", "a\n#b\nc");
  const Outcome done = run(keys());
  ASSERT_TRUE(done.prepared.ok()) << done.prepared;
  EXPECT_EQ(done.result.end, RunResult::End::finished);
  EXPECT_TRUE(done.result.drained);
  EXPECT_EQ(directory_.read("out.jsonl"), "<a>\n<c>\n");
  EXPECT_EQ(committed(), "3\n");
}

TEST_F(LocalRunTest, TheNextRunTakesOnlyWhatIsNew) {
  directory_.write("in.jsonl", "a\nb\n");
  run(keys());
  directory_.append("in.jsonl", "c\n");
  EXPECT_EQ(run(keys()).result.end, RunResult::End::finished);
  EXPECT_EQ(directory_.read("out.jsonl"), "<a>\n<b>\n<c>\n");
  run(keys());
  EXPECT_EQ(directory_.read("out.jsonl"), "<a>\n<b>\n<c>\n");
}

TEST_F(LocalRunTest, ARunThatFailsAtARecordGoesOnThereOnceItIsMended) {
  directory_.write("in.jsonl", "a\nboom\nc\n");
  const Outcome failed = run(keys());
  EXPECT_EQ(failed.result.end, RunResult::End::record_failed);
  ASSERT_EQ(failed.result.record_errors.size(), 1U);
  EXPECT_EQ(failed.result.record_errors[0].offset, 1);
  directory_.write("in.jsonl", "a\nb\nc\n");
  EXPECT_EQ(run(keys()).result.end, RunResult::End::finished);
  const std::string out = directory_.read("out.jsonl");
  EXPECT_TRUE(out.ends_with("<b>\n<c>\n")) << out;
  EXPECT_TRUE(out.starts_with("<a>\n")) << out;
}

TEST_F(LocalRunTest, FramedRecordsKeepKeyHeadersAndTimestamp) {
  directory_.write(
      "in.jsonl",
      "{\"key\":\"k\",\"headers\":[[\"h\",\"v\"]],\"timestamp\":5,\"partition\":2,\"value\":\"a\"}\n");
  EXPECT_EQ(run(keys("framed")).result.end, RunResult::End::finished);
  EXPECT_EQ(
      directory_.read("out.jsonl"),
      "{\"key\":\"k\",\"headers\":[[\"h\",\"v\"]],\"timestamp\":5,\"partition\":2,\"value\":\"<a>\"}\n");
}

TEST_F(LocalRunTest, AGarbageFramedLineEndsTheRunBehindWhatCameBefore) {
  directory_.write("in.jsonl", "{\"value\":\"a\"}\nsesame\n");
  const Outcome done = run(keys("framed"));
  EXPECT_EQ(done.result.end, RunResult::End::failed);
  EXPECT_THAT(std::string(done.result.status.message()),
              HasSubstr("in.jsonl:2: the line is no framed record"));
  EXPECT_EQ(directory_.read("out.jsonl"), "{\"value\":\"<a>\"}\n");
  EXPECT_EQ(committed(), "1\n");
}

TEST_F(LocalRunTest, ManyRecordsArriveInOrder) {
  std::string in;
  std::string out;
  for (int i = 0; i < 20'000; ++i) {
    in += std::to_string(i) + "\n";
    out += "<" + std::to_string(i) + ">\n";
  }
  directory_.write("in.jsonl", in);
  EXPECT_EQ(run(keys()).result.end, RunResult::End::finished);
  EXPECT_EQ(directory_.read("out.jsonl"), out);
  EXPECT_EQ(committed(), "20000\n");
}

TEST_F(LocalRunTest, FurtherWorkersStayIdle) {
  directory_.write("in.jsonl", "a\nb\n");
  const Outcome done = run(keys(), "{input: {parallelism: 3}}");
  EXPECT_EQ(done.result.end, RunResult::End::finished);
  EXPECT_EQ(directory_.read("out.jsonl"), "<a>\n<b>\n");
  EXPECT_THAT(done.log, testing::Contains(HasSubstr("reads with one worker")));
}

TEST_F(LocalRunTest, EverythingThatIsMissingIsSaidAtOnce) {
  std::filesystem::create_directory(directory_.path() / "out.jsonl");
  const Outcome done = run(keys());
  EXPECT_THAT(std::string(done.prepared.message()),
              testing::AllOf(HasSubstr("in.jsonl: cannot read topic 'in': No such file or directory"),
                             HasSubstr("out.jsonl: is a directory")));
}

TEST_F(LocalRunTest, AMissingDirectoryIsNamed) {
  const Outcome done = run("  adapter_config: {local: {directory: /none/at/all}}\n");
  EXPECT_THAT(std::string(done.prepared.message()), HasSubstr("/none/at/all: there is no such directory"));
}

TEST_F(LocalRunTest, ATopicThatIsNoFileNameIsRefused) {
  directory_.write("in.jsonl", "");
  const Outcome done = run(keys(), "{output: {topic: ../up}, input: {consumer_group: a/b}}");
  EXPECT_THAT(std::string(done.prepared.message()),
              testing::AllOf(HasSubstr("topic '../up' cannot be the name of a file"),
                             HasSubstr("group 'a/b' cannot be the name of a file")));
}

TEST_F(LocalRunTest, ReadingAndWritingTheSameFileIsRefused) {
  directory_.write("in.jsonl", "a\n");
  const Outcome done = run(keys(), "{output: {topic: in}}");
  EXPECT_THAT(std::string(done.prepared.message()), HasSubstr("is read and written by the same pipeline"));
}

/// Puts other descriptors in the place of standard input and output for its life.
class StandardStreams {
 public:
  StandardStreams(int input, int output) : input_(dup(STDIN_FILENO)), output_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
  }
  ~StandardStreams() {
    dup2(input_.get(), STDIN_FILENO);
    dup2(output_.get(), STDOUT_FILENO);
  }
  StandardStreams(const StandardStreams&) = delete;
  StandardStreams& operator=(const StandardStreams&) = delete;

 private:
  Descriptor input_;
  Descriptor output_;
};

TEST_F(LocalRunTest, WithoutADirectoryRecordsGoFromStandardInputToStandardOutput) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  ASSERT_EQ(pipe(in.data()), 0);
  ASSERT_EQ(pipe(out.data()), 0);
  const Descriptor input(in[0]);
  Descriptor feed(in[1]);
  const Descriptor results(out[0]);
  Descriptor output(out[1]);
  Outcome done;
  std::string first(100, '\0');
  ssize_t first_size = 0;
  {
    const StandardStreams streams(input.get(), output.get());
    std::thread author([&] {
      // The second line is written only after the first one has come out: input is handled as it comes.
      [[maybe_unused]] const auto one = write(feed.get(), "a\n", 2);
      first_size = read(results.get(), first.data(), first.size());
      [[maybe_unused]] const auto two = write(feed.get(), "b", 1);
      feed = Descriptor();
    });
    done = run("");
    author.join();
  }
  output = Descriptor();
  first.resize(static_cast<std::size_t>(std::max<ssize_t>(first_size, 0)));
  EXPECT_EQ(first, "<a>\n");
  std::string second(100, '\0');
  second.resize(
      static_cast<std::size_t>(std::max<ssize_t>(read(results.get(), second.data(), second.size()), 0)));
  EXPECT_EQ(second, "<b>\n");
  EXPECT_EQ(done.result.end, RunResult::End::finished);
}

}  // namespace
