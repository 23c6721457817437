#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/dead_letter.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

// One pipeline (tests/failure/pipelines/routed.cpp), cut in several ways and run by several processes of which one is
// killed: what comes out is always the same.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr int kPartitions = 4;
constexpr auto kPatience = 60s;

unsigned given(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

/// How the pipeline is cut, and which segment each process runs: -1 is all of them.
struct Cut {
  int segments = 1;
  std::vector<int> processes{-1};
};

std::string name_of(const ::testing::TestParamInfo<Cut>& info) {
  return std::to_string(info.param.segments) + "SegmentsIn" + std::to_string(info.param.processes.size()) +
         "Processes";
}

std::int64_t number_in(const std::string& text, const std::string& name) {
  const auto at = text.find("\"" + name + "\":");
  if (at == std::string::npos) throw std::runtime_error("no " + name + " in a record");
  return std::stoll(text.substr(at + name.size() + 3));
}

class SegmentsTest : public KafkaTest, public ::testing::WithParamInterface<Cut> {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    for (const std::string& topic : {in_, evens_, odds_, dead_})
      kafka().create_topic(topic, kPartitions, {{"retention.ms", "-1"}});
    write_deployment();
    const auto validate = start_runner(folder_.path(), "validate", {"validate", "--config", config_});
    ASSERT_EQ(validate->wait(180s), 0) << validate->err();
  }

  void write_deployment() {
    const std::string brokers = "bootstrap_servers: [\"" + broker().bootstrap() + "\"]";
    std::ofstream out(config_);
    out << "pipeline:\n  name: " << name_ << "\n  application: " << STREAMS_TEST_PIPELINES "/routed.cpp\n"
        << "  adapter_config:\n    kafka:\n      lock_dir: " << (folder_.path() / "locks").string() << "\n"
        << "  commit: {interval: 100ms}\n  segments:\n    - steps_config:\n        visits: {" << brokers
        << ", topic: " << in_ << ", auto_offset_reset: earliest, dlq: {topic: " << dead_ << "}}\n";
    if (GetParam().segments > 3) out << "    - steps_config:\n        by_user: {}\n";
    if (GetParam().segments > 1) out << "    - steps_config:\n        count: {}\n";
    if (GetParam().segments > 2) out << "    - steps_config:\n        parity: {}\n";
    out << "        evens: {" << brokers << ", topic: " << evens_ << "}\n";
    out << "        odds: {" << brokers << ", topic: " << odds_ << "}\n";
  }

  std::unique_ptr<Child> start(int segment) {
    std::vector<std::string> words{"--config", config_};
    if (segment >= 0) words.insert(words.end(), {"--segment-id", std::to_string(segment)});
    return start(std::move(words));
  }
  std::unique_ptr<Child> start(std::vector<std::string> words) {
    if (!compile_arguments_.empty()) words.emplace_back("--");
    words.insert(words.end(), compile_arguments_.begin(), compile_arguments_.end());
    return start_runner(folder_.path(), "runner" + std::to_string(started_++), words);
  }

  /// Users are spread over the partitions, so that their records meet in the internal topic only.
  void feed(unsigned count, std::mt19937& random) {
    std::vector<KafkaRecord> records;
    for (unsigned i = 0; i < count; ++i) {
      const auto partition = static_cast<int>(i % kPartitions);
      const std::string user = "user-" + std::to_string(random() % 500);
      KafkaRecord record{.value = R"({"user":")" + user + R"(","partition":)" + std::to_string(partition) +
                                  R"(,"number":)" + std::to_string(i) + "}",
                         .headers = {{"number", std::to_string(i)}, {"null", std::nullopt}},
                         .timestamp_ms = 1'500'000'000'000 + i,
                         .partition = partition};
      records.push_back(record);
      const std::string squared = record.value->substr(0, record.value->size() - 1) + R"(,"square":)" +
                                  std::to_string(std::int64_t{i} * i) + "}";
      record.key = user;
      record.value = squared;
      order_of(i % 2 == 0 ? evens_ : odds_, expected_, record);
    }
    kafka().produce(in_, records);
  }

  using Content = std::tuple<std::optional<std::string>, std::string,
                             std::vector<std::pair<std::string, std::optional<std::string>>>, std::int64_t>;
  /// By topic, key and the partition that the record came from: what must keep its order.
  using Orders = std::map<std::tuple<std::string, std::string, std::int64_t>, std::vector<Content>>;

  static void order_of(const std::string& topic, Orders& orders, const KafkaRecord& record) {
    orders[{topic, record.key.value_or("(none)"), number_in(*record.value, "partition")}].emplace_back(
        record.key, *record.value, record.headers, record.timestamp_ms);
  }

  std::int64_t outputs() {
    std::int64_t sum = 0;
    for (const std::string& topic : {evens_, odds_})
      for (const auto& [partition, end] : kafka().end_offsets(topic)) sum += end;
    return sum;
  }
  /// The markers of a redrive's transactions have offsets too.
  std::map<std::int32_t, std::int64_t> ends_of_records(const std::string& topic) {
    if (!has_transactions_) return kafka().end_offsets(topic);
    std::map<std::int32_t, std::int64_t> ends;
    for (const KafkaRecord& record : kafka().consume_all(topic, "read_committed"))
      ends[record.partition] = record.offset + 1;
    return ends;
  }
  bool all_committed(const std::string& group, const std::string& topic) {
    if (!kafka().topic_exists(topic)) return false;
    const auto committed = kafka().committed_offsets(group, topic);
    for (const auto& [partition, end] : ends_of_records(topic)) {
      const auto found = committed.find(partition);
      if (end > 0 && (found == committed.end() || found->second < end)) return false;
    }
    return true;
  }
  /// Upstream first: what is committed there is in the next topic.
  bool all_committed() {
    if (!all_committed("pipeline-visits", in_)) return false;
    if (GetParam().segments > 3 && !all_committed(name_ + ".by_user", name_ + ".by_user.parser"))
      return false;
    if (!all_committed(name_ + ".count", name_ + ".count.by_user")) return false;
    return GetParam().segments < 3 || all_committed(name_ + ".parity", name_ + ".parity.count");
  }

  /// Also counts what came more than once.
  Orders found(std::size_t& repeated) {
    Orders orders;
    std::set<std::pair<std::string, std::int64_t>> seen;
    for (const std::string& topic : {evens_, odds_}) {
      for (const KafkaRecord& record : kafka().consume_all(topic)) {
        if (seen.emplace(topic, number_in(*record.value, "number")).second)
          order_of(topic, orders, record);
        else
          ++repeated;
      }
    }
    return orders;
  }

  TestFolder folder_;
  const std::string name_ = unique_name("routed");
  const std::string in_ = unique_name("in");
  const std::string evens_ = unique_name("evens");
  const std::string odds_ = unique_name("odds");
  const std::string dead_ = unique_name("dead");
  const std::string config_ = (folder_.path() / "deployment.yaml").string();
  Orders expected_;
  std::vector<std::string> compile_arguments_;
  bool has_transactions_ = false;
  int started_ = 0;
};

