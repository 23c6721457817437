#include <streams/objects/s3_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "support/await.hpp"
#include "unit/objects/recorded_pause.hpp"
#include "unit/objects/scripted_server.hpp"
#include "unit/objects/signature_check.hpp"

namespace streams::objects {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

runtime::Environment environment_of(std::map<std::string, std::string> variables) {
  return {
      .variable = [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      },
      .read_file = [](const std::string&) { return std::nullopt; }};
}

class S3StoreTest : public ::testing::Test {
 protected:
  S3StoreOptions options(const ScriptedServer& server) {
    S3StoreOptions options;
    options.bucket = "clicks";
    options.endpoint = server.url();
    options.region = "eu-central-1";
    options.access_key_id = "AKIDEXAMPLE";
    options.secret_access_key = kSecret;
    options.http.stall_timeout = std::chrono::seconds(1);
    return options;
  }
  absl::Status put(const S3StoreOptions& options, const std::string& name, std::string_view bytes) {
    const auto store = open_s3_store(options, environment_of({}), pause_);
    if (!store.ok()) return store.status();
    return (*store)->put(*ObjectName::parse(name), bytes, "application/octet-stream");
  }

  RecordedPause pause_;
};

TEST_F(S3StoreTest, PutsAnObjectWithASignatureThatTheServerComputesToo) {
  const ScriptedServer server;
  ASSERT_TRUE(put(options(server), "2026/part-0.parquet", std::string("a\0b", 3)).ok());
  ASSERT_THAT(server.seen(), SizeIs(1));
  const SeenRequest request = server.seen()[0];
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/clicks/2026/part-0.parquet");
  EXPECT_EQ(request.body, std::string("a\0b", 3));
  EXPECT_EQ(request.headers.at("content-type"), "application/octet-stream");
  EXPECT_EQ(signature_fault(request, "eu-central-1", "AKIDEXAMPLE", kSecret), "");
}

TEST_F(S3StoreTest, SignsNamesWithAnyCharacters) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"a b+c/d=e&f?g#h", "/clicks/a%20b%2Bc/d%3De%26f%3Fg%23h"},
      {"100%/~x_y-z.1", "/clicks/100%25/~x_y-z.1"},
      {"gr\xC3\xBC\xC3\x9F/\xE6\xB0\xB4", "/clicks/gr%C3%BC%C3%9F/%E6%B0%B4"},
      {"a..b/...", "/clicks/a..b/..."},
      {"it's(1)*!", "/clicks/it%27s%281%29%2A%21"}};
  const ScriptedServer server;
  for (const auto& [name, target] : names) ASSERT_TRUE(put(options(server), name, "x").ok()) << name;
  const auto seen = server.seen();
  ASSERT_THAT(seen, SizeIs(names.size()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(seen[i].target, names[i].second);
    EXPECT_EQ(signature_fault(seen[i], "eu-central-1", "AKIDEXAMPLE", kSecret), "") << names[i].first;
  }
}

TEST_F(S3StoreTest, SignsAnEmptyObjectAndALargeOne) {
  const ScriptedServer server;
  const std::string large(5 << 20, 'x');
  ASSERT_TRUE(put(options(server), "empty", "").ok());
  ASSERT_TRUE(put(options(server), "large", large).ok());
  const auto seen = server.seen();
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[0].body, "");
  EXPECT_EQ(seen[1].body, large);
  for (const SeenRequest& request : seen) {
    EXPECT_EQ(signature_fault(request, "eu-central-1", "AKIDEXAMPLE", kSecret), "");
  }
}

TEST_F(S3StoreTest, SignsTheSessionToken) {
  const ScriptedServer server;
  S3StoreOptions with_token = options(server);
  with_token.session_token = "FQoGZXIvYXdzEA==/+";
  ASSERT_TRUE(put(with_token, "a", "x").ok());
  ASSERT_THAT(server.seen(), SizeIs(1));
  EXPECT_EQ(server.seen()[0].headers.at("x-amz-security-token"), "FQoGZXIvYXdzEA==/+");
  EXPECT_EQ(signature_fault(server.seen()[0], "eu-central-1", "AKIDEXAMPLE", kSecret), "");
}

