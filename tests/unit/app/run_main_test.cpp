#include <streams/runtime/run.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/module.hpp>
#include <streams/sink/dev_null_sink.hpp>
#include <streams/sink/object_sink.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/map.hpp>

#include "unit/app/lines_adapter.hpp"
#include "unit/app/temporary_folder.hpp"

namespace streams::runtime_test {

STREAMS_PIPELINE(shout) {
  return streaming_source("in", "words")
      .apply(Map("loud",
                 [](const Bytes& word) {
                   if (word == "poison") throw std::runtime_error("this word is not nice");
                   return Bytes::copy_of(word.str() + "!");
                 }))
      .sink(StreamSink("out", "shouted"));
}

STREAMS_PIPELINE(archiving) {
  return streaming_source("in", "words").sink(ObjectSink("out", {.location = "s3://words/raw"}));
}

STREAMS_PIPELINE(faulty) {
  return streaming_source("twice", "words").sink(DevNullSink("twice"));
}

STREAMS_PIPELINE(throwing) {
  throw std::runtime_error("no dictionary");
}

namespace {

using runtime::LinesWorld;
using runtime::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kDeployment =
    "pipeline:\n  segments:\n    - steps_config:\n        in: {}\n        out: {}\n";

/// A program of somebody else's, with an adapter of its own.
class RunMainTest : public ::testing::Test {
 protected:
  int run(std::vector<std::string> arguments, Pipeline (*build)() = &shout,
          const std::vector<runtime::Connector>& connectors = {}) {
    arguments.insert(arguments.begin(), "/usr/bin/shouter");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = run_main(static_cast<int>(pointers.size()), pointers.data(), build,
                              {runtime::lines_adapter(world_)}, connectors);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  std::string deployment(std::string_view text = kDeployment) {
    return folder_.write("x.yaml", text).string();
  }

  const TemporaryFolder folder_;
  LinesWorld world_;
  std::string out_;
  std::string err_;
};

TEST_F(RunMainTest, RunsAThirdPartysAdapterToItsEnd) {
  world_.lines = {"one", "two", "three"};
  EXPECT_EQ(run({"--config", deployment(), "--segment-id", "0"}), 0) << err_;
  EXPECT_THAT(world_.output(), ElementsAre("one!", "two!", "three!"));
  EXPECT_EQ(world_.committed_offset(), 3);
  EXPECT_THAT(err_, HasSubstr("running shouter: segment 0, adapter lines, 1 worker; reads words as group "
                              "pipeline-in; writes shouted"));
  EXPECT_THAT(err_, HasSubstr("shouter finished, the source has no more records; records by step: "));
  EXPECT_EQ(out_, "");
}

TEST_F(RunMainTest, ARefusedRecordEndsItWithItsCoordinatesAndTheWayOn) {
  world_.lines = {"one", "poison", "three"};
  EXPECT_EQ(run({"--config", deployment()}), 5);
  EXPECT_THAT(
      err_, HasSubstr("step 'loud' (function): this word is not nice [topic words, partition 0, offset 1]"));
  EXPECT_THAT(err_, HasSubstr("`on_error: drop` or `dlq` at steps_config.loud in " +
                              (folder_.path() / "x.yaml").string()));
  EXPECT_LE(world_.committed_offset(), 1);
}

TEST_F(RunMainTest, AStepThatCannotBeOpenedIsOneLineOfTheLogThatAlsoSaysWhereObjectsGo) {
  const std::vector<runtime::Connector> shut = {
      {.kind = "ObjectSink", .make = [](const Node&, const Options&, const runtime::ConnectorContext&) {
         return absl::StatusOr<std::unique_ptr<Operator>>(absl::InvalidArgumentError("there is no key"));
       }}};
  EXPECT_EQ(run({"--config", deployment()}, &archiving, shut), 4);
  EXPECT_THAT(err_, HasSubstr("writes objects in s3://words/raw\n"));
  EXPECT_THAT(err_, HasSubstr(" ERROR   there is no key\n"));
  EXPECT_EQ(run({"validate", "--config", deployment()}, &archiving, shut), 0);
  EXPECT_THAT(out_, HasSubstr("  sink out: objects in s3://words/raw\n"));
}

TEST_F(RunMainTest, ServesItsPagesWhileItRunsAndSaysWhere) {
  world_.lines = {"one"};
  EXPECT_EQ(run({"--config", deployment(), "--http", ":0"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("http: listening on http://127.0.0.1:"));
}

TEST_F(RunMainTest, APageAddressThatCannotBeHadEndsItBeforeAnythingIsRead) {
  world_.lines = {"one"};
  EXPECT_EQ(run({"--config", deployment(), "--http", "192.0.2.1:80"}), 6);
  EXPECT_THAT(err_, HasSubstr("http: cannot listen on 192.0.2.1:80: "));
  EXPECT_EQ(world_.committed_offset(), -1);
}

TEST_F(RunMainTest, WritesItsLastLineOfMetricsWithWhatItDid) {
  world_.lines = {"one", "two", "three"};
  EXPECT_EQ(run({"--config",
                 deployment("metrics: {type: log, period_sec: 3600, tags: {region: us}}\n" +
                            std::string(kDeployment)),
                 "--name", "words"}),
            0)
      << err_;
  EXPECT_THAT(err_, HasSubstr("metrics pipeline=words segment=0 region=us over "));
  EXPECT_THAT(err_, HasSubstr("; refused 0, dropped 0; partitions "));
}

TEST_F(RunMainTest, WhatIsOutsideHasACodeOfItsOwn) {
  const std::string text =
      "pipeline:\n  segments:\n    - steps_config:\n        in: {topic: other}\n        out: {}\n";
  EXPECT_EQ(run({"--config", deployment(text)}), 6);
  EXPECT_THAT(err_, HasSubstr("ERROR   there is no topic other"));
}

TEST_F(RunMainTest, AWrongCommandLineIsSaidBeforeAnythingIsRead) {
  EXPECT_EQ(run({"--confg", "x"}), 2);
  EXPECT_EQ(err_,
            "shouter: --confg: there is no such flag; did you mean --config?\n"
            "`shouter --help` shows commands, flags and examples\n");
}

TEST_F(RunMainTest, AWrongDeploymentIsSaidByLineAndColumn) {
  EXPECT_EQ(run({"--config", deployment("pipeline:\n  segments:\n    - steps_config:\n        inn: {}\n")}),
            3);
  EXPECT_THAT(err_, StartsWith((folder_.path() / "x.yaml").string() + ":4:9: "));
  EXPECT_EQ(run({"--config", (folder_.path() / "none.yaml").string()}), 3);
  EXPECT_THAT(err_, HasSubstr("none.yaml"));
}

TEST_F(RunMainTest, AWrongPipelineIsSaidWithAllItsFaults) {
  EXPECT_EQ(run({"--config", deployment()}, &faulty), 4);
  EXPECT_THAT(err_, HasSubstr("twice"));
  EXPECT_EQ(run({"--config", deployment()}, &throwing), 4);
  EXPECT_EQ(err_, "the pipeline function threw: no dictionary\n");
}

TEST_F(RunMainTest, ASegmentThatIsNotThereIsSaidWithThoseThatAre) {
  EXPECT_EQ(run({"--config", deployment(), "--segment-id", "3"}), 2);
  EXPECT_EQ(err_, "--segment-id 3: there is no such segment; " + (folder_.path() / "x.yaml").string() +
                      " has 1 of them, so it must be 0\n");
}

TEST_F(RunMainTest, AnAdapterWithoutABrokerSaysSo) {
  EXPECT_EQ(run({"--config", deployment(), "--embedded-kafka"}), 2);
  EXPECT_EQ(err_, "--embedded-kafka: adapter lines has none\n");
}

TEST_F(RunMainTest, DeadLettersNeedAnAdapterThatHasThem) {
  EXPECT_EQ(run({"dlq", "list", "--config", deployment()}), 2);
  EXPECT_EQ(err_, "dlq: adapter lines has none\n");
}

TEST_F(RunMainTest, PlanAndValidateTouchNoAdapter) {
  EXPECT_EQ(run({"plan", "--config", deployment()}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("words"));
  EXPECT_EQ(run({"validate", "--config", deployment()}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("source in: topic words, group pipeline-in"));
  EXPECT_THAT(out_, HasSubstr("sink out: topic shouted"));
  EXPECT_EQ(world_.committed_offset(), -1);
}

TEST_F(RunMainTest, ThePlanComesInEveryFormat) {
  EXPECT_EQ(run({"plan", "--config", deployment(), "--format", "dot"}), 0);
  EXPECT_THAT(out_, StartsWith("digraph"));
  EXPECT_EQ(run({"plan", "--config", deployment(), "--format", "json"}), 0);
  EXPECT_THAT(out_, StartsWith("{"));
  EXPECT_EQ(run({"plan", "--config", deployment(), "--format", "mermaid"}), 0);
  EXPECT_THAT(out_, HasSubstr("flowchart"));
}

TEST_F(RunMainTest, TheGraphAloneNeedsNoDeployment) {
  EXPECT_EQ(run({"plan", "--graph"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("loud"));
}

TEST_F(RunMainTest, HelpAndVersionGoToStdout) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out_, StartsWith("usage: shouter "));
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_THAT(out_, HasSubstr("adapter lines 7\n"));
}

TEST_F(RunMainTest, TheLogIsJsonWhenAskedFor) {
  world_.lines = {"one"};
  EXPECT_EQ(run({"--config", deployment(), "--log-format", "json"}), 0);
  EXPECT_THAT(err_, HasSubstr("\"level\":\"INFO\",\"message\":\"running shouter"));
}

}  // namespace
}  // namespace streams::runtime_test
