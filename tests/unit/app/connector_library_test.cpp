#include <streams/runtime/connector_library.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/app/temporary_folder.hpp"

namespace streams::runtime {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string library(const std::string& name) {
  return std::string(STREAMS_TEST_MODULES) + "/" + name + ".so";
}

std::string refusal(const std::string& file, const std::string& kind = "Stamp") {
  const absl::StatusOr<Connector> connector = load_connector(file, kind);
  EXPECT_FALSE(connector.ok());
  return std::string(connector.status().message());
}

TEST(ConnectorLibraryTest, MakesStepsOrSaysWhyNot) {
  const absl::StatusOr<Connector> connector = load_connector(library("whole_connector"), "Stamp");
  ASSERT_TRUE(connector.ok()) << connector.status();
  Node node;
  node.name = "good";
  EXPECT_TRUE(connector->make(node, {}, {}).ok());
  node.name = "bad";
  EXPECT_EQ(connector->make(node, {}, {}).status().message(), "Stamp 'bad': there is no ink");
}

TEST(ConnectorLibraryTest, RefusesOneOfAnotherAbiAndNamesBothSides) {
  EXPECT_EQ(refusal(library("foreign_connector")),
            library("foreign_connector") + ": it was built as 'another-compiler', and this program as '" +
                module::abi_tag() + "'; build and install it with this program");
}

TEST(ConnectorLibraryTest, RefusesWhatHasNoSuchConnector) {
  EXPECT_THAT(refusal(library("no_module")), HasSubstr("no symbol streams_connector_v1"));
  EXPECT_THAT(refusal(library("whole_connector"), "Other"), HasSubstr("it has Stamp, and not Other"));
}

TEST(ConnectorLibraryTest, SaysWhyAFileCannotBeLoaded) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal(folder.write("text.so", "no ELF").string()), HasSubstr("cannot be loaded: "));
  EXPECT_THAT(refusal("libc.so.6"), HasSubstr("cannot be loaded: "));
}

TEST(ConnectorLibraryTest, OneThatIsNotInstalledIsNamedWithItsPlaceAndHowToGetIt) {
  const Connector late = late_connector("Stamp", "stamp.so", "buy one");
  EXPECT_FALSE(late.make);
  EXPECT_THAT(std::string(late.load().status().message()),
              AllOf(StartsWith("it needs the library /"),
                    HasSubstr("/lib/streams/stamp.so, which is not there: buy one")));
}

}  // namespace
}  // namespace streams::runtime
