#include "support/pipeline_with_queue.hpp"

#include <signal.h>

#include <algorithm>

#include "support/await.hpp"

namespace streams::tests {

using namespace std::chrono_literals;

void PipelineWithQueueTest::SetUp() {
  KafkaTest::SetUp();
  if (IsSkipped() || HasFatalFailure()) return;
  in_ = unique_name("in");
  out_ = unique_name("out");
  dead_ = unique_name("dead");
  group_ = unique_name("group");
  kafka().create_topic(in_, kPartitions, {{"retention.ms", "-1"}});
  kafka().create_topic(out_, 1, {{"retention.ms", "-1"}});
  deployment_.emplace("simple_map_filter");
  deployment_->set_brokers(broker().bootstrap());
  deployment_->set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
  deployment_->set_step("myinput", "topic", in_);
  deployment_->set_step("myinput", "consumer_group", group_);
  deployment_->set_step("myinput", "auto_offset_reset", "earliest");
  deployment_->set_step("mysink", "topic", out_);
  set_queue({});
}

void PipelineWithQueueTest::set_queue(const std::map<std::string, std::string>& keys) {
  std::map<std::string, std::string> all = keys;
  all.emplace("topic", dead_);
  deployment_->set_step("myinput", "dlq", all);
}

void PipelineWithQueueTest::write_deployment() {
  config_ = deployment_->write(folder_.path() / "deployment.yaml");
  const auto validate = start({"validate"});
  ASSERT_EQ(validate->wait(180s), 0) << validate->err();
}

std::unique_ptr<Child> PipelineWithQueueTest::start(std::vector<std::string> words) {
  words.insert(words.end(), {"--config", config_});
  if (!compile_arguments_.empty()) words.emplace_back("--");
  words.insert(words.end(), compile_arguments_.begin(), compile_arguments_.end());
  return start_runner(folder_.path(), "runner" + std::to_string(started_++), words);
}

bool PipelineWithQueueTest::await_all_committed() {
  // The markers of transactions have offsets too, so a topic's end may lie behind the last record's.
  std::map<std::int32_t, std::int64_t> behind;
  for (const KafkaRecord& record : kafka().consume_all(in_, "read_committed"))
    behind[record.partition] = record.offset + 1;
  return await(
      [&] {
        const auto committed = kafka().committed_offsets(group_, in_);
        return std::all_of(behind.begin(), behind.end(), [&](const auto& end) {
          const auto found = committed.find(end.first);
          return found != committed.end() && found->second >= end.second;
        });
      },
      kPatience);
}

void PipelineWithQueueTest::stop(Child& runner) {
  runner.signal(SIGTERM);
  ASSERT_EQ(runner.wait(30s), 0) << runner.err();
}

void PipelineWithQueueTest::run_pipeline() {
  const auto runner = start_pipeline();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
}

std::unique_ptr<Child> PipelineWithQueueTest::start_dlq(const std::vector<std::string>& words) {
  std::vector<std::string> all{"dlq"};
  all.insert(all.end(), words.begin(), words.end());
  return start(std::move(all));
}

PipelineWithQueueTest::Ended PipelineWithQueueTest::end_of(Child& child) {
  const std::optional<int> code = child.wait(kPatience);
  return {code.value_or(-1), child.out(), child.err()};
}

}  // namespace streams::tests
