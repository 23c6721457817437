#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/http/http_client.hpp>

#include "support/handler_server.hpp"
#include "unit/http/tls_server.hpp"
#include "unit/local/temporary_directory.hpp"

namespace streams::http {
namespace {

using namespace std::chrono_literals;
using streams::test::HandlerServer;
using streams::test::ServedAnswer;
using streams::test::ServedRequest;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Waits for the answer of one call.
class Answered {
 public:
  HttpClient::Done done() {
    return [promise = promise_](HttpAnswer answer) { promise->set_value(std::move(answer)); };
  }
  HttpAnswer wait() { return answer_.get(); }

 private:
  std::shared_ptr<std::promise<HttpAnswer>> promise_ = std::make_shared<std::promise<HttpAnswer>>();
  std::future<HttpAnswer> answer_ = promise_->get_future();
};

HttpAnswer get(const HttpClient& client, const std::string& path, HttpHeaders headers = {}) {
  Answered answered;
  client.get(path, std::move(headers), answered.done());
  return answered.wait();
}

/// A handler stays in here until it is opened.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// A variable of the environment, for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  }
  ~Variable() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

std::string field(const ServedRequest& request, const std::string& name) {
  return std::string(request[name]);
}

TEST(HttpClientTest, GetsAnAnswerWithItsHeaders) {
  HandlerServer server([](const ServedRequest& request, ServedAnswer& answer) {
    answer.set("X-Seen", std::string(request.method_string()) + " " + std::string(request.target()) + " " +
                             field(request, "X-Key") + " " + field(request, "Accept"));
    answer.body() = "hello";
    return true;
  });
  const HttpClient client(
      {.base_url = server.url() + "/api/", .headers = {{"X-Key", "k"}, {"Accept", "text/plain"}}});
  const HttpAnswer answer = get(client, "/users/7?full=1", {{"accept", "application/json"}});
  EXPECT_TRUE(answer.ok()) << answer.fault;
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  ASSERT_NE(answer.header("x-seen"), nullptr);
  EXPECT_EQ(*answer.header("x-seen"), "GET /api/users/7?full=1 k application/json");
  EXPECT_EQ(answer.header("x-other"), nullptr);
}

TEST(HttpClientTest, PostsABody) {
  HandlerServer server([](const ServedRequest& request, ServedAnswer& answer) {
    answer.body() = std::string(request.method_string()) + " " + field(request, "Content-Type") + " " +
                    field(request, "Expect") + request.body();
    return true;
  });
  const HttpClient client({.base_url = server.url()});
  Answered first;
  client.post("/x", {}, R"({"a":1})", first.done());
  EXPECT_EQ(first.wait().body, R"(POST application/json {"a":1})");
  Answered second;
  client.post("/x", {{"content-type", "text/plain"}}, std::string(5000, 'x'), second.done());
  EXPECT_EQ(second.wait().body, "POST text/plain " + std::string(5000, 'x'));
  Answered third;
  client.call({.method = "DELETE", .path = "/x"}, third.done());
  EXPECT_EQ(third.wait().body, "DELETE  ");
}

TEST(HttpClientTest, AnyStatusButSuccessIsAFaultThatShowsNothingOfTheCall) {
  HandlerServer server([](const ServedRequest&, ServedAnswer& answer) {
    answer.result(500);
    answer.body() = "secret trouble";
    return true;
  });
  const HttpClient client({.base_url = server.url(), .headers = {{"Authorization", "Bearer hunter2"}}});
  const HttpAnswer answer = get(client, "/users/alice?token=hunter2");
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.fault, server.url() + " answered 500");
  EXPECT_EQ(answer.body, "secret trouble") << "for whoever asked";
}

TEST(HttpClientTest, EndsACallThatIsNotAnsweredInTime) {
  Gate gate;
  HandlerServer server([&gate](const ServedRequest&, ServedAnswer&) {
    gate.pass();
    return true;
  });
  const HttpClient client({.base_url = server.url(), .timeout = 50ms});
  const HttpAnswer answer = get(client, "/slow");
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.fault, server.url() + ": no answer within 50 ms");
  gate.open();
}

