#include <gtest/gtest.h>

#include <thread>

#include <streams/objects/retry.hpp>

namespace streams::objects {
namespace {

TEST(StoppablePauseTest, WaitsForItsTime) {
  StoppablePause pause;
  EXPECT_TRUE(pause.wait(std::chrono::milliseconds(1)));
  EXPECT_FALSE(pause.stopped());
}

TEST(StoppablePauseTest, AStopEndsTheWaitsOfAllThreadsAndThoseToCome) {
  StoppablePause pause;
  std::thread waiting([&] { EXPECT_FALSE(pause.wait(std::chrono::hours(1))); });
  pause.stop();
  waiting.join();
  EXPECT_FALSE(pause.wait(std::chrono::hours(1)));
  EXPECT_TRUE(pause.stopped());
}

}  // namespace
}  // namespace streams::objects