TEST_F(S3StoreTest, TakesFromTheEnvironmentWhatIsNotGiven) {
  const ScriptedServer server;
  const auto store = open_s3_store({.bucket = "clicks", .prefix = "raw/eu"},
                                   environment_of({{"AWS_ENDPOINT_URL", server.url() + "/"},
                                                   {"AWS_DEFAULT_REGION", "eu-west-3"},
                                                   {"AWS_ACCESS_KEY_ID", "AKIDENV"},
                                                   {"AWS_SECRET_ACCESS_KEY", "secret of the environment"}}),
                                   pause_);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->describe(), "s3://clicks/raw/eu");
  ASSERT_TRUE((*store)->put(*ObjectName::parse("a"), "x", "text/plain").ok());
  ASSERT_THAT(server.seen(), SizeIs(1));
  EXPECT_EQ(server.seen()[0].target, "/clicks/raw/eu/a");
  EXPECT_EQ(signature_fault(server.seen()[0], "eu-west-3", "AKIDENV", "secret of the environment"), "");
}

TEST_F(S3StoreTest, PutsTheBucketIntoTheHostWhereTheStyleAsksForIt) {
  const ScriptedServer server;
  S3StoreOptions hosted = options(server);
  hosted.bucket = "127";
  hosted.endpoint = "http://0.0.1:" + server.address().substr(server.address().find(':') + 1);
  hosted.path_style = false;
  ASSERT_TRUE(put(hosted, "a/b", "x").ok());
  ASSERT_THAT(server.seen(), SizeIs(1));
  EXPECT_EQ(server.seen()[0].target, "/a/b");
  EXPECT_EQ(server.seen()[0].headers.at("host"), server.address());
  EXPECT_EQ(signature_fault(server.seen()[0], "eu-central-1", "AKIDEXAMPLE", kSecret), "");
}

TEST_F(S3StoreTest, SaysAllFaultsOfTheOptionsAtOnce) {
  const auto store = open_s3_store({.bucket = "s3://clicks", .prefix = "/raw"}, environment_of({}), pause_);
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(std::string(store.status().message()),
              AllOf(HasSubstr("bucket: "), HasSubstr("prefix: "), HasSubstr("AWS_REGION"),
                    HasSubstr("AWS_ACCESS_KEY_ID"), HasSubstr("AWS_SECRET_ACCESS_KEY")));
  S3StoreOptions with_user;
  with_user.bucket = "clicks";
  with_user.endpoint = "http://user:password@host";
  with_user.access_key_id = with_user.secret_access_key = "k";
  const auto refused = open_s3_store(with_user, environment_of({}), pause_);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("endpoint: "), Not(HasSubstr("password@"))));
}

TEST_F(S3StoreTest, TriesAgainWithLongerAndLongerWaits) {
  const ScriptedServer server({{.status = 500}, {.status = 503}, {.status = 429}, {.status = 502}});
  S3StoreOptions patient = options(server);
  patient.http.retry = {.first_wait = milliseconds(100), .longest_wait = milliseconds(300)};
  ASSERT_TRUE(put(patient, "a", "x").ok());
  EXPECT_THAT(server.seen(), SizeIs(5));
  const auto waits = pause_.waits();
  ASSERT_THAT(waits, SizeIs(4));
  const milliseconds whole[] = {milliseconds(100), milliseconds(200), milliseconds(300), milliseconds(300)};
  for (std::size_t i = 0; i < waits.size(); ++i) {
    EXPECT_GE(waits[i], whole[i] / 2) << i;
    EXPECT_LE(waits[i], whole[i]) << i;
  }
}

TEST_F(S3StoreTest, WaitsAsLongAsTheServerAsks) {
  const ScriptedServer server({{.status = 503, .headers = {{"Retry-After", "7"}}}});
  ASSERT_TRUE(put(options(server), "a", "x").ok());
  ASSERT_THAT(pause_.waits(), SizeIs(1));
  EXPECT_EQ(pause_.waits()[0], std::chrono::seconds(7));
}

