#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <set>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/dead_letter.hpp"
#include "support/pipeline_with_queue.hpp"

// What dead letters are for, on a real broker: a pipeline refuses records by a fault of its code, the code is mended,
// and every record is in the output after all.

namespace streams::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string order(int number, int cents) {
  return R"({"number":)" + std::to_string(number) + R"(,"cents":)" + std::to_string(cents) + "}";
}
bool is_refund(int number) {
  return number % 3 == 1;
}
int cents_of(int number) {
  return is_refund(number) ? -10 * number : 10 * number;
}
int taxed(int cents) {
  return cents + cents / 5;
}

using Contents = std::multiset<decltype(content_of(KafkaRecord{}))>;

class RedriveTest : public PipelineWithQueueTest {
 protected:
  void SetUp() override {
    PipelineWithQueueTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    deployment_->set_application(STREAMS_TEST_PIPELINES "/orders.cpp");
    create_queue(kPartitions);
  }

  /// The record of an order, as it comes (`cents`) and as it goes (taxed).
  static KafkaRecord record_of(int number, int cents) {
    // Some without a key, which go back to their own partition.
    const bool has_key = number % 4 != 0;
    return {.key = has_key ? std::optional("customer-" + std::to_string(number % 100)) : std::nullopt,
            .value = order(number, cents),
            .headers = {{"number", std::to_string(number)}, {"null", std::nullopt}, {"empty", ""}},
            .timestamp_ms = 1'700'000'000'000 + number,
            .partition = has_key ? -1 : number % kPartitions};
  }
  /// Runs the pipeline with its fault over `count` orders; then only its mended version is run.
  void refuse(int count) {
    count_ = count;
    std::vector<KafkaRecord> records;
    for (int number = 0; number < count; ++number) records.push_back(record_of(number, cents_of(number)));
    kafka().produce(in_, records);
    ASSERT_NO_FATAL_FAILURE(write_deployment());
    ASSERT_NO_FATAL_FAILURE(run_pipeline());
    std::size_t refunds = 0;
    for (int number = 0; number < count; ++number) refunds += is_refund(number) ? 1 : 0;
    const auto dead = kafka().consume_all(dead_);
    ASSERT_EQ(dead.size(), refunds);
    for (const KafkaRecord& letter : dead) {
      ASSERT_EQ(dead_letter_fact(letter, "step"), "tax");
      ASSERT_EQ(dead_letter_fact(letter, "error"), "function");
    }
    ASSERT_EQ(output().size(), static_cast<std::size_t>(count) - refunds);
    compile_arguments_ = {"-DMENDED"};
    ASSERT_NO_FATAL_FAILURE(write_deployment());
  }

  Contents output() {
    Contents contents;
    for (const KafkaRecord& record : kafka().consume_all(out_, "read_committed"))
      contents.insert(content_of(record));
    return contents;
  }
  /// Each order once, with the key, the headers and the time that it came with. What was redriven says that it was.
  Contents every_order_once() const {
    Contents contents;
    for (int number = 0; number < count_; ++number) {
      KafkaRecord record = record_of(number, taxed(cents_of(number)));
      if (is_refund(number)) add_redrive_facts(record, "orders", 1);
      contents.insert(content_of(record));
    }
    return contents;
  }
  void expect_every_order_once() {
    const Contents found = output();
    EXPECT_EQ(found.size(), static_cast<std::size_t>(count_));
    EXPECT_TRUE(found == every_order_once());
  }
  void expect_nothing_more_to_redrive() {
    const auto before = kafka().consume_all(in_, "read_committed").size();
    const Ended again = dlq({"redrive"});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.out, HasSubstr("redriven 0 records"));
    EXPECT_EQ(kafka().consume_all(in_, "read_committed").size(), before);
    ASSERT_NO_FATAL_FAILURE(run_pipeline());
    expect_every_order_once();
  }

 private:
  int count_ = 0;
};

TEST_F(RedriveTest, WhatAFaultRefusedIsInTheOutputOnceWhenTheFaultIsMended) {
  ASSERT_NO_FATAL_FAILURE(refuse(3'000));
  const Ended redrive = dlq({"redrive"});
  ASSERT_EQ(redrive.code, 0) << redrive.err;
  EXPECT_THAT(redrive.out, HasSubstr("redriven 1000 records of " + dead_ + " to " + in_));
  ASSERT_NO_FATAL_FAILURE(run_pipeline());
  expect_every_order_once();
  expect_nothing_more_to_redrive();
}

TEST_F(RedriveTest, SoItIsWhenTheRedriveWasKilledInTheMiddle) {
  ASSERT_NO_FATAL_FAILURE(refuse(30'000));
  const auto written = [this] {
    std::int64_t sum = 0;
    for (const auto& [partition, end] : kafka().end_offsets(in_)) sum += end;
    return sum;
  };
  const std::int64_t before = written();
  const auto killed = start_dlq({"redrive"});
  ASSERT_TRUE(await([&] { return written() > before + 1'700; }, kPatience)) << killed->err();
  ASSERT_TRUE(killed->running()) << "it was over before it could be killed";
  killed->signal(SIGKILL);
  ASSERT_EQ(killed->wait(kPatience), 128 + SIGKILL);

  // The mended pipeline is not asked to wait for the second redrive.
  const auto pipeline = start_pipeline();
  const Ended redrive = dlq({"redrive", "--json"});
  ASSERT_EQ(redrive.code, 0) << redrive.err;
  EXPECT_THAT(redrive.out, HasSubstr(R"("complete":true)"));
  EXPECT_THAT(redrive.out, Not(HasSubstr(R"("redriven_before":0,)"))) << "the kill came before any commit";
  EXPECT_THAT(redrive.out, Not(HasSubstr(R"("redriven":0,)"))) << "the kill came too late";
  ASSERT_TRUE(await_all_committed()) << pipeline->err();
  ASSERT_NO_FATAL_FAILURE(stop(*pipeline));
  expect_every_order_once();
  expect_nothing_more_to_redrive();
}

}  // namespace
}  // namespace streams::tests
