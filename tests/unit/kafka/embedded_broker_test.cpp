#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/kafka_worker.hpp"

namespace streams::tests {
namespace {

using ::testing::ElementsAre;

class EmbeddedBrokerTest : public ::testing::Test {
 protected:
  EmbeddedBrokerTest() {
    auto broker = kafka::adapter().embedded_broker({&clock_, &log_});
    if (!broker.ok()) throw std::runtime_error(broker.status().ToString());
    broker_ = *std::move(broker);
  }
  std::vector<std::string> tail(const std::string& topic, std::size_t count) {
    std::vector<std::string> values;
    const auto end = std::chrono::steady_clock::now() + 20s;
    const auto status = broker_->tail(
        topic,
        [&](std::string_view value) {
          values.emplace_back(value);
          return values.size() < count;
        },
        [&] { return std::chrono::steady_clock::now() > end; });
    EXPECT_TRUE(status.ok()) << status;
    return values;
  }

  runtime::SystemClock clock_;
  KeptLog log_;
  std::unique_ptr<runtime::EmbeddedBroker> broker_;
};

TEST_F(EmbeddedBrokerTest, GivesBackTheLinesThatItWasFedWith) {
  ASSERT_TRUE(broker_->create_topic("t", 1).ok());
  ASSERT_TRUE(broker_->produce_lines("t", {"a", "", "c"}).ok());
  EXPECT_THAT(tail("t", 3), ElementsAre("a", "", "c"));
}

TEST_F(EmbeddedBrokerTest, AWorkerReadsFromItAndWritesToIt) {
  ASSERT_TRUE(broker_->create_topic("in", 1).ok());
  ASSERT_TRUE(broker_->create_topic("out", 1).ok());
  ASSERT_TRUE(broker_->produce_lines("in", {"one", "two"}).ok());
  LockFolder locks;
  KafkaWorker worker({.bootstrap = broker_->bootstrap_servers(),
                      .group = "g",
                      .source_topic = "in",
                      .sink_topics = {"out"},
                      .lock_dir = locks.path()});
  worker.forward_times = 1;
  ASSERT_TRUE(worker.start().until([&] { return worker.delivered_tokens.size() == 2; }))
      << worker.log().text();
  EXPECT_TRUE(worker.commit().ok());
  EXPECT_TRUE(worker.leave());
  EXPECT_THAT(tail("out", 2), ElementsAre("one", "two"));
}

TEST_F(EmbeddedBrokerTest, TheTailEndsWhenItIsToldTo) {
  ASSERT_TRUE(broker_->create_topic("t", 1).ok());
  int asked = 0;
  EXPECT_TRUE(broker_
                  ->tail(
                      "t", [](std::string_view) { return true; }, [&] { return ++asked > 2; })
                  .ok());
}

}  // namespace
}  // namespace streams::tests
