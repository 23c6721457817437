#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/await.hpp"
#include "support/loopback_client.hpp"
#include "support/pipeline_with_queue.hpp"

// What /healthz and /readyz of a whole program on a real broker say. Each case of the rule itself is a test in
// tests/unit/observe/health_test.cpp.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kDeadline = 2s;
/// Long enough that whoever stood still would be told.
constexpr auto kBeyondTheDeadline = 2 * kDeadline;
constexpr const char* kOk = "HTTP/1.1 200";
constexpr const char* kUnavailable = "HTTP/1.1 503";

class HealthRunTest : public PipelineWithQueueTest {
 protected:
  void SetUp() override {
    PipelineWithQueueTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    deployment_->set_application(STREAMS_TEST_PIPELINES "/gated.cpp");
    deployment_->set_step("myinput", "dlq", std::map<std::string, bool>{{"enabled", false}});
    deployment_->set_pipeline(
        "health", std::map<std::string, std::string>{{"deadline", "2s"}, {"rebalance_grace", "2s"}});
    deployment_->set_pipeline("shutdown", std::map<std::string, std::string>{{"drain_timeout", "60s"}});
    gate_ = (folder_.path() / "gate").string();
  }

  /// A process and its pages.
  struct Run {
    std::unique_ptr<Child> process;
    std::uint16_t port = 0;

    std::string get(const std::string& target) const { return http_get(port, target); }
    std::string healthz() const { return get("/healthz"); }
    std::string readyz() const { return get("/readyz"); }
  };
  Run run() {
    write_deployment();
    Run run{.process = start({"--segment-id", "0", "--http", "127.0.0.1:0"})};
    const std::string said = "listening on ";
    if (!run.process->await_err(said, kPatience)) throw std::runtime_error(run.process->err());
    const std::string text = run.process->err();
    const auto begin = text.find(said) + said.size();
    run.port = port_of(text.substr(begin, text.find_first_of(" \n", begin) - begin));
    return run;
  }
  Run run_until_ready() {
    Run made = run();
    EXPECT_TRUE(await([&] { return made.readyz().starts_with(kOk); }, kPatience)) << made.readyz();
    return made;
  }

  void close_gate() const { std::ofstream(gate_) << "closed"; }
  void open_gate() const { std::filesystem::remove(gate_); }
  void produce(const std::vector<std::string>& payloads, std::int32_t partition = 0) {
    std::vector<KafkaRecord> records;
    for (const auto& payload : payloads) records.push_back({.value = payload, .partition = partition});
    kafka().produce(in_, records);
  }
  std::int64_t outputs() { return kafka().end_offsets(out_).at(0); }

  /// Asks again and again until the condition holds, and at least for that time: healthy all the while.
  template <class Condition>
  static void expect_healthy_until(const Run& run, Condition condition, std::chrono::seconds at_least = 0s) {
    const auto begin = std::chrono::steady_clock::now();
    bool held = true;
    EXPECT_TRUE(await(
        [&] {
          const std::string answer = run.healthz();
          held = answer.starts_with(kOk);
          EXPECT_TRUE(held) << answer;
          return !held || (std::chrono::steady_clock::now() - begin >= at_least && condition());
        },
        kPatience));
  }
  static void expect_healthy_for(const Run& run, std::chrono::seconds time) {
    expect_healthy_until(
        run, [] { return true; }, time);
  }
  /// Waits for a 503 with that reason.
  static void expect_reason(const Run& run, const std::string& target, const std::string& what) {
    const std::string reason = R"("what": ")" + what + "\"";
    EXPECT_TRUE(await([&] { return run.get(target).find(reason) != std::string::npos; }, kPatience))
        << run.get(target);
    EXPECT_THAT(run.get(target), AllOf(StartsWith(kUnavailable), HasSubstr(reason)));
  }
  static void expect_200(const Run& run, const std::string& target) {
    EXPECT_TRUE(await([&] { return run.get(target).starts_with(kOk); }, kPatience)) << run.get(target);
  }

  std::string gate_;
};

TEST_F(HealthRunTest, AnIdleTopicIsHealthyAndReady) {
  const Run run = run_until_ready();
  expect_healthy_for(run, kBeyondTheDeadline);
  EXPECT_THAT(run.readyz(), StartsWith(kOk));
}

