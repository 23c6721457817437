#include "waiter.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace streams::kafka {
namespace {

using namespace std::chrono_literals;

class WaiterTest : public ::testing::Test {
 protected:
  std::chrono::nanoseconds time_of_wait(std::chrono::nanoseconds longest) {
    const auto start = clock_.now();
    waiter_->wait(longest);
    return clock_.now() - start;
  }
  runtime::SystemClock clock_;
  std::unique_ptr<KafkaWaiter> waiter_ = *KafkaWaiter::make(clock_);
};

TEST_F(WaiterTest, WaitsForAsLongAsItMay) {
  EXPECT_GE(time_of_wait(20ms), 20ms);
}

TEST_F(WaiterTest, AWakeBeforeTheWaitEndsItAtOnceAndOnlyOnce) {
  waiter_->wake();
  waiter_->wake();
  EXPECT_LT(time_of_wait(60s), 30s);
  EXPECT_GE(time_of_wait(20ms), 20ms);
}

TEST_F(WaiterTest, AWakeFromAnotherThreadEndsTheWait) {
  std::thread other([&] { waiter_->wake(); });
  EXPECT_LT(time_of_wait(60s), 30s);
  other.join();
}

TEST_F(WaiterTest, TheNearestAlarmEndsOneWait) {
  waiter_->wake_at(clock_.now() + 40s);
  waiter_->wake_at(clock_.now() + 10ms);
  EXPECT_LT(time_of_wait(60s), 30s);
  EXPECT_GE(time_of_wait(20ms), 20ms);
}

TEST_F(WaiterTest, AnAlarmOfThePastEndsTheWaitAtOnce) {
  waiter_->wake_at(clock_.now() - 1s);
  EXPECT_LT(time_of_wait(60s), 30s);
}

}  // namespace
}  // namespace streams::kafka
