#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>
#include <streams/runtime/run.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "unit/config/case_file.hpp"

namespace streams::runtime {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ManifestsCommandTest : public testing::Test {
 protected:
  ManifestsCommandTest() {
    std::string name = (std::filesystem::temp_directory_path() / "streams-manifests-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ManifestsCommandTest() override { std::filesystem::remove_all(folder_); }

  static std::string input(const std::string& name) {
    return std::string(STREAMS_SOURCE_DIR) + "/tests/unit/manifests/inputs/" + name;
  }

  std::string file(const std::string& name, const std::string& content) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  /// With `build`, as a program that has its own pipeline.
  int run(std::vector<std::string> arguments, Pipeline (*build)() = nullptr) {
    arguments.insert(arguments.begin(),
                     {build == nullptr ? "streams-runner" : "/usr/bin/Price_Feed", "manifests"});
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    AdapterFactory kafka, local;
    kafka.name = "kafka";
    local.name = "local";
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int count = static_cast<int>(pointers.size());
    const int code = build == nullptr ? runner_main(count, pointers.data(), {kafka, local})
                                      : run_main(count, pointers.data(), build, {kafka, local});
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return code;
  }

  /// The objects of this kind that were printed.
  std::vector<YAML::Node> objects(const std::string& kind) const {
    std::vector<YAML::Node> found;
    for (const YAML::Node& document : YAML::LoadAll(out_)) {
      if (document["kind"].as<std::string>() == kind) found.push_back(document);
    }
    return found;
  }

  YAML::Node container() const {
    return objects("Deployment").at(0)["spec"]["template"]["spec"]["containers"][0];
  }

  std::filesystem::path folder_;
  std::string out_;
  std::string err_;
};

TEST_F(ManifestsCommandTest, OneSegment) {
  ASSERT_EQ(run({"--config", input("one_segment.yaml"), "--image", "registry/prices:1.2"}), 0) << err_;
  EXPECT_THAT(err_, IsEmpty());
  expect_file("tests/golden/manifests/one_segment.yaml", out_);
}

TEST_F(ManifestsCommandTest, SeveralSegmentsWithACanary) {
  ASSERT_EQ(run({"--config", input("several_segments.yaml"), "--image", "shop:1", "--service", "Shop_EU",
                 "--replicas", "3", "--with-canary", "--namespace", "prod", "--memory", "1Gi", "--log-level",
                 "DEBUG", "--log-format", "json", "--no-http", "/srv/orders.so"}),
            0)
      << err_;
  expect_file("tests/golden/manifests/several_segments.yaml", out_);
}

TEST_F(ManifestsCommandTest, TemplatesAndAPatchOfTheUser) {
  ASSERT_EQ(
      run({"--config", input("several_segments.yaml"), "--image", "shop:1", "--segment-id", "0", "--http",
           ":9000", "--name", "orders", "--deployment-template", input("deployment_template.yaml"),
           "--container-template", input("container_template.yaml"), "--patch", input("patch.yaml")}),
      0)
      << err_;
  expect_file("tests/golden/manifests/user_templates.yaml", out_);
}

TEST_F(ManifestsCommandTest, NoTwoDeploymentsSelectTheSamePods) {
  ASSERT_EQ(run({"--config", input("several_segments.yaml"), "--image", "shop:1", "--replicas", "2",
                 "--with-canary"}),
            0);
  const auto deployments = objects("Deployment");
  ASSERT_EQ(deployments.size(), 6U);
  std::set<std::string> selectors;
  for (const YAML::Node& deployment : deployments) {
    const YAML::Node selector = deployment["spec"]["selector"]["matchLabels"];
    std::string text;
    for (const auto& label : selector) {
      text += label.first.as<std::string>() + "=" + label.second.as<std::string>() + " ";
      EXPECT_EQ(deployment["spec"]["template"]["metadata"]["labels"][label.first.as<std::string>()]
                    .as<std::string>(),
                label.second.as<std::string>());
    }
    selectors.insert(text);
  }
  EXPECT_EQ(selectors.size(), 6U);
}

TEST_F(ManifestsCommandTest, TheConfigMapIsTheFileByteForByteAndAChangeOfItRollsThePods) {
  const std::string content =
      "# kept:  \"as it is\"\npipeline:\n  name: p\n  segments:\n    - steps_config: {in: {}}\n\n\n";
  const auto version = [&] {
    return objects("Deployment")
        .at(0)["spec"]["template"]["metadata"]["annotations"]["configVersion"]
        .as<std::string>();
  };
  ASSERT_EQ(run({"--config", file("a.yaml", content), "--image", "i"}), 0) << err_;
  EXPECT_EQ(objects("ConfigMap").at(0)["data"]["pipeline_config.yaml"].as<std::string>(), content);
  const std::string before = version();
  ASSERT_EQ(run({"--config", file("b.yaml", content), "--image", "i"}), 0) << err_;
  EXPECT_EQ(version(), before);
  ASSERT_EQ(run({"--config", file("b.yaml", content + "# changed\n"), "--image", "i"}), 0) << err_;
  EXPECT_NE(version(), before);
}

TEST_F(ManifestsCommandTest, NoSecretIsReadAndWhatThePodLacksIsSaid) {
  ASSERT_EQ(run({"--config", input("several_segments.yaml"), "--image", "shop:1"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("${file:/run/secrets/kafka/password}"));
  EXPECT_THAT(err_,
              AllOf(HasSubstr("reads the variable STREAMS_TEST_KAFKA_USER, which the container does not get"),
                    HasSubstr("reads the file /run/secrets/kafka/password, which no volume brings into"),
                    HasSubstr("reads the file /etc/kafka-tls/ca.pem, which no volume brings into"),
                    Not(HasSubstr("STREAMS_TEST_BROKER"))));
  ASSERT_EQ(run({"--config", input("several_segments.yaml"), "--image", "shop:1", "--container-template",
                 input("container_template.yaml")}),
            0);
  EXPECT_THAT(err_, AllOf(Not(HasSubstr("STREAMS_TEST_KAFKA_USER")), Not(HasSubstr("/run/secrets/kafka"))));
}

TEST_F(ManifestsCommandTest, AVariableOfAnotherTypeThanTheInventedOneIsExplained) {
  const std::string config = file("x.yaml",
                                  "pipeline:\n  name: p\n  on_error: ${envvar:STREAMS_TEST_UNSET}\n"
                                  "  segments:\n    - steps_config: {in: {}}\n");
  EXPECT_EQ(run({"--config", config, "--image", "i"}), 3);
  EXPECT_THAT(err_,
              HasSubstr("'1' stood for the variables that are not set here (STREAMS_TEST_UNSET); set them"));
}

TEST_F(ManifestsCommandTest, ABrokerOnThisMachineIsPointedOut) {
  const std::string config = file("x.yaml",
                                  "pipeline:\n  name: p\n  segments:\n    - steps_config:\n"
                                  "        in: {bootstrap_servers: [\"127.0.0.1:9092\"]}\n");
  ASSERT_EQ(run({"--config", config, "--image", "i"}), 0);
  EXPECT_THAT(
      err_, HasSubstr("x.yaml:5:14: step 'in' looks for brokers at 127.0.0.1:9092, which is the pod itself"));
}

TEST_F(ManifestsCommandTest, PartitionsThatAreKeptForAPodThatNeverComesBackArePointedOut) {
  const std::string config = file("x.yaml",
                                  "pipeline:\n  name: p\n  shutdown: {leave_on_stop: false}\n"
                                  "  segments:\n    - steps_config: {in: {}}\n");
  ASSERT_EQ(run({"--config", config, "--image", "i"}), 0);
  EXPECT_THAT(
      err_,
      HasSubstr("x.yaml:3:14: `leave_on_stop: false` keeps the partitions for a process of the same name"));
}

TEST_F(ManifestsCommandTest, WithoutHttpTheHealthFileIsAskedOrNothingIsAndThatIsSaid) {
  const std::string begin = "pipeline:\n  name: p\n  adapter_config: {kafka: {write_healthcheck: ";
  const std::string end = "}}\n  segments:\n    - steps_config: {in: {}}\n";
  ASSERT_EQ(run({"--config", file("x.yaml", begin + "true" + end), "--image", "i", "--no-http"}), 0) << err_;
  EXPECT_EQ(container()["livenessProbe"]["exec"]["command"].as<std::vector<std::string>>(),
            (std::vector<std::string>{"rm", "/tmp/health.txt"}));
  EXPECT_FALSE(container()["readinessProbe"]);
  EXPECT_FALSE(container()["ports"]);
  EXPECT_THAT(err_, IsEmpty());
  ASSERT_EQ(run({"--config", file("x.yaml", begin + "false" + end), "--image", "i", "--no-http"}), 0) << err_;
  EXPECT_FALSE(container()["livenessProbe"]);
  EXPECT_THAT(err_, HasSubstr("the container has no liveness probe"));
}

TEST_F(ManifestsCommandTest, ThePodHearsOnAllItsAddresses) {
  const auto address = [&](const std::string& flag) {
    EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--http", flag}), 0) << err_;
    const auto words = container()["args"].as<std::vector<std::string>>();
    const auto found = std::find(words.begin(), words.end(), "--http");
    return found == words.end() ? "" : *(found + 1);
  };
  EXPECT_EQ(address(":9000"), "0.0.0.0:9000");
  EXPECT_EQ(address("127.0.0.1:9000"), "0.0.0.0:9000");
  EXPECT_EQ(address("[::]:9000"), "[::]:9000");
}

TEST_F(ManifestsCommandTest, EveryConflictOfATemplateIsSaidAtOnceWithItsPlace) {
  const std::string deployment = file("d.yaml", "kind: StatefulSet\nspec:\n  replicas: 2\n  selector: [x]\n");
  const std::string container = file("c.yaml", "name: mine\nimage: other\n");
  EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--replicas", "3",
                 "--deployment-template", deployment, "--container-template", container}),
            3);
  EXPECT_THAT(out_, IsEmpty());
  EXPECT_THAT(err_, AllOf(HasSubstr("d.yaml:1:7: 'kind' is set by `manifests`, to 'Deployment'"),
                          HasSubstr("d.yaml:3:13: 'spec.replicas' is set by `manifests`, to '3'"),
                          HasSubstr("d.yaml:4:13: 'spec.selector' is a list here and must be a mapping"),
                          HasSubstr("c.yaml:1:7: 'name' is set by `manifests`, to 'pipeline-consumer'"),
                          HasSubstr("c.yaml:2:8: 'image' is set by `manifests`, to 'i'")));
}

TEST_F(ManifestsCommandTest, ATemplateThatIsNoneIsRefused) {
  EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--patch",
                 (folder_ / "none.yaml").string()}),
            3);
  EXPECT_THAT(err_, HasSubstr("none.yaml: cannot be read; check the path and its permissions"));
  EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--patch", file("p.yaml", "- a\n")}),
            3);
  EXPECT_THAT(err_, HasSubstr("p.yaml:1:1: a template is a mapping of keys, as in a manifest"));
  EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--patch", file("p.yaml", "a: [\n")}),
            3);
  EXPECT_THAT(err_, HasSubstr("p.yaml:"));
  EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--patch", file("p.yaml", "")}), 0)
      << err_;
}

