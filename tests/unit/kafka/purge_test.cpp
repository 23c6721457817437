#include "purge.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include <streams/runtime/clock.hpp>

#include "embedded_broker.hpp"
#include "handles.hpp"

namespace streams::kafka {
namespace {

using namespace std::chrono_literals;

class KeptWarnings final : public runtime::Log {
 public:
  void write(runtime::LogLevel level, std::string_view text) override {
    if (level == runtime::LogLevel::warning) lines.emplace_back(text);
  }
  std::vector<std::string> lines;
};

class PurgeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    broker_ = *make_embedded_broker({&clock_, &log_});
    ASSERT_TRUE(broker_->create_topic("inner", 1).ok());
    std::array<char, 256> reason{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", broker_->bootstrap_servers().c_str(), reason.data(),
                      reason.size());
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size()));
    ASSERT_TRUE(client_) << reason.data();
    answers_.reset(rd_kafka_queue_new(client_.get()));
  }
  EventHandle answer(std::chrono::milliseconds patience) {
    return EventHandle(rd_kafka_queue_poll(answers_.get(), static_cast<int>(patience.count())));
  }

  runtime::SystemClock clock_;
  KeptWarnings log_;
  std::unique_ptr<runtime::EmbeddedBroker> broker_;
  ClientHandle client_;
  QueueHandle answers_;
  Purge purge_{"kafka source step/0", log_};
};

TEST_F(PurgeTest, AsksForNothingWhereNothingIsCommitted) {
  purge_.ask(client_.get(), answers_.get(), 1s);
  purge_.committed("inner", 0, 0);
  purge_.ask(client_.get(), answers_.get(), 2s);
  EXPECT_FALSE(answer(200ms));
}

TEST_F(PurgeTest, ABrokerThatCannotDeleteIsAskedOnceAndNobodyIsAlarmed) {
  purge_.committed("inner", 0, 5);
  purge_.ask(client_.get(), answers_.get(), 1s);
  const EventHandle event = answer(20s);
  ASSERT_TRUE(event);
  purge_.answered(*event);
  EXPECT_TRUE(log_.lines.empty()) << log_.lines.front();
  purge_.committed("inner", 0, 50);
  purge_.ask(client_.get(), answers_.get(), 1000s);
  EXPECT_FALSE(answer(200ms));
}

}  // namespace
}  // namespace streams::kafka
