#include "app/module_loader.hpp"

#include <dlfcn.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/error.hpp>
#include <streams/module.hpp>

#include "unit/app/temporary_folder.hpp"

namespace streams::runtime {
namespace {

using ::testing::HasSubstr;

std::filesystem::path test_module(const char* name) {
  return std::filesystem::path(STREAMS_TEST_MODULES) / (std::string(name) + ".so");
}

std::string refusal(const std::filesystem::path& path) {
  const absl::StatusOr<Graph> graph = load_module(path);
  EXPECT_FALSE(graph.ok());
  return std::string(graph.status().message());
}

TEST(ModuleLoaderTest, GivesTheGraphUnderThePipelinesName) {
  const absl::StatusOr<Graph> graph = load_module(test_module("whole_module"));
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(graph->name(), "whole");
  ASSERT_EQ(graph->nodes().size(), 2u);
  EXPECT_EQ(graph->nodes()[0].stream, "orders");
}

TEST(ModuleLoaderTest, AModuleStaysInTheProcess) {
  ASSERT_TRUE(load_module(test_module("whole_module")).ok());
  void* handle = ::dlopen(test_module("whole_module").c_str(), RTLD_NOLOAD | RTLD_LAZY);
  EXPECT_NE(handle, nullptr);
}

TEST(ModuleLoaderTest, ThePipelinesFaultsCrossTheBorder) {
  EXPECT_THROW(static_cast<void>(load_module(test_module("faulty_module"))), PipelineError);
}

TEST(ModuleLoaderTest, SaysWhatThePipelineFunctionThrew) {
  EXPECT_EQ(refusal(test_module("throwing_module")),
            test_module("throwing_module").string() +
                ": the pipeline function throwing threw: there is no table of countries");
}

TEST(ModuleLoaderTest, RefusesAModuleOfAnotherAbiAndNamesBothSides) {
  EXPECT_EQ(refusal(test_module("foreign_module")),
            test_module("foreign_module").string() +
                ": the module was built as 'another-compiler', and this program as '" + module::abi_tag() +
                "'; build it again with the compiler and the flags of this program");
}

TEST(ModuleLoaderTest, RefusesALibraryWithoutAPipeline) {
  EXPECT_EQ(refusal(test_module("no_module")),
            test_module("no_module").string() +
                ": there is no pipeline in it (no symbol streams_module_v1): define one with "
                "STREAMS_PIPELINE(name) { ... }, "
                "and build a module with streams_add_pipeline()");
}

TEST(ModuleLoaderTest, ABareNameIsAFileOfThisFolderAndNoLibraryOfTheSystem) {
  EXPECT_THAT(refusal("libc.so.6"), HasSubstr("cannot be loaded: "));
}

TEST(ModuleLoaderTest, SaysWhyAFileCannotBeLoaded) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal(folder.write("text.so", "no ELF")), HasSubstr("cannot be loaded: "));
}

}  // namespace
}  // namespace streams::runtime