TEST_F(ManifestsCommandTest, ANameThatKubernetesCannotTakeIsRefused) {
  const auto refused = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--config", input("one_segment.yaml"), "--image", "i"});
    EXPECT_EQ(run(more), 2);
    EXPECT_THAT(out_, IsEmpty());
    return err_;
  };
  EXPECT_THAT(refused({"--service", "1st"}), HasSubstr("'1st-pipeline-price-feed-0' begins with a digit"));
  EXPECT_THAT(refused({"--service", std::string(60, 's')}),
              HasSubstr("has 82 letters, and Kubernetes takes 63 at most"));
  EXPECT_THAT(refused({"--name", "***"}), HasSubstr("the pipeline's name '***' has no letter or digit"));
  EXPECT_THAT(refused({"--namespace", "My.Space"}),
              HasSubstr("--namespace My.Space: no namespace has such a name"));
  EXPECT_THAT(refused({"--segment-id", "1"}), HasSubstr("--segment-id 1: there is no such segment"));
  const std::string nameless = file("x.yaml", "pipeline:\n  segments:\n    - steps_config: {in: {}}\n");
  EXPECT_EQ(run({"--config", nameless, "--image", "i"}), 2);
  EXPECT_THAT(err_, HasSubstr("the pipeline has no name of its own"));
  EXPECT_EQ(run({"--config", nameless, "--image", "i", "/srv/prices.so"}), 0) << err_;
}