TEST_F(HealthRunTest, FullSpeedIsHealthy) {
  const Run run = run_until_ready();
  int written = 0;
  expect_healthy_until(
      run,
      [&] {
        produce(std::vector<std::string>(1'000, ""));
        written += 1'000;
        return true;
      },
      kBeyondTheDeadline);
  for (int i = 0; i < 20; ++i, written += 5'000)
    produce(std::vector<std::string>(5'000, ""), i % kPartitions);
  expect_healthy_until(run, [&] { return outputs() == written; });
}

TEST_F(HealthRunTest, ASlowStepIsHealthy) {
  const Run run = run_until_ready();
  produce(std::vector<std::string>(30, "slow"));
  expect_healthy_until(run, [&] { return outputs() == 30; });
}

TEST_F(HealthRunTest, AStuckStepIsUnhealthyUntilItsRecordComesBack) {
  const Run run = run_until_ready();
  close_gate();
  produce({gate_, "", ""});
  expect_reason(run, "/healthz", "step");
  expect_reason(run, "/readyz", "step");
  open_gate();
  expect_200(run, "/healthz");
  expect_200(run, "/readyz");
  EXPECT_TRUE(await([&] { return outputs() == 3; }, kPatience));
}

TEST_F(HealthRunTest, ADrainIsNotReadyFromTheSignalOnAndUnhealthyWhenAStepHoldsItUp) {
  const Run run = run_until_ready();
  close_gate();
  produce({gate_});
  ASSERT_TRUE(await([&] { return std::filesystem::exists(gate_ + ".reached"); }, kPatience));
  run.process->signal(SIGTERM);
  expect_reason(run, "/readyz", "draining");
  expect_reason(run, "/healthz", "step");
  open_gate();
  EXPECT_EQ(run.process->wait(kPatience), 0) << run.process->err();
  EXPECT_EQ(outputs(), 1);
}

TEST_F(HealthRunTest, ARebalanceIsHealthy) {
  const Run first = run_until_ready();
  for (int partition = 0; partition < kPartitions; ++partition)
    produce(std::vector<std::string>(60, "slow"), partition);
  ASSERT_TRUE(await([&] { return outputs() > 0; }, kPatience));
  const Run second = run();
  const std::string two = R"(streams_pipeline_assigned_partitions{)";
  const auto partitions_of = [&](const Run& run) {
    const std::string page = run.get("/metrics");
    const auto begin = page.find(two);
    return begin == std::string::npos ? '?' : page.at(page.find("} ", begin) + 2);
  };
  expect_healthy_until(first, [&] {
    EXPECT_THAT(second.healthz(), StartsWith(kOk));
    return partitions_of(first) == '1' && partitions_of(second) == '1';
  });
  expect_healthy_until(first, [&] {
    EXPECT_THAT(second.healthz(), StartsWith(kOk));
    return outputs() >= 60 * kPartitions;
  });
  EXPECT_THAT(first.readyz(), StartsWith(kOk));
  EXPECT_THAT(second.readyz(), StartsWith(kOk));
}

TEST_F(HealthRunTest, PausedByBackPressureIsHealthyAsLongAsSomethingEnds) {
  deployment_->set_step("slow_sink", "batch_size", 1);
  deployment_->set_step("slow_sink", "average_sleep_time_ms", 500);
  deployment_->set_step("slow_sink", "max_sleep_time_ms", 1'000);
  const Run run = run_until_ready();
  produce(std::vector<std::string>(200, ""));
  const auto held_back = [&] {
    return run.get("/metrics")
               .find(R"(streams_pipeline_held_back_workers{by="step",pipeline="gated",segment="0"} 1)") !=
           std::string::npos;
  };
  ASSERT_TRUE(await(held_back, kPatience)) << run.get("/metrics");
  expect_healthy_until(run, held_back, kBeyondTheDeadline);
}

TEST_F(HealthRunTest, PausedByBackPressureIsUnhealthyWhenNothingEnds) {
  deployment_->set_step("slow_sink", "batch_size", 1);
  deployment_->set_step("slow_sink", "average_sleep_time_ms", 3'600'000);
  deployment_->set_step("slow_sink", "max_sleep_time_ms", 7'200'000);
  deployment_->set_pipeline("shutdown", std::map<std::string, std::string>{{"drain_timeout", "1s"}});
  const Run run = run_until_ready();
  produce(std::vector<std::string>(200, ""));
  expect_reason(run, "/healthz", "held_back");
  expect_reason(run, "/readyz", "held_back");
}

class HealthOutageTest : public HealthRunTest {
 protected:
  void SetUp() override {
    need(KafkaBroker::missing());
    if (!IsSkipped() && !HasFatalFailure()) HealthRunTest::SetUp();
  }
};

TEST_F(HealthOutageTest, ABrokerThatIsGoneIsNotReadyAndUnhealthyOnlyWhenRecordsWaitForIt) {
  KafkaBroker sinks;
  sinks.client().create_topic(out_);
  deployment_->set_step("mysink", "bootstrap_servers", std::vector<std::string>{sinks.bootstrap()});
  const Run run = run_until_ready();
  sinks.stop();
  expect_reason(run, "/readyz", "sink_unreachable");
  expect_healthy_for(run, kBeyondTheDeadline);
  produce({"", ""});
  expect_reason(run, "/healthz", "sink");
  sinks.start();
  expect_200(run, "/healthz");
  expect_200(run, "/readyz");
  EXPECT_EQ(sinks.client().consume_at_least(out_, 2).size(), 2U);
}

TEST_F(HealthOutageTest, ASourceWhoseBrokerIsGoneIsNotReadyAndHealthy) {
  KafkaBroker sources;
  sources.client().create_topic(in_, kPartitions);
  deployment_->set_step("myinput", "bootstrap_servers", std::vector<std::string>{sources.bootstrap()});
  const Run run = run_until_ready();
  sources.stop();
  expect_reason(run, "/readyz", "source_unreachable");
  expect_healthy_for(run, kBeyondTheDeadline);
  sources.start();
  expect_200(run, "/readyz");
}

}  // namespace
}  // namespace streams::tests
