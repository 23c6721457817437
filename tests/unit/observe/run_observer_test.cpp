#include "observe/run_observer.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/testing/virtual_clock.hpp>

#include "support/await.hpp"
#include "unit/app/temporary_folder.hpp"
#include "support/loopback_client.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::await;
using streams::tests::http_get;
using streams::tests::port_of;
using streams::tests::RunStory;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(text);
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  bool has(const std::string& part) const {
    for (const std::string& line : lines()) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class RunObserverTest : public testing::Test {
 protected:
  RunObserverTest() {
    window.open([this] { return run.snapshot; });
  }
  absl::StatusOr<std::unique_ptr<RunObserver>> start(ObserverOptions options) {
    options.labels = {"story", "0", {}};
    return RunObserver::start(std::move(options), run.plan, run.plan.segments.front(), window, clock, log);
  }

  RunStory run;
  RunWindow window;
  streams::testing::VirtualClock clock;
  KeptLog log;
};

TEST_F(RunObserverTest, WithNothingAskedForItDoesNothing) {
  const auto observer = start({});
  ASSERT_TRUE(observer.ok());
  EXPECT_EQ((*observer)->url(), "");
  EXPECT_THAT(log.lines(), IsEmpty());
}

TEST_F(RunObserverTest, ServesThePagesAndSaysWhere) {
  const auto observer = start({.http = HttpAddress{}});
  ASSERT_TRUE(observer.ok()) << observer.status();
  EXPECT_THAT(log.lines(), ElementsAre("http: listening on " + (*observer)->url()));
  EXPECT_THAT((*observer)->url(), StartsWith("http://127.0.0.1:"));
  const std::uint16_t port = port_of((*observer)->url());
  EXPECT_THAT(http_get(port, "/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(http_get(port, "/metrics"),
              HasSubstr("streams_pipeline_ready{pipeline=\"story\",segment=\"0\"} 1"));
  EXPECT_THAT(http_get(port, "/"), HasSubstr("<!doctype html>"));
  EXPECT_THAT(http_get(port, "/x"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(RunObserverTest, ShowsTheLastFiguresWhenTheRunIsOver) {
  run.snapshot.steps.front().input = 77;
  window.close();
  run.snapshot.steps.front().input = 0;
  const auto observer = start({.http = HttpAddress{}});
  ASSERT_TRUE(observer.ok());
  EXPECT_THAT(
      http_get(port_of((*observer)->url()), "/metrics"),
      HasSubstr(
          "streams_pipeline_input_messages_total{step=\"orders\",pipeline=\"story\",segment=\"0\"} 77"));
}

TEST_F(RunObserverTest, TouchesTheHealthFileAgainWhenAProbeTookItAway) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "health.txt";
  const auto observer = start({.health_file = file.string()});
  ASSERT_TRUE(observer.ok());
  ASSERT_TRUE(await([&] { return std::filesystem::exists(file); }, 20s));
  std::filesystem::remove(file);
  EXPECT_TRUE(await([&] { return std::filesystem::exists(file); }, 20s));
}

TEST_F(RunObserverTest, DoesNotTouchTheHealthFileOfAnUnhealthyRun) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "health.txt";
  run.rule.deadline = 1s;
  std::atomic<int> looks{0};
  std::chrono::nanoseconds now = 1000s;
  window.open([&] {
    Snapshot stuck = run.snapshot;
    stuck.workers.front().taken += 1;
    stuck.now = now += 10s;
    ++looks;
    return stuck;
  });
  ObserverOptions options{.health_file = file.string()};
  options.health.deadline = 1s;
  const auto observer = start(std::move(options));
  ASSERT_TRUE(observer.ok());
  ASSERT_TRUE(await([&] { return looks >= 2; }, 20s));
  std::filesystem::remove(file);
  const int seen = looks;
  ASSERT_TRUE(await([&] { return looks >= seen + 2; }, 20s));
  EXPECT_FALSE(std::filesystem::exists(file));
  window.close();
}

TEST_F(RunObserverTest, AHealthFileThatCannotBeWrittenIsSaidOnce) {
  const auto observer = start({.health_file = "/no/such/folder/health.txt"});
  ASSERT_TRUE(observer.ok());
  EXPECT_TRUE(
      await([&] { return log.has("the health file /no/such/folder/health.txt cannot be written"); }, 20s));
}

TEST_F(RunObserverTest, WritesALineOfMetricsPerPeriodAndALastOneAtTheEnd) {
  ObserverOptions options;
  options.metrics.type = MetricsType::kLog;
  options.metrics.period = 1h;
  {
    const auto observer = start(std::move(options));
    ASSERT_TRUE(observer.ok());
    EXPECT_THAT(log.lines(), IsEmpty());
  }
  ASSERT_EQ(log.lines().size(), 1U);
  EXPECT_THAT(log.lines().front(), StartsWith("metrics pipeline=story segment=0 over "));
}

TEST_F(RunObserverTest, ARunThatBeganLaterHasTheRatesSinceTheObserverDid) {
  RunWindow later;
  window.close();
  clock.advance(900s);
  ObserverOptions options;
  options.metrics.type = MetricsType::kLog;
  options.metrics.period = 1h;
  {
    const auto observer =
        RunObserver::start(std::move(options), run.plan, run.plan.segments.front(), later, clock, log);
    ASSERT_TRUE(observer.ok());
    run.snapshot.steps.front().input = 500;
    later.open([this] { return run.snapshot; });
  }
  ASSERT_EQ(log.lines().size(), 1U);
  EXPECT_THAT(log.lines().front(), HasSubstr(" over 100.0 s: orders 5.0/s,"));
}

TEST_F(RunObserverTest, SendsDogStatsdToAUnixSocketAndWhatIsLeftAtTheEnd) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "dsd.socket").string();
  const int agent = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  ASSERT_EQ(::bind(agent, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  run.snapshot.steps.front().input = 5;
  ObserverOptions options;
  options.metrics.type = MetricsType::kDatadog;
  options.metrics.socket_path = path;
  options.metrics.flush_interval = 1h;
  {
    const auto observer = start(std::move(options));
    ASSERT_TRUE(observer.ok()) << observer.status();
  }
  std::string all;
  std::string packet(65536, '\0');
  for (;;) {
    const ssize_t size = ::recv(agent, packet.data(), packet.size(), MSG_DONTWAIT);
    if (size <= 0) break;
    all += packet.substr(0, static_cast<std::size_t>(size)) + "\n";
  }
  ::close(agent);
  EXPECT_THAT(all, HasSubstr("streams.pipeline.input.messages:5|c|#pipeline:story,segment:0,step:orders\n"));
}

TEST_F(RunObserverTest, AnAgentWhoseNameIsNotKnownIsAnError) {
  ObserverOptions options;
  options.metrics.type = MetricsType::kDatadog;
  options.metrics.host = "no.such.host.invalid";
  options.metrics.port = 8125;
  EXPECT_FALSE(start(std::move(options)).ok());
}

TEST_F(RunObserverTest, PrometheusThatNobodyCanReadIsSaid) {
  ObserverOptions options;
  options.metrics.type = MetricsType::kPrometheus;
  const auto observer = start(std::move(options));
  ASSERT_TRUE(observer.ok());
  EXPECT_TRUE(log.has("nobody can read /metrics without --http or metrics.push"));
}

TEST_F(RunObserverTest, APushThatFailsIsSaidAndHoldsTheEndUpForAWhileOnly) {
  ObserverOptions options;
  options.metrics.type = MetricsType::kPrometheus;
  options.metrics.push_url = "http://127.0.0.1:1";
  options.metrics.push_interval = 1h;
  {
    const auto observer = start(std::move(options));
    ASSERT_TRUE(observer.ok());
  }
  EXPECT_TRUE(log.has("metrics: 1 of 1 addresses did not take what was pushed; 127.0.0.1: "));
}

}  // namespace
