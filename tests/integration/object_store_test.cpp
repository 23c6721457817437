// Objects in a real server that speaks S3's protocol, read back by Amazon's own client. STREAMS_TEST_S3_ENDPOINT names
// a server (with the keys `streams` and `streams-secret`); without it one is started from what `./dev deps` installs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <regex>
#include <sstream>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <streams/objects/s3_store.hpp>

#include "sha256.hpp"
#include "support/child.hpp"
#include "support/kafka_broker.hpp"
#include "support/test_folder.hpp"

namespace streams::objects {
namespace {

namespace fs = std::filesystem;
using boost::asio::ip::tcp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

fs::path moto_folder() {
  if (const char* const deps = ::getenv("STREAMS_DEPS")) return fs::path(deps) / "moto";
  if (const char* const cache = ::getenv("XDG_CACHE_HOME")) return fs::path(cache) / "streams/moto";
  const char* const home = ::getenv("HOME");
  return fs::path(home == nullptr ? "/nonexistent" : home) / ".cache/streams/moto";
}

class ObjectStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(moto_folder() / "bin/moto_server")) GTEST_SKIP() << "no S3 server: ./dev deps test";
    if (const char* const given = ::getenv("STREAMS_TEST_S3_ENDPOINT")) {
      endpoint_ = given;
    } else {
      server_.emplace(tests::Child::Setup{
          .command = {(moto_folder() / "bin/moto_server").string(), "-H", "127.0.0.1", "-p", "0"},
          .output_path = folder_.path() / "moto"});
      ASSERT_TRUE(server_->await_err("Running on ", std::chrono::seconds(60))) << server_->err();
      const std::string said = server_->err();
      std::smatch match;
      ASSERT_TRUE(std::regex_search(said, match, std::regex("http://[0-9.]+:[0-9]+"))) << said;
      endpoint_ = match[0];
    }
    bucket_ = tests::unique_name("objects");
    ask("make");
  }

  S3StoreOptions options(const std::string& endpoint) const {
    S3StoreOptions options;
    options.bucket = bucket_;
    options.endpoint = endpoint;
    options.region = "eu-central-1";
    options.access_key_id = "streams";
    options.secret_access_key = "streams-secret";
    return options;
  }
  absl::Status put(const std::string& endpoint, const std::string& name, std::string_view bytes) {
    const auto store = open_s3_store(options(endpoint), runtime::process_environment(), pause_);
    if (!store.ok()) return store.status();
    return (*store)->put(*ObjectName::parse(name), bytes, "application/x-test");
  }
  /// What bucket.py says.
  std::vector<std::string> ask(const std::string& action) const {
    const std::string command = (moto_folder() / "bin/python").string() +
                                " " STREAMS_SOURCE_DIR "/tests/support/moto/bucket.py " + endpoint_ + " " +
                                action + " " + bucket_;
    std::string text;
    FILE* const pipe = ::popen(command.c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0) << action;
    return tests::lines_of(text);
  }
  static std::string line_of(const std::string& name, std::string_view bytes) {
    return std::to_string(bytes.size()) + " application/x-test " + sha256_hex(bytes) + " " + name;
  }

  tests::TestFolder folder_;
  std::optional<tests::Child> server_;
  std::string endpoint_;
  std::string bucket_;
  StoppablePause pause_;
};

TEST_F(ObjectStoreTest, ObjectsAreReadBackByAmazonsClient) {
  const std::string large(20 << 20, 'x');
  const std::string strange = "a b+c/d=e&f/gr\xC3\xBC\xC3\x9F-100%.parquet";
  ASSERT_TRUE(put(endpoint_, "plain", std::string("a\0b", 3)).ok());
  ASSERT_TRUE(put(endpoint_, "empty", "").ok());
  ASSERT_TRUE(put(endpoint_, "folder/large", large).ok());
  const absl::Status status = put(endpoint_, strange, "strange");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(ask("list"),
              UnorderedElementsAre(line_of("plain", std::string("a\0b", 3)), line_of("empty", ""),
                                   line_of("folder/large", large), line_of(strange, "strange")));
}

TEST_F(ObjectStoreTest, TheSameNameAgainReplacesTheObject) {
  ASSERT_TRUE(put(endpoint_, "same", "first").ok());
  ASSERT_TRUE(put(endpoint_, "same", "second").ok());
  EXPECT_THAT(ask("list"), ElementsAre(line_of("same", "second")));
}

TEST_F(ObjectStoreTest, ABucketThatIsNotThereIsRefusedWithTheServersWords) {
  bucket_ = "not-there";
  const absl::Status status = put(endpoint_, "a", "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("NoSuchBucket"));
}

/// Passes a connection on to the server, but only so many bytes of what the client sends; then it holds.
class HoldingProxy {
 public:
  HoldingProxy() : acceptor_(io_, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)) {}
  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

  /// Returns when it has passed on `count` bytes; `server` is `http://host:port`.
  void pass(const std::string& server, std::size_t count) {
    const auto host = server.find("://") + 3;
    const auto colon = server.find(':', host);
    client_ = std::make_unique<tcp::socket>(io_);
    acceptor_.accept(*client_);
    server_ = std::make_unique<tcp::socket>(io_);
    boost::asio::connect(
        *server_, tcp::resolver(io_).resolve(server.substr(host, colon - host), server.substr(colon + 1)));
    std::vector<char> buffer(64 * 1024);
    while (count > 0) {
      const std::size_t got =
          client_->read_some(boost::asio::buffer(buffer.data(), std::min(count, buffer.size())));
      boost::asio::write(*server_, boost::asio::buffer(buffer.data(), got));
      count -= got;
    }
  }
  /// As the kernel does for a process that is gone: the server sees the end.
  void close_server() {
    server_->shutdown(tcp::socket::shutdown_send);
    boost::system::error_code ignored;
    std::vector<char> buffer(64 * 1024);
    while (server_->read_some(boost::asio::buffer(buffer), ignored) > 0) {
    }
    server_.reset();
  }

 private:
  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::unique_ptr<tcp::socket> client_;
  std::unique_ptr<tcp::socket> server_;
};

TEST_F(ObjectStoreTest, AKillInTheMiddleOfAnUploadLeavesNothing) {
  const std::string before = "what was there before";
  const std::string large(16 << 20, 'y');
  ASSERT_TRUE(put(endpoint_, "replaced", before).ok());
  for (const std::string& name : {std::string("fresh"), std::string("replaced")}) {
    HoldingProxy proxy;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      static_cast<void>(put(proxy.url(), name, large));
      ::_exit(1);
    }
    proxy.pass(endpoint_, large.size() / 2);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    proxy.close_server();
    EXPECT_THAT(ask("list"), ElementsAre(line_of("replaced", before)));
    EXPECT_THAT(ask("uploads"), IsEmpty());
  }
  ASSERT_TRUE(put(endpoint_, "fresh", large).ok());
  ASSERT_TRUE(put(endpoint_, "replaced", large).ok());
  EXPECT_THAT(ask("list"), UnorderedElementsAre(line_of("fresh", large), line_of("replaced", large)));
}

}  // namespace
}  // namespace streams::objects
