#include "app/application.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/app/temporary_folder.hpp"

namespace streams::runtime {
namespace {

using ::testing::HasSubstr;

TEST(ApplicationTest, TheCommandLineWinsOverTheDeployment) {
  const TemporaryFolder folder;
  CommandLine line;
  line.application = folder.write("a.cpp", "").string();
  DeploymentConfig config;
  config.pipeline.application = folder.write("b.so", "").string();
  const absl::StatusOr<Application> application = find_application(line, &config);
  ASSERT_TRUE(application.ok()) << application.status();
  EXPECT_EQ(application->path, folder.path() / "a.cpp");
  EXPECT_EQ(application->kind, Application::Kind::source);
}

TEST(ApplicationTest, WithoutOneTheDeploymentSaysWhich) {
  const TemporaryFolder folder;
  DeploymentConfig config;
  config.pipeline.application = folder.write("b.so", "").string();
  const absl::StatusOr<Application> application = find_application({}, &config);
  ASSERT_TRUE(application.ok()) << application.status();
  EXPECT_EQ(application->kind, Application::Kind::module);
}

TEST(ApplicationTest, IsLookedForBesideTheDeploymentFile) {
  const TemporaryFolder folder;
  folder.write("examples/orders/orders.cc", "");
  folder.write("deployment/orders.yaml",
               "pipeline:\n  application: ../examples/orders/orders.cc\n  segments:\n    - steps_config:\n"
               "        in: {bootstrap_servers: ['b:9092']}\n");
  const DeploymentConfig config =
      load_config((folder.path() / "deployment/orders.yaml").string(), process_environment());
  const absl::StatusOr<Application> application = find_application({}, &config);
  ASSERT_TRUE(application.ok()) << application.status();
  EXPECT_TRUE(std::filesystem::equivalent(application->path, folder.path() / "examples/orders/orders.cc"));
}

TEST(ApplicationTest, SaysHowToNameOne) {
  EXPECT_EQ(
      find_application({}, nullptr).status().message(),
      "no application: name the pipeline's source file or module (x.cpp or x.so) on the command line, or at "
      "`pipeline.application` in the deployment");
}

TEST(ApplicationTest, AMissingFileSaysWhereItIsNamed) {
  CommandLine line;
  line.application = "/no/such.cpp";
  EXPECT_EQ(find_application(line, nullptr).status().message(),
            "/no/such.cpp: there is no such file; it is named on the command line");
  DeploymentConfig config;
  config.file = "x.yaml";
  config.pipeline.application = "/no/such.so";
  EXPECT_EQ(find_application({}, &config).status().message(),
            "/no/such.so: there is no such file; it is named at pipeline.application in x.yaml");
  config.pipeline.application = "/no/such.py";
  EXPECT_THAT(std::string(find_application({}, &config).status().message()),
              HasSubstr("an application ends in .cpp, .cc or .so"));
}

}  // namespace
}  // namespace streams::runtime
