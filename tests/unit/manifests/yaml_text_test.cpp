#include "manifests/yaml_text.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "config/document.hpp"
#include "config/faults.hpp"

namespace streams::runtime::manifests {
namespace {

std::string value_text(Node value) {
  std::string yaml = yaml_text({map({{"k", std::move(value)}})});
  return yaml.substr(std::string("---\nk: ").size());
}

TEST(YamlTextTest, ATextThatLooksLikeAValueHasQuotes) {
  for (const char* word : {"", "~", "null", "True", "no", "on", "Y", "0", "-1", "007", "1e3", "1_000", "0x1F",
                           ".5", ".inf", "12:30:45", "2026-01-31", "0.0.0.0:8080", "="}) {
    EXPECT_EQ(value_text(text(word)), "\"" + std::string(word) + "\"\n");
  }
  for (const char* word :
       {"name", "500m", "256Mi", "/metrics", "a:9092", "nothing", "v1", "apps/v1", "--config", "-", "."})
    EXPECT_EQ(YAML::Load(yaml_text({map({{"k", text(word)}})}))["k"].as<std::string>(), word);
  EXPECT_EQ(value_text(text("500m")), "500m\n");
  EXPECT_EQ(value_text(number(8080)), "8080\n");
  EXPECT_EQ(value_text(boolean(true)), "true\n");
}

TEST(YamlTextTest, EveryTextIsReadBackByteForByte) {
  for (const char* content : {"a: b\nc: d\n",
                              "no newline\nat the end",
                              "two newlines\n\n",
                              "\nfirst empty\n",
                              "  indented\nfirst\n",
                              "tab\there\n",
                              "carriage\r\nreturn\r\n",
                              "bell\a\n",
                              "trailing \nspaces \n",
                              "a\n\n\nb\n",
                              "# comment: \"x\" 'y'\n",
                              "\n",
                              " \n",
                              "\u00fc\u20ac\n",
                              "--- \n...\n",
                              "one: line # not a comment",
                              "- x",
                              "x: y",
                              "'q'",
                              "{a}",
                              "[b]",
                              "&c",
                              "*d",
                              "!e",
                              "%f",
                              "@g",
                              "`h",
                              "trailing ",
                              " leading"}) {
    const std::string yaml = yaml_text({map({{"in", map({{"k", text(content)}})}, {"after", number(1)}})});
    config::Faults faults("x");
    const Node read = config::read_document(yaml, faults);
    ASSERT_TRUE(faults.empty()) << yaml;
    ASSERT_NE(find(read, {"in", "k"}), nullptr) << yaml;
    EXPECT_EQ(find(read, {"in", "k"})->text, content) << yaml;
    EXPECT_EQ(YAML::Load(yaml)["in"]["k"].as<std::string>(), content) << yaml;
  }
}

TEST(YamlTextTest, WhatWasReadIsWrittenWithTheSameTypes) {
  const std::string yaml =
      "---\n"
      "number: 8080\n"
      "text: \"8080\"\n"
      "truth: yes\n"
      "word: \"yes\"\n"
      "\"on\":\n"
      "  - {}\n"
      "  - []\n";
  config::Faults faults("x");
  EXPECT_EQ(yaml_text({config::read_document(yaml, faults)}), yaml);
  EXPECT_TRUE(faults.empty());
}

}  // namespace
}  // namespace streams::runtime::manifests