TEST_F(ManifestsCommandTest, ATemplateThatSaysOneAmountIsNotAskedForMoreThanItsLimit) {
  const auto amounts = [&](const std::string& resources) {
    EXPECT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--container-template",
                   file("c.yaml", "resources: " + resources + "\n")}),
              0)
        << err_;
    const YAML::Node made = container()["resources"];
    const auto word = [](const YAML::Node& node) { return node ? node.as<std::string>() : std::string("-"); };
    return word(made["requests"]["cpu"]) + " " + word(made["requests"]["memory"]) + " of " +
           word(made["limits"]["cpu"]) + " " + word(made["limits"]["memory"]);
  };
  EXPECT_EQ(amounts("{}"), "500m 256Mi of - 256Mi");
  EXPECT_EQ(amounts("{requests: {memory: 1Gi}}"), "500m 1Gi of - 1Gi");
  EXPECT_EQ(amounts("{limits: {memory: 128Mi}}"), "500m 128Mi of - 128Mi");
  EXPECT_EQ(amounts("{requests: {memory: 1Gi}, limits: {memory: 2Gi}}"), "500m 1Gi of - 2Gi");
  EXPECT_EQ(amounts("{limits: {cpu: 250m}}"), "250m 256Mi of 250m 256Mi");
  EXPECT_EQ(amounts("{requests: {cpu: 2}}"), "2 256Mi of - 256Mi");
}

