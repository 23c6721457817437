#include "observe/dogstatsd.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <sstream>
#include <string>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/datagram_socket.hpp"
#include "observe/histogram.hpp"
#include "unit/app/temporary_folder.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> lines_of(const std::vector<std::string>& packets) {
  std::vector<std::string> lines;
  for (const std::string& packet : packets) {
    std::istringstream in(packet);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> lines_of(const RunStory& run) {
  return lines_of(
      dogstatsd_packets(since({}, measure(run.observation())), common_labels({"p", "0", {}}), kUdpPacket));
}

TEST(DogStatsdTest, CountersHaveTheOriginalsNamesAndTags) {
  RunStory run;
  run.snapshot.steps[1].input = 42;
  run.snapshot.steps[1].errors[0] = 3;
  const auto lines = lines_of(run);
  EXPECT_THAT(lines, Contains("streams.pipeline.input.messages:42|c|#pipeline:p,segment:0,step:double"));
  EXPECT_THAT(lines,
              Contains("streams.pipeline.errors:3|c|#pipeline:p,segment:0,step:double,error_type:parse"));
}

TEST(DogStatsdTest, ABucketIsOneLineWithTheRateThatStandsForItsCount) {
  RunStory run;
  DurationHistogram histogram(step_bounds());
  for (int i = 0; i < 4; ++i) histogram.add(2ms);
  histogram.add(1h);
  run.snapshot.steps[1].duration = histogram.look();
  const auto lines = lines_of(run);
  EXPECT_THAT(lines, Contains("streams.pipeline.duration:0.003|h|@0.25|#pipeline:p,segment:0,step:double"));
  EXPECT_THAT(lines, Contains("streams.pipeline.duration:10|h|#pipeline:p,segment:0,step:double"));
}

TEST(DogStatsdTest, GaugesAreSentAsTheyAre) {
  RunStory run;
  run.snapshot.memory_used = 77;
  EXPECT_THAT(lines_of(run), Contains("streams.pipeline.memory.used_bytes:77|g|#pipeline:p,segment:0"));
}

TEST(DogStatsdTest, CharactersOfTheFormatBecomeUnderscores) {
  const Labels common{{"pipeline", "a|b,c#d\ne"}};
  const auto packets = dogstatsd_packets(measure(RunStory().observation()), common, kUdpPacket);
  EXPECT_THAT(packets.front(), HasSubstr("|#pipeline:a_b_c_d_e"));
}

TEST(DogStatsdTest, NoPacketIsLargerThanItMayBeAndNoLineIsCut) {
  RunStory run;
  for (StepView& step : run.snapshot.steps) step.input = 1;
  const auto samples = since({}, measure(run.observation()));
  const auto small = dogstatsd_packets(samples, common_labels({"p", "0", {}}), 200);
  ASSERT_GT(small.size(), 3U);
  for (const std::string& packet : small) EXPECT_LE(packet.size(), 200U);
  EXPECT_EQ(lines_of(small), lines_of(dogstatsd_packets(samples, common_labels({"p", "0", {}}), 100000)));
}

/// The agent's end of a Unix socket.
class Agent {
 public:
  explicit Agent(const std::string& path) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  }
  ~Agent() { ::close(descriptor_); }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  std::string receive() {
    std::string text(65536, '\0');
    const ssize_t size = ::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }

 private:
  int descriptor_;
};

TEST(DatagramSocketTest, SendsToAUnixSocket) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "dsd.socket").string();
  Agent agent(path);
  auto socket = DatagramSocket::unix_path(path, 10);
  ASSERT_TRUE(socket.ok()) << socket.status();
  socket->send({"a:1|c", "b:2|c"});
  EXPECT_EQ(agent.receive(), "a:1|c");
  EXPECT_EQ(agent.receive(), "b:2|c");
  EXPECT_EQ(socket->waiting(), 0U);
}

TEST(DatagramSocketTest, KeepsPacketsForAnAgentThatComesLaterAndDropsTheOldest) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "dsd.socket").string();
  auto socket = DatagramSocket::unix_path(path, 2);
  ASSERT_TRUE(socket.ok());
  socket->send({"1", "2", "3"});
  EXPECT_EQ(socket->waiting(), 2U);
  EXPECT_EQ(socket->dropped(), 1U);
  Agent agent(path);
  socket->send({});
  EXPECT_EQ(agent.receive(), "2");
  EXPECT_EQ(agent.receive(), "3");
}

TEST(DatagramSocketTest, AnAgentThatReadsNothingHoldsNothingUp) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "dsd.socket").string();
  const Agent agent(path);
  auto socket = DatagramSocket::unix_path(path, 5);
  ASSERT_TRUE(socket.ok());
  for (int i = 0; i < 2000; ++i) socket->send({std::string(1000, 'x')});
  EXPECT_EQ(socket->waiting(), 5U);
  EXPECT_GT(socket->dropped(), 0U);
}

TEST(DatagramSocketTest, SendsToAnUdpPort) {
  const int agent = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(agent, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::getsockname(agent, reinterpret_cast<sockaddr*>(&address), &size), 0);
  auto socket = DatagramSocket::udp("127.0.0.1", ntohs(address.sin_port), 10);
  ASSERT_TRUE(socket.ok()) << socket.status();
  socket->send({"a:1|c"});
  std::string text(100, '\0');
  text.resize(static_cast<std::size_t>(::recv(agent, text.data(), text.size(), 0)));
  EXPECT_EQ(text, "a:1|c");
  ::close(agent);
}

TEST(DatagramSocketTest, ANameThatNobodyKnowsIsAnErrorThatSaysSo) {
  const auto socket = DatagramSocket::udp("no.such.host.invalid", 8125, 10);
  ASSERT_FALSE(socket.ok());
  EXPECT_THAT(std::string(socket.status().message()), HasSubstr("metrics.host 'no.such.host.invalid'"));
}

TEST(DatagramSocketTest, APathThatIsTooLongIsAnError) {
  EXPECT_FALSE(DatagramSocket::unix_path(std::string(200, 'x'), 10).ok());
}

}  // namespace
