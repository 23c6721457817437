#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

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

class KeptLog final : public runtime::Log {
 public:
  void write(runtime::LogLevel, std::string_view text) override { lines.emplace_back(text); }
  std::vector<std::string> lines;
};

TEST(StoppablePauseTest, TellsOfAnOutageOnceAndOfItsEnd) {
  KeptLog log;
  StoppablePause pause("ObjectSink 'archive'", log);
  pause.recovered();
  EXPECT_TRUE(log.lines.empty());
  pause.failed("PUT http://x: 503");
  pause.failed("PUT http://x: 500");
  pause.recovered();
  pause.recovered();
  pause.failed("PUT http://x: 500");
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{"ObjectSink 'archive': PUT http://x: 503; it is tried again",
                                      "ObjectSink 'archive': the store takes objects again",
                                      "ObjectSink 'archive': PUT http://x: 500; it is tried again"}));
}

}  // namespace
}  // namespace streams::objects
