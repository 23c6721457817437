#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "failure/feeder.hpp"
#include "support/await.hpp"
#include "support/deployment.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr int kPartitions = 4;
/// For what happens within a second or two on a machine that has nothing else to do.
constexpr auto kPatience = 60s;

/// A number from the environment.
unsigned given(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

/// What decides the moments of the faults and the records: always the same, unless another is asked for.
unsigned seed() {
  return given("STREAMS_TEST_SEED", 20);
}

/// How many times a running pipeline is killed or stopped.
unsigned rounds() {
  return given("STREAMS_TEST_ROUNDS", 5);
}

std::int64_t number_after(const std::string& text, const std::string& name) {
  const auto at = text.find("\"" + name + "\":");
  if (at == std::string::npos) throw std::runtime_error("no " + name + " in a record");
  return std::stoll(text.substr(at + name.size() + 3));
}

/// What came out, held against what went in.
struct Verdict {
  std::size_t expected = 0;
  std::size_t missing = 0;
  std::size_t unexpected = 0;
  std::size_t repeated = 0;
  bool in_order = true;  ///< of each partition, judged on the first occurrence of each record
};

std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  return out << verdict.expected << " expected, " << verdict.missing << " missing, " << verdict.unexpected
             << " unexpected, " << verdict.repeated << " repeated, "
             << (verdict.in_order ? "in order" : "out of order");
}

/// The numbers of each partition in the order of their first occurrence.
class FirstOccurrences {
 public:
  void add(const std::string& value) {
    const auto partition = number_after(value, "org_id");
    const auto number = number_after(value, "project_id");
    if (seen_.emplace(partition, number).second) {
      order_[partition].push_back(number);
    } else {
      ++repeated_;
    }
  }
  const std::map<std::int64_t, std::vector<std::int64_t>>& order() const { return order_; }
  const std::set<std::pair<std::int64_t, std::int64_t>>& all() const { return seen_; }
  std::size_t repeated() const { return repeated_; }

 private:
  std::set<std::pair<std::int64_t, std::int64_t>> seen_;
  std::map<std::int64_t, std::vector<std::int64_t>> order_;
  std::size_t repeated_ = 0;
};

/// simple_map_filter between topics of its own: four partitions in, one out, so that the order of all that
/// was written can be seen.
class Scene {
 public:
  explicit Scene(KafkaBroker& broker)
      : client_(broker.bootstrap()),
        in_(unique_name("in")),
        out_(unique_name("out")),
        group_(unique_name("group")) {
    client_.create_topic(in_, kPartitions);
    client_.create_topic(out_);
    Deployment deployment("simple_map_filter");
    deployment.set_brokers(broker.bootstrap());
    deployment.set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
    deployment.set_step("myinput", "topic", in_);
    deployment.set_step("myinput", "consumer_group", group_);
    deployment.set_step("myinput", "auto_offset_reset", "earliest");
    deployment.set_step("myinput", "parallelism", 2);
    deployment.set_step("mysink", "topic", out_);
    config_ = deployment.write(folder_.path() / "deployment.yaml");
    // The pipeline is compiled here, so that no start below waits for a compiler.
    const auto validate = start_runner(folder_.path(), "validate", {"validate", "--config", config_});
    if (validate->wait(180s) != 0) throw std::runtime_error(validate->err());
  }

  std::unique_ptr<Child> start() {
    return start_runner(folder_.path(), "runner" + std::to_string(started_++),
                        {"--config", config_, "--segment-id", "0"});
  }
  std::unique_ptr<Feeder> feed() {
    return std::make_unique<Feeder>(client_.bootstrap(), in_, kPartitions, seed());
  }

  /// Records that have come out so far.
  std::int64_t outputs() { return client_.end_offsets(out_).at(0); }
  bool await_outputs(std::int64_t more_than) {
    return await([&] { return outputs() > more_than; }, kPatience);
  }
  bool await_all_committed() {
    const auto ends = client_.end_offsets(in_);
    return await([&] { return client_.committed_offsets(group_, in_) == ends; }, kPatience);
  }

