#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>

#include <streams/streams.hpp>

namespace streams::module_test {

STREAMS_PIPELINE(tiny) {
  return streaming_source("in", "t").sink(DevNullSink("out"));
}

Pipeline throws() {
  throw std::runtime_error("no such table");
}
Pipeline throws_an_int() {
  throw 5;
}

constinit const module::Descriptor kTiny = module::describe<&tiny>("tiny");

namespace {

TEST(ModuleTest, ThePipelineIsAFunctionThatTestsCanCall) {
  EXPECT_EQ(tiny().graph("tiny").nodes().size(), 2u);
}

TEST(ModuleTest, BuildsThroughTheDescriptor) {
  std::array<char, 100> error{};
  Pipeline* built = kTiny.build(error.data(), error.size());
  ASSERT_NE(built, nullptr);
  EXPECT_TRUE(built->validate().empty());
  kTiny.destroy(built);
  EXPECT_STREQ(kTiny.name, "tiny");
}

TEST(ModuleTest, GivesTheTextOfWhatTheFunctionThrew) {
  std::array<char, 100> error{};
  EXPECT_EQ(module::describe<&throws>("x").build(error.data(), error.size()), nullptr);
  EXPECT_STREQ(error.data(), "no such table");
  EXPECT_EQ(module::describe<&throws_an_int>("x").build(error.data(), error.size()), nullptr);
  EXPECT_STREQ(error.data(), "the pipeline function threw an exception that is no std::exception");
}

TEST(ModuleTest, CutsATextThatDoesNotFit) {
  std::array<char, 8> error{};
  module::describe<&throws>("x").build(error.data(), 3);
  EXPECT_STREQ(error.data(), "no");
  EXPECT_EQ(module::describe<&throws>("x").build(nullptr, 0), nullptr);
}

TEST(ModuleTest, AcceptsAModuleThatWasBuiltAlike) {
  EXPECT_EQ(module::module_mismatch(kTiny), std::nullopt);
}

TEST(ModuleTest, AcceptsAnOlderMinorVersion) {
  static_assert(module::kApiMinor == 0, "make this test use an older minor version");
  module::Descriptor newer = kTiny;
  newer.api_minor = module::kApiMinor + 1;
  EXPECT_EQ(module::module_mismatch(newer),
            "the module was built for API version 1.1, and this is version 1.0; build it again with this "
            "version of "
            "Streams");
}

TEST(ModuleTest, NamesBothSidesOfEachMismatch) {
  module::Descriptor magic = kTiny;
  magic.magic = 0xabc;
  EXPECT_EQ(module::module_mismatch(magic),
            "this is no Streams module: its magic is 0x0000000000000abc, and 0x31304d5354525453 is expected; "
            "build it "
            "with STREAMS_PIPELINE");
  module::Descriptor size = kTiny;
  size.struct_size = 8;
  EXPECT_EQ(module::module_mismatch(size),
            "the module's descriptor has 8 bytes, and " + std::to_string(sizeof(module::Descriptor)) +
                " are expected here; build it again with this version of Streams");
  module::Descriptor major = kTiny;
  major.api_major = 2;
  EXPECT_EQ(module::module_mismatch(major),
            "the module was built for API version 2.0, and this is version 1.0; build it again with this "
            "version of "
            "Streams");
  module::Descriptor tag = kTiny;
  tag.abi_tag = "other-1 plain";
  EXPECT_EQ(
      module::module_mismatch(tag, "gcc-12 plain"),
      "the module was built as 'other-1 plain', and this program as 'gcc-12 plain'; build it again with the "
      "compiler and the flags of this program");
  module::Descriptor hollow = kTiny;
  hollow.build = nullptr;
  EXPECT_EQ(
      module::module_mismatch(hollow),
      "the module's descriptor has no name, build or destroy; define the pipeline with STREAMS_PIPELINE");
}

TEST(ModuleTest, ReadsNothingBehindAMismatch) {
  module::Descriptor foreign = kTiny;
  foreign.magic = 0;
  foreign.abi_tag = reinterpret_cast<const char*>(8);
  EXPECT_NE(module::module_mismatch(foreign), std::nullopt);
}

TEST(ModuleTest, TheTagNamesCompilerLibraryAndVersion) {
  const std::string tag = module::abi_tag();
  EXPECT_NE(tag.find("streams-" STREAMS_VERSION), std::string::npos) << tag;
#if defined(__SANITIZE_ADDRESS__)
  EXPECT_NE(tag.find("asan"), std::string::npos) << tag;
#endif
#if defined(__GNUC__) && !defined(__clang__)
  EXPECT_EQ(tag.rfind("gcc-" + std::to_string(__GNUC__) + " libstdc++-cxx11abi", 0), 0u) << tag;
#endif
}

}  // namespace
}  // namespace streams::module_test
