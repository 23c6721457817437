// Whole pipelines with an ObjectSink, on the engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <streams/objects/object_sink.hpp>
#include <streams/streams.hpp>
#include <streams/testing/driver.hpp>

#include "support/await.hpp"

namespace streams::objects {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class ObjectPipelineTest : public ::testing::Test {
 protected:
  ObjectPipelineTest() {
    std::string name = (fs::temp_directory_path() / "streams-objects-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ObjectPipelineTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  Pipeline pipeline(ObjectGenerator generator = {}) const {
    return streaming_source("in", "events")
        .sink(ObjectSink(
            "archive", {.location = "file://" + folder_.string(), .object_generator = std::move(generator)}));
  }
  std::map<std::string, std::string> objects() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      all[fs::relative(entry.path(), folder_).string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return all;
  }
  static bool run_until(testing::Driver& driver, const std::function<bool()>& condition) {
    return tests::await(
        [&] {
          driver.advance(std::chrono::milliseconds(50));
          return condition();
        },
        std::chrono::seconds(20));
  }

  fs::path folder_;
};

TEST_F(ObjectPipelineTest, CommitsARecordOnlyWhenItsObjectIsThereAndWritesOverItAfterACrash) {
  testing::Driver driver(pipeline(), {.connectors = connectors()});
  driver.feed("events", {"a", "b"});
  driver.run();
  // Before any commit.
  ASSERT_TRUE(tests::await([&] { return objects().size() == 2; }, std::chrono::seconds(20)));
  driver.crash();
  driver.start();
  EXPECT_TRUE(run_until(driver, [&] { return driver.committed("events") == 2; }));
  EXPECT_THAT(objects(), ElementsAre(Pair("driver/archive/events/0/00000000000000000000", "a"),
                                     Pair("driver/archive/events/0/00000000000000000001", "b")));
}

TEST_F(ObjectPipelineTest, ARefusedObjectGoesIntoTheQueueOfItsSource) {
  testing::Driver driver(pipeline([](const Message<Bytes>& message) { return message.payload.str(); }),
                         {.config = R"(
pipeline:
  segments:
    - steps_config:
        in: {starts_segment: true, dlq: {topic: dead}}
)",
                          .connectors = connectors()});
  // The second would be a folder's name, and the third is none.
  driver.feed("events", {"folder/good", "folder", "../bad", "last"});
  EXPECT_TRUE(run_until(driver, [&] { return driver.committed("events") == 4; }));
  EXPECT_THAT(objects(), ElementsAre(Pair("folder/good", "folder/good"), Pair("last", "last")));
  // The first is refused by its thread, the second before it gets to one.
  EXPECT_THAT(driver.values("dead"), UnorderedElementsAre("folder", "../bad"));
}

TEST_F(ObjectPipelineTest, AProgramWithoutTheConnectorSaysSo) {
  try {
    testing::Driver driver(pipeline());
    FAIL() << "it was made";
  } catch (const PipelineError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("ObjectSink 'archive': this program has no connector for it (it has none)"));
  }
  try {
    testing::Driver driver(pipeline(),
                           {.connectors = {{.kind = "ObjectSink", .make = {}, .absent = "needs a library"}}});
    FAIL() << "it was made";
  } catch (const PipelineError& error) {
    EXPECT_THAT(error.what(), HasSubstr("ObjectSink 'archive' needs a library"));
  }
}

}  // namespace
}  // namespace streams::objects
