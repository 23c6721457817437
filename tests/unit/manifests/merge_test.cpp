#include "manifests/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifests/yaml_text.hpp"

namespace streams::runtime::manifests {
namespace {

using testing::HasSubstr;

Node read(const std::string& yaml) {
  config::Faults faults("x");
  Node node = config::read_document(yaml, faults);
  EXPECT_TRUE(faults.empty()) << yaml;
  return node;
}

std::string faults_text(config::Faults& faults) {
  try {
    faults.throw_if_any();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::string merged(const std::string& lower, const std::string& upper) {
  Node node = read(lower);
  config::Faults faults("upper.yaml");
  merge(node, read(upper), faults);
  const std::string text = faults_text(faults);
  return text.empty() ? yaml_text({node}).substr(4) : text;
}

TEST(MergeTest, MappingsAreMergedAndValuesReplaced) {
  EXPECT_EQ(merged("{a: 1, b: {c: 2}}", "{b: {d: 3}, e: 4}"), "a: 1\nb:\n  c: 2\n  d: 3\ne: 4\n");
  EXPECT_EQ(merged("{a: 1, b: 2}", "{a: 3}"), "a: 3\nb: 2\n");
}

TEST(MergeTest, ListsAreAppended) {
  EXPECT_EQ(merged("{l: [1]}", "{l: [2, 1]}"), "l:\n  - 1\n  - 2\n  - 1\n");
}

TEST(MergeTest, ItemsAboutOneThingAreMerged) {
  EXPECT_EQ(merged("{volumes: [{name: a, x: 1}, {name: b}]}", "{volumes: [{name: a, z: 2}, {name: c}]}"),
            "volumes:\n  - name: a\n    x: 1\n    z: 2\n  - name: b\n  - name: c\n");
  EXPECT_EQ(
      merged("{volumeMounts: [{name: a, mountPath: /x}]}",
             "{volumeMounts: [{name: a, mountPath: /y}, {mountPath: /x, readOnly: true}]}"),
      "volumeMounts:\n  - name: a\n    mountPath: /x\n    readOnly: true\n  - name: a\n    mountPath: /y\n");
  EXPECT_EQ(merged("{ports: [{containerPort: 1}]}", "{ports: [{containerPort: 1, name: http}]}"),
            "ports:\n  - containerPort: 1\n    name: http\n");
}

TEST(MergeTest, DifferentKindsAreAFaultAtTheirPlace) {
  EXPECT_EQ(merged("{a: {b: {c: 1}}}", "a:\n  b: [1]\n"),
            "upper.yaml:2:6: 'a.b' is a list here, and a mapping where it is merged into; write a mapping");
}

TEST(MergeTest, ANullSaysNothingInATemplateAndRemovesInAPatch) {
  EXPECT_EQ(merged("{a: 1, b: 2}", "{a: null, c: null}"), "a: 1\nb: 2\nc: ~\n");
  Node node = read("{a: 1, b: {c: 1, d: 2}}");
  config::Faults faults("patch.yaml");
  merge_patch(node, read("{a: null, b: {c: ~}, e: null}"), faults);
  EXPECT_EQ(yaml_text({node}), "---\nb:\n  d: 2\n");
  EXPECT_TRUE(faults.empty());
}

TEST(MergeTest, AValueThatWouldBeChangedIsAConflictAndAnEqualOneIsNone) {
  config::Faults faults("template.yaml");
  find_conflicts(
      read("spec:\n  replicas: 3\n  same: x\n  own: 1\n  containers:\n    - name: a\n      image: b\n"),
      read("{spec: {replicas: 2, same: x, other: 1, containers: [{name: a, image: c}]}}"), "", faults);
  const std::string text = faults_text(faults);
  EXPECT_THAT(text, HasSubstr("template.yaml:2:13: 'spec.replicas' is set by `manifests`, to '2'"));
  EXPECT_THAT(text, HasSubstr("template.yaml:7:14: 'spec.containers.image' is set by `manifests`, to 'c'"));
  EXPECT_THAT(text, testing::Not(HasSubstr("same")));
}

}  // namespace
}  // namespace streams::runtime::manifests