TEST(HttpClientTest, ACallThatWaitsForAConnectionIsLateToo) {
  Gate gate;
  HandlerServer server([&gate](const ServedRequest&, ServedAnswer&) {
    gate.pass();
    return true;
  });
  const HttpClient client({.base_url = server.url(), .max_connections = 1, .timeout = 50ms});
  Answered first;
  Answered second;
  client.get("/1", {}, first.done());
  client.get("/2", {}, second.done());
  EXPECT_THAT(first.wait().fault, HasSubstr("no answer within 50 ms"));
  EXPECT_THAT(second.wait().fault, HasSubstr("no answer within 50 ms"));
  gate.open();
}

TEST(HttpClientTest, AConnectionThatIsClosedWithoutAnAnswerIsAFault) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return false; });
  const HttpClient client({.base_url = server.url()});
  const HttpAnswer answer = get(client, "/x?token=hunter2");
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.fault, AllOf(HasSubstr(server.url() + ": "), Not(HasSubstr("hunter2"))));
}

TEST(HttpClientTest, NobodyThereIsAFault) {
  std::string url;
  {
    const HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
    url = server.url();
  }
  const HttpClient client({.base_url = url});
  EXPECT_THAT(get(client, "/").fault, HasSubstr("Couldn't connect"));
}

TEST(HttpClientTest, AnAnswerThatIsTooLongIsAFault) {
  HandlerServer server([](const ServedRequest& request, ServedAnswer& answer) {
    answer.body() = std::string(request.target() == "/fits" ? 1000 : 1001, 'x');
    if (request.target() == "/chunked") answer.chunked(true);
    return true;
  });
  const HttpClient client({.base_url = server.url(), .max_response_bytes = 1000});
  EXPECT_EQ(get(client, "/fits").body.size(), 1000U);
  for (const char* path : {"/long", "/chunked"}) {
    const HttpAnswer answer = get(client, path);
    EXPECT_EQ(answer.fault, server.url() + " answered with more than 1000 bytes; raise max_response_bytes");
    EXPECT_TRUE(answer.body.empty());
  }
}

TEST(HttpClientTest, ConnectionsAreUsedAgain) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
  const HttpClient client({.base_url = server.url()});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(get(client, "/").ok());
  const HttpClient copy = client;
  EXPECT_TRUE(get(copy, "/").ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClientTest, CallsGoSideBySideUpToTheLimitAndNoneIsLost) {
  constexpr int kSideBySide = 8;
  // Nobody passes before so many are there at once.
  std::latch together(kSideBySide);
  HandlerServer server([&together](const ServedRequest& request, ServedAnswer& answer) {
    if (request.target().starts_with("/first")) together.arrive_and_wait();
    answer.body() = std::string(request.target());
    return true;
  });
  const HttpClient client({.base_url = server.url(), .max_connections = kSideBySide, .timeout = 60s});
  std::vector<Answered> answers(200);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    client.get((i < kSideBySide ? "/first/" : "/") + std::to_string(i), {}, answers[i].done());
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const HttpAnswer answer = answers[i].wait();
    EXPECT_TRUE(answer.ok()) << answer.fault;
    EXPECT_EQ(answer.body, (i < kSideBySide ? "/first/" : "/") + std::to_string(i));
  }
  EXPECT_LE(server.connections(), kSideBySide);
}

TEST(HttpClientTest, MayBeCalledFromManyThreadsAndFromItsOwn) {
  HandlerServer server([](const ServedRequest& request, ServedAnswer& answer) {
    answer.body() = std::string(request.target());
    return true;
  });
  const HttpClient client({.base_url = server.url(), .timeout = 60s});
  constexpr int kThreads = 4;
  constexpr int kCalls = 25;
  std::latch all(kThreads * kCalls);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([client, &all] {
        for (int i = 0; i < kCalls; ++i) {
          client.get("/a", {}, [client, &all](const HttpAnswer& first) {
            EXPECT_EQ(first.body, "/a");
            client.get("/b", {}, [&all](const HttpAnswer& second) {
              EXPECT_EQ(second.body, "/b");
              all.count_down();
            });
          });
        }
      });
    }
  }
  all.wait();
}

TEST(HttpClientTest, ARedirectionIsFollowedOnlyWhereThatIsAskedFor) {
  HandlerServer server([](const ServedRequest& request, ServedAnswer& answer) {
    answer.body() = std::string(request.target());
    if (request.target() == "/from") {
      answer.result(302);
      answer.set("Location", "/to");
    }
    return true;
  });
  const HttpAnswer there = get(HttpClient({.base_url = server.url()}), "/from");
  EXPECT_EQ(there.status, 302);
  EXPECT_EQ(there.fault, server.url() + " answered 302");
  const HttpAnswer followed = get(HttpClient({.base_url = server.url(), .follow_redirects = true}), "/from");
  EXPECT_EQ(followed.body, "/to");
  EXPECT_EQ(followed.header("location"), nullptr);
}

