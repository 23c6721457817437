#include "config/key_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "config/reference_page.hpp"
#include "config/schema.hpp"
#include "unit/config/case_file.hpp"
#include "unit/config/fake_environment.hpp"
#include "unit/config/key_files.hpp"

// Every key of the table: what is written about it, and what it does.
namespace {

using namespace streams::runtime;
using namespace streams::runtime::config;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

DeploymentConfig parse(const std::string& yaml) {
  return parse_config(yaml, "f.yaml", FakeEnvironment{}.get());
}

std::string shown_path(const KeyRow& row) {
  std::string path(row.path);
  const std::pair<std::string_view, std::string_view> names[] = {
      {"segments[]", "segments[0]"}, {"<step>", "s"}, {"<adapter>", "other_one"}};
  for (const auto& [placeholder, name] : names) {
    if (const auto at = path.find(placeholder); at != std::string::npos)
      path.replace(at, placeholder.size(), name);
  }
  return path;
}

/// The lines of the printed configuration that speak of this key.
std::string printed(const KeyRow& row, const DeploymentConfig& config) {
  std::string lines;
  const std::string path = shown_path(row);
  const std::string text = masked_text(config);
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    if (line.starts_with(path + " ") || line.starts_with(path + ".")) lines += line + "\n";
    begin = end + 1;
  }
  return lines;
}

class EveryKeyTest : public testing::TestWithParam<const KeyRow*> {};

TEST_P(EveryKeyTest, SaysWhatItDoes) {
  const KeyRow& row = *GetParam();
  EXPECT_THAT(std::string(row.effect), Not(IsEmpty()));
  EXPECT_THAT(std::string(row.example), Not(IsEmpty()));
  EXPECT_NE(row.forms, 0U);
  EXPECT_NE(row.slot, nullptr);
  EXPECT_EQ(row.effect.starts_with("none: "), row.without_meaning);
  EXPECT_EQ((row.forms & kChoice) != 0, !row.choices.empty());
}

TEST_P(EveryKeyTest, ItsExampleLoadsAndChangesTheConfiguration) {
  const KeyRow& row = *GetParam();
  const DeploymentConfig with = parse(file_with(row, row.example));
  if (row.without_meaning) {
    ASSERT_FALSE(with.warnings.empty());
    return;
  }
  if ((row.forms & ~unsigned{kMapping | kEntries}) == 0) return;  // its keys have their own rows
  const DeploymentConfig without = parse(smallest_file());
  EXPECT_NE(printed(row, with), printed(row, without)) << row.path;
  EXPECT_THAT(with.warnings, IsEmpty());
}

TEST_P(EveryKeyTest, ItsDefaultWrittenOutChangesNothing) {
  const KeyRow& row = *GetParam();
  if (row.default_text.empty() || row.path.find("<step>") != std::string_view::npos) return;
  const DeploymentConfig with = parse(file_with(row, row.default_text));
  const DeploymentConfig without = parse(smallest_file());
  EXPECT_EQ(printed(row, with), printed(row, without)) << row.path;
}

TEST_P(EveryKeyTest, AValueOfAnotherFormIsAFault) {
  const KeyRow& row = *GetParam();
  const bool takes_mapping = (row.forms & (kMapping | kParams | kOpenParams | kOpen)) != 0;
  const std::string wrong = takes_mapping ? "[[1]]" : "{zz: {zz: 1}}";
  EXPECT_THROW(parse(file_with(row, wrong)), ConfigError) << file_with(row, wrong);
}

TEST_P(EveryKeyTest, IsOnTheReferencePage) {
  const std::string_view key = key_of(*GetParam());
  EXPECT_THAT(reference_page(),
              HasSubstr(std::string(key.starts_with('<') ? key.substr(0, key.size() - 1) : key)));
}

std::vector<const KeyRow*> all_rows() {
  std::vector<const KeyRow*> rows;
  for (const KeyRow& row : key_table()) rows.push_back(&row);
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryKeyTest, testing::ValuesIn(all_rows()), [](const auto& test) {
  std::string name;
  for (const char c : test.param->path) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

TEST(KeyTableTest, NoPathIsThereTwiceAndEveryParentIsAMapping) {
  std::set<std::string_view> paths;
  std::set<std::string> insides{""};
  for (const KeyRow& row : key_table()) {
    EXPECT_TRUE(paths.insert(row.path).second) << row.path;
    if ((row.forms & (kMapping | kEntries)) != 0) insides.insert(inner_path(row));
    const auto dot = row.path.rfind('.');
    const std::string parent(dot == std::string_view::npos ? std::string_view{} : row.path.substr(0, dot));
    EXPECT_TRUE(insides.contains(parent)) << row.path << " stands before its parent";
  }
}

TEST(KeyTableTest, TheReferencePageIsUpToDate) {
  expect_file("docs/configuration.md", reference_page());
}

TEST(KeyTableTest, TheSchemaIsUpToDate) {
  expect_file("deployment_config/schema.json", json_schema());
}

}  // namespace
