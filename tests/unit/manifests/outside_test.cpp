#include "manifests/outside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::runtime::manifests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(OutsideTest, FindsTheVariablesThatADeploymentNeeds) {
  const Outside outside = read_outside(
      "a: \"${envvar:B} and ${envvar:A}\"\n"
      "# ${envvar:COMMENT}\n"
      "b: [\"${file:/run/x}\", {c: \"x${file:y}z\"}]\n"
      "d: ${DEFAULTED:1}\n"
      "e: $${envvar:TEXT}\n"
      "f: ${envvar:OPEN\n");
  EXPECT_THAT(outside.variables, ElementsAre("A", "B"));
}

TEST(OutsideTest, ATextThatIsNoYamlAsksForNothing) {
  const Outside outside = read_outside("a: [${envvar:A}");
  EXPECT_THAT(outside.variables, IsEmpty());
}

TEST(OutsideTest, RenderingOpensNoSecretAndInventsOnlyWhatHasNoDefault) {
  Environment real;
  real.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SET") return "here";
    return std::nullopt;
  };
  std::vector<std::string> opened;
  real.read_file = [&opened](const std::string& path) -> std::optional<std::string> {
    opened.push_back(path);
    return "content";
  };
  Outside outside;
  outside.variables = {"SET", "UNSET"};
  const Environment environment = rendering_environment(real, outside, "conf/x.yaml", "/etc/p");
  EXPECT_EQ(environment.variable("SET"), "here");
  EXPECT_EQ(environment.variable("UNSET"), std::string(kPlaceholder));
  EXPECT_EQ(environment.variable("DEFAULTED"), std::nullopt);
  EXPECT_EQ(environment.read_file("conf/x.yaml"), "content");
  EXPECT_EQ(environment.read_file("/run/secrets/password"), std::string(kPlaceholder));
  EXPECT_EQ(environment.read_file("conf/tls/ca.pem"), std::string(kPlaceholder));
  EXPECT_THAT(opened, ElementsAre("conf/x.yaml"));
  EXPECT_THAT(outside.files, ElementsAre("/etc/p/tls/ca.pem", "/run/secrets/password"));
  EXPECT_THAT(missing_variables(real, outside), ElementsAre("UNSET"));
}

TEST(OutsideTest, AFileBesideTheDeploymentIsBesideItInThePod) {
  Environment real;
  real.variable = [](const std::string&) { return std::nullopt; };
  real.read_file = [](const std::string&) { return std::nullopt; };
  const auto in_pod = [&](const std::string& config, const std::string& path) {
    Outside outside;
    rendering_environment(real, outside, config, "/etc/p").read_file(path);
    return outside.files;
  };
  EXPECT_THAT(in_pod("x.yaml", "ca.pem"), ElementsAre("/etc/p/ca.pem"));
  EXPECT_THAT(in_pod("/home/me/x.yaml", "/home/me/tls/ca.pem"), ElementsAre("/etc/p/tls/ca.pem"));
  EXPECT_THAT(in_pod("/home/me/x.yaml", "/home/me/../ca.pem"), ElementsAre("/home/ca.pem"));
  EXPECT_THAT(in_pod("conf/x.yaml", "conf/../ca.pem"), ElementsAre("/etc/ca.pem"));
}

}  // namespace
}  // namespace streams::runtime::manifests