TEST(HttpClientTest, ARedirectionLeadsToNoOtherProtocol) {
  HandlerServer server([](const ServedRequest&, ServedAnswer& answer) {
    answer.result(302);
    answer.set("Location", "file:///etc/hostname");
    return true;
  });
  const HttpAnswer answer = get(HttpClient({.base_url = server.url(), .follow_redirects = true}), "/");
  EXPECT_EQ(answer.status, 0);
  EXPECT_FALSE(answer.ok());
}

TEST(HttpClientTest, UsesTheProxyOfTheEnvironment) {
  HandlerServer proxy([](const ServedRequest& request, ServedAnswer& answer) {
    answer.body() = std::string(request.target());
    return true;
  });
  const Variable none("no_proxy", nullptr);
  const Variable nothing("NO_PROXY", nullptr);
  const Variable set("http_proxy", proxy.url().c_str());
  const HttpClient client({.base_url = "http://users.internal"});
  EXPECT_EQ(get(client, "/7").body, "http://users.internal/7");
}

TEST(HttpClientTest, TakesNoCertificateThatNobodyVouchesFor) {
  TlsServer server;
  const HttpAnswer answer = get(HttpClient({.base_url = server.url()}), "/");
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.fault, AllOf(HasSubstr(server.url() + ": "), HasSubstr("ca_file")));
  const TemporaryDirectory folder;
  folder.write("ca.pem", server.certificate());
  const HttpAnswer trusted =
      get(HttpClient({.base_url = server.url(), .ca_file = (folder.path() / "ca.pem").string()}), "/");
  EXPECT_EQ(trusted.body, "hello") << trusted.fault;
}

TEST(HttpClientTest, WhatCannotBeSentIsAFaultWithoutACall) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
  const HttpClient client({.base_url = server.url()});
  EXPECT_THAT(get(client, "@evil.example/").fault, HasSubstr("the path must begin with / or ?"));
  EXPECT_THAT(get(client, "/a b").fault, HasSubstr("percent_encoded()"));
  EXPECT_THAT(get(client, "/", {{"X", "1\r\nY: 2"}}).fault, HasSubstr("header 'X' has a line break"));
  EXPECT_THAT(get(client, "/", {{"X Y", "1"}}).fault, HasSubstr("a header's name"));
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClientTest, HasNoConnectionBeforeTheFirstCall) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
  const HttpClient client({.base_url = server.url()});
  const HttpClient copy = client;
  EXPECT_EQ(server.connections(), 0);
  EXPECT_TRUE(get(copy, "/").ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClientTest, EveryCallIsAnsweredWhenTheLastHandleGoes) {
  Gate gate;
  HandlerServer server([&gate](const ServedRequest&, ServedAnswer&) {
    gate.pass();
    return true;
  });
  std::array<Answered, 3> answers;
  {
    const HttpClient client({.base_url = server.url(), .max_connections = 1, .timeout = 60s});
    for (Answered& answered : answers) client.get("/", {}, answered.done());
  }
  for (Answered& answered : answers) EXPECT_THAT(answered.wait().fault, HasSubstr("the client was closed"));
  gate.open();
}

TEST(HttpClientTest, TheLastHandleMayGoInsideACall) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
  std::promise<HttpAnswer> answered;
  {
    auto client = std::make_unique<HttpClient>(HttpClientOptions{.base_url = server.url()});
    const HttpClient& asking = *client;
    std::shared_ptr<HttpClient> kept = std::move(client);
    asking.get("/", {}, [kept, &answered](HttpAnswer answer) { answered.set_value(std::move(answer)); });
    kept.reset();
  }
  EXPECT_TRUE(answered.get_future().get().ok());
}

TEST(HttpClientTest, WhatACallbackThrowsDoesNoHarm) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
  const HttpClient client({.base_url = server.url()});
  client.get("/", {}, [](const HttpAnswer&) { throw std::runtime_error("no"); });
  EXPECT_TRUE(get(client, "/").ok());
}

}  // namespace
}  // namespace streams::http