TEST_P(SegmentsTest, GiveTheSameRecordsInTheSameOrderWhenAProcessIsKilled) {
  const unsigned count = given("STREAMS_TEST_RECORDS", 40'000);
  const unsigned seed = given("STREAMS_TEST_SEED", 20);
  std::mt19937 random(seed);
  feed(count, random);
  std::vector<std::unique_ptr<Child>> processes;
  for (const int segment : GetParam().processes) processes.push_back(start(segment));
  const auto logs = [&] {
    std::string all = "seed " + std::to_string(seed) + "\n";
    for (const auto& process : processes) all += process->err() + "\n";
    return all;
  };

  const std::int64_t moment = std::uniform_int_distribution<std::int64_t>(1, count * 3 / 4)(random);
  ASSERT_TRUE(await([&] { return outputs() >= moment; }, kPatience)) << logs();
  const std::size_t victim = random() % processes.size();
  ASSERT_FALSE(all_committed()) << "it was over before the kill";
  processes[victim]->signal(SIGKILL);
  ASSERT_EQ(processes[victim]->wait(10s), 128 + SIGKILL) << logs();
  processes[victim] = start(GetParam().processes[victim]);

  ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << outputs() << " of " << count << "\n"
                                                                 << logs();
  for (const auto& process : processes) process->signal(SIGTERM);
  for (const auto& process : processes) EXPECT_EQ(process->wait(30s), 0) << process->err();

  std::size_t repeated = 0;
  const Orders orders = found(repeated);
  std::cout << "[          ] killed process " << victim << " at " << moment << " of " << count << " records; "
            << repeated << " repeated" << std::endl;
  ASSERT_EQ(orders.size(), expected_.size());
  for (const auto& [place, contents] : expected_)
    ASSERT_EQ(orders.at(place), contents) << std::get<0>(place) << " " << std::get<1>(place);
}

using SegmentsPurgeTest = SegmentsTest;

TEST_P(SegmentsPurgeTest, InternalTopicsAreEmptyWhenEverythingIsThrough) {
  std::mt19937 random(given("STREAMS_TEST_SEED", 20));
  feed(2'000, random);
  std::vector<std::unique_ptr<Child>> processes;
  for (const int segment : GetParam().processes) processes.push_back(start(segment));
  ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << processes.back()->err();
  const std::string topic = name_ + ".count.by_user";
  EXPECT_TRUE(await([&] { return kafka().first_offsets(topic) == kafka().end_offsets(topic); }, kPatience))
      << processes.back()->err();
  EXPECT_EQ(outputs(), 2'000);
  for (const auto& process : processes) process->signal(SIGTERM);
  for (const auto& process : processes) EXPECT_EQ(process->wait(30s), 0) << process->err();
}

INSTANTIATE_TEST_SUITE_P(Cuts, SegmentsPurgeTest, ::testing::Values(Cut{2, {0, 1}}), name_of);

class SegmentsRedriveTest : public SegmentsTest {
 protected:
  /// Runs all processes until everything is read.
  void run() {
    const auto validate = start({"validate", "--config", config_});
    ASSERT_EQ(validate->wait(180s), 0) << validate->err();
    std::vector<std::unique_ptr<Child>> processes;
    for (const int segment : GetParam().processes) processes.push_back(start(segment));
    ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << processes.front()->err();
    for (const auto& process : processes) process->signal(SIGTERM);
    for (const auto& process : processes) ASSERT_EQ(process->wait(30s), 0) << process->err();
  }
  std::string redrive() {
    const auto child = start({"dlq", "redrive", "--config", config_});
    EXPECT_EQ(child->wait(kPatience), 0) << child->err();
    return child->out();
  }
};

TEST_P(SegmentsRedriveTest, PutsWhatASegmentHasRefusedBackIntoItsTopic) {
  constexpr unsigned kCount = 7 * 11 * 20;
  std::mt19937 random(given("STREAMS_TEST_SEED", 20));
  feed(kCount, random);
  compile_arguments_ = {"-DFAULTY"};
  ASSERT_NO_FATAL_FAILURE(run());
  const auto dead = kafka().consume_all(dead_);
  std::size_t refused = 0;
  std::size_t refused_behind_topic = 0;
  for (unsigned i = 0; i < kCount; ++i) {
    const bool by_key = i % 11 == 5;
    const bool by_count = !by_key && i % 7 == 3;
    refused += by_key || by_count ? 1 : 0;
    refused_behind_topic += by_count || (by_key && GetParam().segments > 3) ? 1 : 0;
  }
  ASSERT_EQ(dead.size(), refused);
  std::size_t behind_topic = 0;
  for (const KafkaRecord& letter : dead) {
    EXPECT_EQ(dead_letter_fact(letter, "topic"), in_);
    EXPECT_EQ(std::stoll(dead_letter_fact(letter, "partition")), number_in(*letter.value, "partition"));
    EXPECT_EQ(letter.value->front(), '{') << "it is in an envelope";
    const bool has_input = std::any_of(letter.headers.begin(), letter.headers.end(), [](const auto& header) {
      return header.first == "streams.dlq.input";
    });
    if (!has_input) continue;
    ++behind_topic;
    const bool counted = dead_letter_fact(letter, "step") == "count";
    EXPECT_EQ(dead_letter_fact(letter, "input"), name_ + (counted ? ".count.by_user" : ".by_user.parser"));
    EXPECT_EQ(letter.key.has_value(), counted);
  }
  EXPECT_EQ(behind_topic, refused_behind_topic);
  // The queue is that of the source, whichever segment has refused.
  for (const int segment : GetParam().processes) {
    if (segment < 0) continue;
    const auto list = start({"dlq", "list", "--config", config_, "--segment-id", std::to_string(segment)});
    EXPECT_EQ(list->wait(kPatience), 0) << list->err();
    EXPECT_THAT(list->out(), HasSubstr(std::to_string(refused) + " dead letters"));
  }

  compile_arguments_.clear();
  has_transactions_ = true;
  EXPECT_THAT(redrive(),
              HasSubstr("redriven " + std::to_string(refused) + " records of " + dead_ + " to " + in_));
  EXPECT_THAT(redrive(), HasSubstr("redriven 0 records"));
  ASSERT_NO_FATAL_FAILURE(run());
  EXPECT_EQ(kafka().consume_all(dead_).size(), refused) << "some were refused once more";

  // Each record once, as it would have come without the fault, but for the headers of its redrive and its turn.
  std::multiset<Content> wanted;
  for (const auto& [place, contents] : expected_) wanted.insert(contents.begin(), contents.end());
  std::multiset<Content> out;
  for (const std::string& topic : {evens_, odds_}) {
    for (KafkaRecord record : kafka().consume_all(topic, "read_committed")) {
      std::erase_if(record.headers,
                    [](const auto& header) { return header.first.starts_with("streams.dlq."); });
      out.emplace(record.key, *record.value, record.headers, record.timestamp_ms);
    }
  }
  EXPECT_EQ(out.size(), kCount);
  EXPECT_TRUE(out == wanted);
}

INSTANTIATE_TEST_SUITE_P(Cuts, SegmentsRedriveTest,
                         ::testing::Values(Cut{1, {-1}}, Cut{2, {0, 1}}, Cut{4, {0, 1, 2, 3}}), name_of);

INSTANTIATE_TEST_SUITE_P(Cuts, SegmentsTest,
                         ::testing::Values(Cut{1, {-1}}, Cut{2, {-1}}, Cut{3, {-1}}, Cut{1, {0, 0, 0}},
                                           Cut{2, {0, 1, 1}}, Cut{3, {0, 1, 2}}),
                         name_of);

}  // namespace
}  // namespace streams::tests