  Verdict judge() {
    FirstOccurrences expected;
    for (const KafkaRecord& record : client_.consume_all(in_)) {
      if (record.value->find(R"("type":"c")") != std::string::npos) expected.add(*record.value);
    }
    FirstOccurrences found;
    for (const KafkaRecord& record : client_.consume_all(out_)) found.add(*record.value);
    Verdict verdict;
    verdict.expected = expected.all().size();
    verdict.repeated = found.repeated();
    for (const auto& one : expected.all()) verdict.missing += found.all().count(one) == 0;
    for (const auto& one : found.all()) verdict.unexpected += expected.all().count(one) == 0;
    for (auto [partition, numbers] : expected.order()) {
      std::erase_if(numbers, [&, p = partition](auto n) { return found.all().count({p, n}) == 0; });
      const auto order = found.order().find(partition);
      verdict.in_order = verdict.in_order && order != found.order().end() && order->second == numbers;
    }
    return verdict;
  }

 private:
  TestFolder folder_;
  KafkaClient client_;
  std::string in_;
  std::string out_;
  std::string group_;
  std::string config_;
  int started_ = 0;
};

/// Lets the load run on for a moment of the seed's choice.
void random_moment(std::mt19937& random) {
  std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(100, 1'500)(random)));
}

void report(const std::string& text) {
  std::cout << "[          ] " << text << std::endl;
}

template <class T>
std::string told(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

/// A pipeline under a load that goes on until the end, and what every such test ends with.
template <class Kafka>
class UnderLoadTest : public Kafka {
 protected:
  void begin(KafkaBroker& broker) {
    scene_.emplace(broker);
    feeder_ = scene_->feed();
  }
  Scene& scene() { return *scene_; }
  Feeder& feeder() { return *feeder_; }

  static void stop(Child& runner) {
    runner.signal(SIGTERM);
    ASSERT_EQ(runner.wait(30s), 0) << runner.err();
  }

  /// Ends the load, waits until `runner` has committed all of it, stops it and holds what came out against
  /// what went in.
  void finish(Child& runner) {
    feeder_->stop();
    ASSERT_TRUE(scene_->await_all_committed()) << runner.err();
    ASSERT_NO_FATAL_FAILURE(stop(runner));
    verdict_ = scene_->judge();
    report(told(verdict_));
    EXPECT_GT(verdict_.expected, 0U);
    EXPECT_EQ(verdict_.missing, 0U);
    EXPECT_EQ(verdict_.unexpected, 0U);
    EXPECT_TRUE(verdict_.in_order);
  }
  const Verdict& verdict() const { return verdict_; }

 private:
  std::optional<Scene> scene_;
  std::unique_ptr<Feeder> feeder_;
  Verdict verdict_;
};

/// A broker of the test's own, which outlives the load.
class OwnBrokerTest : public OwnKafkaTest {
 protected:
  void SetUp() override {
    OwnKafkaTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) broker_.emplace();
  }
  KafkaBroker& broker() { return *broker_; }

 private:
  std::optional<KafkaBroker> broker_;
};

using KillTest = UnderLoadTest<KafkaTest>;
using BrokerOutageTest = UnderLoadTest<OwnBrokerTest>;

TEST_F(KillTest, KillAndRestartLosesNothing) {
  begin(broker());
  std::mt19937 random(seed());
  auto runner = scene().start();
  ASSERT_TRUE(scene().await_outputs(0)) << runner->err();
  for (unsigned round = 0; round < rounds(); ++round) {
    random_moment(random);
    ASSERT_TRUE(runner->running()) << runner->err();
    runner->signal(SIGKILL);
    ASSERT_EQ(runner->wait(10s), 128 + SIGKILL);
    const auto before = scene().outputs();
    const auto killed = std::chrono::steady_clock::now();
    runner = scene().start();
    ASSERT_TRUE(scene().await_outputs(before)) << runner->err();
    const auto silent = std::chrono::steady_clock::now() - killed;
    report("kill -9 after " + std::to_string(before) + " outputs; the next one came " +
           std::to_string(silent / 1ms) + " ms after the restart");
  }
  finish(*runner);
}

TEST_F(KillTest, SigtermRepeatsNothing) {
  begin(broker());
  std::mt19937 random(seed());
  for (unsigned round = 0; round < rounds(); ++round) {
    const auto before = scene().outputs();
    const auto runner = scene().start();
    ASSERT_TRUE(scene().await_outputs(before)) << runner->err();
    random_moment(random);
    ASSERT_NO_FATAL_FAILURE(stop(*runner));
  }
  feeder().stop();
  const auto runner = scene().start();
  ASSERT_NO_FATAL_FAILURE(finish(*runner));
  EXPECT_EQ(verdict().repeated, 0U);
}

TEST_F(BrokerOutageTest, BrokerOutageHeals) {
  begin(broker());
  const auto runner = scene().start();
  ASSERT_TRUE(scene().await_outputs(2'000)) << runner->err();
  broker().stop();
  EXPECT_EQ(runner->wait(10s), std::nullopt) << "an outage ended the process\n" << runner->err();
  broker().start();
  const auto before = scene().outputs();
  const auto up = std::chrono::steady_clock::now();
  ASSERT_TRUE(scene().await_outputs(before)) << runner->err();
  report("the next output came " + std::to_string((std::chrono::steady_clock::now() - up) / 1ms) +
         " ms after the broker");
  ASSERT_TRUE(scene().await_outputs(before + 2'000)) << runner->err();
  finish(*runner);
}

TEST_F(KillTest, TwoProcessesShareTheWork) {
  begin(broker());
  const auto first = scene().start();
  ASSERT_TRUE(scene().await_outputs(2'000)) << first->err();
  const auto second = scene().start();
  ASSERT_TRUE(second->await_err("assigned ", kPatience)) << second->err();
  ASSERT_TRUE(scene().await_outputs(scene().outputs() + 4'000)) << first->err() << second->err();
  ASSERT_NO_FATAL_FAILURE(stop(*second));
  const std::string end = second->err();
  const std::string counts = "records by step: myinput ";
  ASSERT_THAT(end, HasSubstr(counts));
  EXPECT_GT(std::stoll(end.substr(end.find(counts) + counts.size())), 0) << "the second process got no work";
  ASSERT_TRUE(scene().await_outputs(scene().outputs() + 4'000)) << first->err();
  finish(*first);
}

/// Starts the pipeline with these topics; it must end by itself, in time, with the code of outside faults.
void expect_named(const std::string& bootstrap, const std::string& in, const std::string& out,
                  const std::string& named) {
  TestFolder folder;
  Deployment deployment("simple_map_filter");
  deployment.set_brokers(bootstrap);
  deployment.set_adapter("kafka", "lock_dir", (folder.path() / "locks").string());
  deployment.set_step("myinput", "topic", in);
  deployment.set_step("myinput", "consumer_group", unique_name("group"));
  deployment.set_step("mysink", "topic", out);
  const std::string config = deployment.write(folder.path() / "deployment.yaml");
  const auto validate = start_runner(folder.path(), "validate", {"validate", "--config", config});
  ASSERT_EQ(validate->wait(180s), 0) << validate->err();

  const auto runner = start_runner(folder.path(), "runner", {"--config", config, "--segment-id", "0"});
  EXPECT_EQ(runner->wait(10s), 6) << runner->err();
  EXPECT_THAT(runner->err(), HasSubstr(named));
}

TEST_F(KillTest, AMissingSourceTopicIsNamed) {
  const std::string out = unique_name("out");
  kafka().create_topic(out);
  const std::string missing = unique_name("nowhere");
  expect_named(broker().bootstrap(), missing, out, missing);
}

TEST_F(KillTest, AMissingSinkTopicIsNamed) {
  const std::string in = unique_name("in");
  kafka().create_topic(in);
  const std::string missing = unique_name("nowhere");
  expect_named(broker().bootstrap(), in, missing, missing);
}

TEST(DeadBrokerTest, ADeadBrokerIsNamed) {
  // Nobody listens on port 1.
  expect_named("127.0.0.1:1", "in", "out", "127.0.0.1:1");
}

}  // namespace
}  // namespace streams::tests