TEST_F(S3StoreTest, TriesAgainWhenTheConnectionBreaks) {
  const ScriptedServer server({{.act = Scene::Act::hang_up},
                               {.act = Scene::Act::hang_up_in_the_middle},
                               {.act = Scene::Act::stay_silent}});
  const std::string large(3 << 20, 'x');
  ASSERT_TRUE(put(options(server), "a", large).ok());
  EXPECT_GE(pause_.waits().size(), 3u);
  EXPECT_EQ(server.seen().back().body, large);
}

TEST_F(S3StoreTest, GivesUpAfterTheAttemptsThatThePolicyHas) {
  const ScriptedServer server({{.status = 500}, {.status = 500}, {.status = 500}, {.status = 500}});
  S3StoreOptions impatient = options(server);
  impatient.http.retry.max_attempts = 3;
  const absl::Status status = put(impatient, "a", "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("500"), HasSubstr("3 attempts"), HasSubstr("/clicks/a")));
  EXPECT_THAT(server.seen(), SizeIs(3));
}

TEST_F(S3StoreTest, NamesAServerThatIsNotThere) {
  S3StoreOptions nobody;
  {
    const ScriptedServer gone;
    nobody = options(gone);
  }
  nobody.http.retry.max_attempts = 2;
  const absl::Status status = put(nobody, "a", "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr(nobody.endpoint));
}

TEST_F(S3StoreTest, DoesNotRepeatWhatIsRefusedAndSaysHowToMendIt) {
  const ScriptedServer server(
      {{.status = 404,
        .body = "<Error><Code>NoSuchBucket</Code><Message>The bucket is not there</Message></Error>"},
       {.status = 301,
        .body = "<Error><Code>PermanentRedirect</Code></Error>",
        .headers = {{"x-amz-bucket-region", "us-west-2"}}},
       {.status = 400, .body = "<Error><Code>RequestTimeout</Code></Error>"}});
  const absl::Status no_bucket = put(options(server), "a", "x");
  EXPECT_EQ(no_bucket.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(no_bucket.message()),
              AllOf(HasSubstr("404 NoSuchBucket: The bucket is not there"), HasSubstr("make the bucket")));
  const absl::Status elsewhere = put(options(server), "a", "x");
  EXPECT_FALSE(absl::IsUnavailable(elsewhere));
  EXPECT_THAT(std::string(elsewhere.message()), HasSubstr("in the region us-west-2, not in eu-central-1"));
  EXPECT_THAT(pause_.waits(), IsEmpty());
  // A refusal by its status alone: Amazon means that it may be tried again.
  EXPECT_TRUE(put(options(server), "a", "x").ok());
  EXPECT_THAT(pause_.waits(), SizeIs(1));
}

TEST_F(S3StoreTest, NeverShowsCredentials) {
  const ScriptedServer server(
      {{.status = 403,
        .body = std::string("<Error><Code>SignatureDoesNotMatch</Code><Message>AKIDEXAMPLE and ") + kSecret +
                "</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId></Error>"}});
  const absl::Status status = put(options(server), "a", "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("check access_key_id"),
                                                   Not(HasSubstr("AKIDEXAMPLE")), Not(HasSubstr(kSecret))));
}

TEST_F(S3StoreTest, EndsACallUnderWayWhenTheProcessStops) {
  const ScriptedServer server({{.act = Scene::Act::stay_silent}});
  S3StoreOptions patient = options(server);
  patient.http.stall_timeout = std::chrono::seconds(100);
  absl::Status status;
  std::thread putting([&] { status = put(patient, "a", "x"); });
  EXPECT_TRUE(tests::await([&] { return server.seen().size() == 1; }, std::chrono::seconds(20)));
  pause_.stop();
  putting.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
}

TEST_F(S3StoreTest, PutsFromManyThreads) {
  const ScriptedServer server;
  const auto store = open_s3_store(options(server), environment_of({}), pause_);
  ASSERT_TRUE(store.ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string name = std::to_string(t) + "/" + std::to_string(i);
        EXPECT_TRUE((*store)->put(*ObjectName::parse(name), name, "text/plain").ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto seen = server.seen();
  EXPECT_THAT(seen, SizeIs(40));
  for (const SeenRequest& request : seen) EXPECT_EQ(request.target, "/clicks/" + request.body);
}

}  // namespace
}  // namespace streams::objects
