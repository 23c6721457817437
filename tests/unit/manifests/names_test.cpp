#include "manifests/names.hpp"

#include <gtest/gtest.h>

#include <string>

namespace streams::runtime::manifests {
namespace {

TEST(NamesTest, ANameBecomesALabelAsTheOriginalMakesIt) {
  EXPECT_EQ(dns_label("sbc.profiles"), "sbc-profiles");
  EXPECT_EQ(dns_label("my_module.sub_module"), "my-module-sub-module");
  EXPECT_EQ(dns_label("MyModule.SubModule"), "mymodule-submodule");
  EXPECT_EQ(dns_label("my@module.sub#module"), "mymodule-submodule");
}

TEST(NamesTest, ALabelHasNoDashAtItsEnds) {
  EXPECT_EQ(dns_label("_private_"), "private");
  EXPECT_EQ(dns_label("@-x-@"), "x");
  EXPECT_EQ(dns_label("\u00fc..."), "");
}

TEST(NamesTest, ALabelIsCutAtItsLongest) {
  EXPECT_EQ(cut_label(std::string(63, 'a')), std::string(63, 'a'));
  EXPECT_EQ(cut_label(std::string(62, 'a') + "-b"), std::string(62, 'a'));
}

}  // namespace
}  // namespace streams::runtime::manifests
