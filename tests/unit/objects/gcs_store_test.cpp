#include <streams/objects/gcs_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include <streams/testing/virtual_clock.hpp>

#include "unit/objects/recorded_pause.hpp"
#include "unit/objects/scripted_server.hpp"

namespace streams::objects {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// The checksum of "123456789" is 0xE3069283.
constexpr auto kChecksum = "4waSgw==";

class GcsStoreTest : public ::testing::Test {
 protected:
  GcsStoreOptions options(const ScriptedServer& server) {
    GcsStoreOptions options;
    options.bucket = "arroyo-artifacts";
    options.endpoint = server.url();
    options.access_token = "ya29.token";
    return options;
  }
  absl::StatusOr<std::unique_ptr<ObjectStore>> open(const GcsStoreOptions& options) {
    return open_gcs_store(options,
                          {.variable = [this](const std::string& name) -> std::optional<std::string> {
                             const auto found = variables_.find(name);
                             if (found == variables_.end()) return std::nullopt;
                             return found->second;
                           },
                           .read_file = [this](const std::string& path) -> std::optional<std::string> {
                             const auto found = files_.find(path);
                             if (found == files_.end()) return std::nullopt;
                             return found->second;
                           }},
                          clock_, pause_);
  }
  absl::Status put(const GcsStoreOptions& options) {
    const auto store = open(options);
    if (!store.ok()) return store.status();
    return put(**store);
  }
  static absl::Status put(ObjectStore& store) {
    return store.put(*ObjectName::parse("a b/c.txt"), "123456789", "text/plain");
  }

  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> files_;
  RecordedPause pause_;
  testing::VirtualClock clock_;
};

TEST_F(GcsStoreTest, UploadsWithTheTokenAndTheChecksum) {
  const ScriptedServer server({{.body = R"({"name":"x","crc32c":"4waSgw==","size":"9"})"}});
  ASSERT_TRUE(put(options(server)).ok());
  ASSERT_THAT(server.seen(), SizeIs(1));
  const SeenRequest request = server.seen()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/upload/storage/v1/b/arroyo-artifacts/o?uploadType=media&name=a%20b%2Fc.txt");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer ya29.token");
  EXPECT_EQ(request.headers.at("x-goog-hash"), std::string("crc32c=") + kChecksum);
  EXPECT_EQ(request.headers.at("content-type"), "text/plain");
  EXPECT_EQ(request.body, "123456789");
}

TEST_F(GcsStoreTest, SendsAgainWhatTheServerHasOtherwise) {
  const ScriptedServer server({{.body = R"({"crc32c":"AAAAAA=="})"}, {.body = R"({"crc32c":"4waSgw=="})"}});
  ASSERT_TRUE(put(options(server)).ok());
  EXPECT_THAT(server.seen(), SizeIs(2));
  EXPECT_THAT(pause_.waits(), SizeIs(1));
}

TEST_F(GcsStoreTest, NeedsNoTokenForAnEmulator) {
  const ScriptedServer server;
  for (const std::string& address : {server.address(), server.url()}) {
    variables_["STORAGE_EMULATOR_HOST"] = address;
    ASSERT_TRUE(put({.bucket = "b"}).ok());
  }
  ASSERT_THAT(server.seen(), SizeIs(2));
  for (const SeenRequest& request : server.seen()) EXPECT_EQ(request.headers.count("authorization"), 0u);
}

TEST_F(GcsStoreTest, RenewsTheTokenOfTheMetadataServerBeforeItEnds) {
  const ScriptedServer metadata(
      {{.body = R"({"access_token":"first","expires_in":3600,"token_type":"Bearer"})"},
       {.body = R"({"access_token":"second","expires_in":3600,"token_type":"Bearer"})"}});
  const ScriptedServer server;
  variables_["GCE_METADATA_HOST"] = metadata.address();
  const auto store = open({.bucket = "b", .endpoint = server.url()});
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(put(**store).ok());
  clock_.advance(std::chrono::seconds(3539));
  ASSERT_TRUE(put(**store).ok());
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(put(**store).ok());
  ASSERT_THAT(server.seen(), SizeIs(3));
  EXPECT_EQ(server.seen()[0].headers.at("authorization"), "Bearer first");
  EXPECT_EQ(server.seen()[1].headers.at("authorization"), "Bearer first");
  EXPECT_EQ(server.seen()[2].headers.at("authorization"), "Bearer second");
  ASSERT_THAT(metadata.seen(), SizeIs(2));
  EXPECT_EQ(metadata.seen()[0].headers.at("metadata-flavor"), "Google");
}