TEST_F(ManifestsCommandTest, TheImageOfOurDockerfileFitsThePod) {
  const std::string dockerfile = read_text(std::string(STREAMS_SOURCE_DIR) + "/Dockerfile");
  ASSERT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i"}), 0) << err_;
  const auto words = container()["args"].as<std::vector<std::string>>();
  EXPECT_EQ(words.back(), "/opt/streams/pipeline.so");
  EXPECT_THAT(dockerfile, AllOf(HasSubstr("-name pipeline.so)\" /image/opt/streams/"),
                                HasSubstr("COPY --from=build /image/ /\n"),
                                HasSubstr("ENTRYPOINT [\"/opt/streams/bin/streams-runner\"]")));
  // Kubernetes can tell a number from root, and a name not.
  EXPECT_THAT(dockerfile, HasSubstr("USER 10001:10001"));
}

TEST_F(ManifestsCommandTest, AProgramWithItsOwnPipelineIsNamedAfterItAndNeedsNoModule) {
  const std::string nameless = file("x.yaml", "pipeline:\n  segments:\n    - steps_config: {in: {}}\n");
  const auto unused = []() -> Pipeline { throw std::logic_error("the pipeline was built"); };
  ASSERT_EQ(run({"--config", nameless, "--image", "i", "--no-http"}, unused), 0) << err_;
  EXPECT_EQ(objects("Deployment").at(0)["metadata"]["name"].as<std::string>(),
            "streams-pipeline-price-feed-0");
  EXPECT_EQ(container()["args"].as<std::vector<std::string>>().back(), "text");
}

TEST_F(ManifestsCommandTest, TheAdapterIsSaidWhereItIsNotTheDefault) {
  ASSERT_EQ(run({"--config", input("one_segment.yaml"), "--image", "i", "--adapter", "local"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("- --adapter\n            - local\n"));
}

}  // namespace
}  // namespace streams::runtime