TEST_F(GcsStoreTest, AsksOnceForAnotherTokenWhenTheServerDoesNotTakeIt) {
  const ScriptedServer server({{.status = 401}, {.status = 200}, {.status = 401}, {.status = 401}});
  files_["/token"] = "old\n";
  GcsStoreOptions from_file{.bucket = "b", .endpoint = server.url(), .access_token_file = "/token"};
  const auto store = open(from_file);
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(put(**store).ok());
  files_["/token"] = "new";
  const absl::Status status = put(**store);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(status.message()), HasSubstr("check the credentials"));
  ASSERT_THAT(server.seen(), SizeIs(4));
  EXPECT_EQ(server.seen()[1].headers.at("authorization"), "Bearer old");
  EXPECT_EQ(server.seen()[3].headers.at("authorization"), "Bearer new");
}

TEST_F(GcsStoreTest, ReadsTheTokensFileAgainAfterAMinute) {
  const ScriptedServer server;
  files_["/token"] = "old";
  const auto store = open({.bucket = "b", .endpoint = server.url(), .access_token_file = "/token"});
  ASSERT_TRUE(put(**store).ok());
  files_["/token"] = "new";
  clock_.advance(std::chrono::seconds(60));
  ASSERT_TRUE(put(**store).ok());
  EXPECT_EQ(server.seen()[1].headers.at("authorization"), "Bearer new");
}

TEST_F(GcsStoreTest, SaysWhereATokenIsMissing) {
  const ScriptedServer server;
  const absl::Status no_file = put({.bucket = "b", .endpoint = server.url(), .access_token_file = "/token"});
  EXPECT_THAT(std::string(no_file.message()), HasSubstr("access_token_file: cannot read /token"));
  const ScriptedServer metadata({Scene{.status = 404}});
  variables_["GCE_METADATA_HOST"] = metadata.address();
  const absl::Status no_account = put({.bucket = "b", .endpoint = server.url()});
  EXPECT_THAT(std::string(no_account.message()), AllOf(HasSubstr("404"), HasSubstr("give access_token")));
  EXPECT_THAT(server.seen(), IsEmpty());
  EXPECT_THAT(pause_.waits(), IsEmpty());
}

TEST_F(GcsStoreTest, TriesAgainAfterTransientFaultsAlone) {
  const ScriptedServer server(
      {{.status = 503},
       {.act = Scene::Act::hang_up},
       {.status = 429},
       {.status = 200},
       {.status = 403, .body = R"({"error":{"code":403,"message":"a@b lacks ya29.token"}})"}});
  ASSERT_TRUE(put(options(server)).ok());
  // One that libcurl itself sends again, on a connection that was closed meanwhile, is no attempt.
  EXPECT_GE(pause_.waits().size(), 2u);
  const auto waits = pause_.waits().size();
  const absl::Status status = put(options(server));
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("gs://arroyo-artifacts/a b/c.txt"), HasSubstr("403 a@b lacks ***"),
                    HasSubstr("may write there"), Not(HasSubstr("ya29"))));
  EXPECT_THAT(pause_.waits(), SizeIs(waits));
}

TEST_F(GcsStoreTest, SaysAllFaultsOfTheOptionsAtOnce) {
  const auto store = open({.bucket = "",
                           .prefix = "a//b",
                           .endpoint = "ftp://x",
                           .access_token = "t",
                           .access_token_file = "/token"});
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(std::string(store.status().message()),
              AllOf(HasSubstr("bucket: "), HasSubstr("prefix: "), HasSubstr("endpoint: "),
                    HasSubstr("give one of them")));
}

}  // namespace
}  // namespace streams::objects
