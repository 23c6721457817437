#include "object_sink_step.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include <streams/objects/object_sink.hpp>

#include "support/await.hpp"
#include "support/step_harness.hpp"

namespace streams::objects {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// What became of the objects; a test may hold them up.
struct Shelf {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = true;
  std::vector<std::string> begun;
  std::map<std::string, std::string> objects;
  std::map<std::string, absl::Status> refusals;  // by name

  void set_open(bool value) {
    {
      const std::lock_guard lock(mutex);
      open = value;
    }
    changed.notify_all();
  }
  std::size_t count_begun() {
    const std::lock_guard lock(mutex);
    return begun.size();
  }
};

class ShelfStore final : public ObjectStore {
 public:
  ShelfStore(Shelf& shelf, const StoppablePause& pause) : shelf_(shelf), pause_(pause) {}
  absl::Status put(const ObjectName& name, std::string_view bytes, std::string_view) override {
    std::unique_lock lock(shelf_.mutex);
    shelf_.begun.push_back(name.str());
    while (!shelf_.open && !pause_.stopped()) shelf_.changed.wait_for(lock, std::chrono::milliseconds(1));
    if (!shelf_.open) return absl::CancelledError("the process is stopping");
    const auto refusal = shelf_.refusals.find(name.str());
    if (refusal != shelf_.refusals.end()) return refusal->second;
    shelf_.objects[name.str()] = bytes;
    return absl::OkStatus();
  }
  std::string describe() const override { return "shelf"; }

 private:
  Shelf& shelf_;
  const StoppablePause& pause_;
};

class ObjectSinkStepTest : public ::testing::Test {
 protected:
  void make(ObjectSinkStep::Setup setup) {
    setup.pipeline = "clicks";
    setup.step = "archive";
    auto pause = std::make_unique<StoppablePause>();
    auto store = std::make_unique<ShelfStore>(shelf_, *pause);
    step_ = std::make_unique<ObjectSinkStep>(std::move(setup), std::move(pause), std::move(store));
    step_->open(context_, nullptr);
  }
  void feed(const std::string& text, std::int64_t offset, std::int32_t partition = 0) {
    Envelope envelope;
    envelope.origin = {"events", partition, offset};
    context_.from_partition = static_cast<std::uint32_t>(partition);
    Bytes bytes = Bytes::copy_of(text);
    step_->process(envelope, &bytes);
  }
  /// Polls until nothing is owed any more.
  bool settle() {
    return tests::await(
        [&] {
          step_->poll(context_.time);
          return context_.open_holds() == 0;
        },
        std::chrono::seconds(20));
  }

  Shelf shelf_;
  test::FakeStepContext context_;
  std::unique_ptr<ObjectSinkStep> step_;
};

TEST_F(ObjectSinkStepTest, WritesEachMessageUnderANameFromItsOrigin) {
  make({.extension = ".json", .threads = 2});
  feed("a", 7);
  feed("b", 8);
  feed("b2", 8);
  feed("c", 8, 1);
  ASSERT_TRUE(settle());
  EXPECT_THAT(shelf_.objects,
              ElementsAre(std::pair("clicks/archive/events/0/00000000000000000007.json", "a"),
                          std::pair("clicks/archive/events/0/00000000000000000008-1.json", "b2"),
                          std::pair("clicks/archive/events/0/00000000000000000008.json", "b"),
                          std::pair("clicks/archive/events/1/00000000000000000008.json", "c")));
  EXPECT_THAT(context_.refused, IsEmpty());
  EXPECT_GE(context_.wakes, 1);
}

TEST_F(ObjectSinkStepTest, AReplayWritesOverWhatWasWritten) {
  make({.threads = 1});
  for (int round = 0; round < 2; ++round) {
    feed("a", 7);
    feed("a2", 7);
    ASSERT_TRUE(settle());
    EXPECT_THAT(shelf_.objects, SizeIs(2));
    step_->forget(0);
  }
}

TEST_F(ObjectSinkStepTest, AMessageIsOwedUntilItsObjectIsSafe) {
  make({.threads = 1});
  shelf_.set_open(false);
  feed("a", 1);
  ASSERT_TRUE(tests::await([&] { return shelf_.count_begun() == 1; }, std::chrono::seconds(20)));
  step_->poll(context_.time);
  EXPECT_EQ(context_.open_holds(), 1);
  shelf_.set_open(true);
  EXPECT_TRUE(settle());
}

TEST_F(ObjectSinkStepTest, TakesNoNewRecordsWhileItHasTwiceAsManyAsThreads) {
  make({.threads = 2});
  shelf_.set_open(false);
  for (int i = 0; i < 3; ++i) feed("x", i);
  EXPECT_FALSE(context_.blocked);
  feed("x", 3);
  EXPECT_TRUE(context_.blocked);
  ASSERT_TRUE(tests::await([&] { return shelf_.count_begun() == 2; }, std::chrono::seconds(20)));
  shelf_.set_open(true);
  ASSERT_TRUE(settle());
  EXPECT_FALSE(context_.blocked);
  EXPECT_THAT(shelf_.objects, SizeIs(4));
}

TEST_F(ObjectSinkStepTest, CountsTheBytesOfItsObjectsUntilEachHasEnded) {
  make({.threads = 1, .generator = [](const Message<Bytes>& message) { return message.payload.str(); }});
  shelf_.refusals["bad"] = absl::PermissionDeniedError("403");
  shelf_.set_open(false);
  feed("good", 1);
  feed("bad", 2);
  EXPECT_EQ(context_.kept_bytes, 7);
  ASSERT_TRUE(tests::await([&] { return shelf_.count_begun() == 1; }, std::chrono::seconds(20)));
  feed("gone", 3, 1);
  feed("gone", 4, 1);
  EXPECT_EQ(context_.kept_bytes, 15);
  step_->forget(1);
  EXPECT_EQ(context_.kept_bytes, 7);
  shelf_.set_open(true);
  ASSERT_TRUE(settle());
  EXPECT_EQ(context_.kept_bytes, 0);
  shelf_.set_open(false);
  feed("last", 5);
  step_.reset();
  EXPECT_EQ(context_.kept_bytes, 0);
}

TEST_F(ObjectSinkStepTest, ARefusedObjectIsAStepErrorOfItsMessage) {
  make({.threads = 1, .generator = [](const Message<Bytes>& message) { return message.payload.str(); }});
  shelf_.refusals["bad"] = absl::PermissionDeniedError("PUT s3://x: 403");
  feed("good", 1);
  feed("bad", 2);
  ASSERT_TRUE(settle());
  ASSERT_THAT(context_.refused, SizeIs(1));
  EXPECT_EQ(context_.refused[0].kind, StepErrorKind::produce);
  EXPECT_EQ(context_.refused[0].text, "PUT s3://x: 403");
  EXPECT_EQ(context_.refused[0].envelope.origin.offset, 2);
  EXPECT_THAT(shelf_.objects, SizeIs(1));
}

TEST_F(ObjectSinkStepTest, AGeneratorThatThrowsOrMakesNoNameRefusesItsMessage) {
  make({.threads = 1, .generator = [](const Message<Bytes>& message) -> std::string {
          if (message.payload == "throw") throw std::runtime_error("no name for it");
          return message.payload.str();
        }});
  feed("throw", 1);
  feed("../up", 2);
  ASSERT_THAT(context_.refused, SizeIs(2));
  EXPECT_EQ(context_.refused[0].text, "no name for it");
  EXPECT_THAT(context_.refused[1].text, HasSubstr("'..'"));
  EXPECT_EQ(context_.refused[1].kind, StepErrorKind::function);
  EXPECT_EQ(context_.open_holds(), 0);
}

TEST_F(ObjectSinkStepTest, ObjectsOfOneNameAreWrittenInTheOrderOfTheirMessages) {
  make({.threads = 4, .generator = [] { return std::string("same"); }});
  for (int i = 0; i < 200; ++i) feed(std::to_string(i), i);
  ASSERT_TRUE(settle());
  EXPECT_THAT(shelf_.objects, ElementsAre(std::pair("same", "199")));
  EXPECT_THAT(shelf_.begun, SizeIs(200));
}

TEST_F(ObjectSinkStepTest, AForgottenPartitionIsNotOwedAndNotRefused) {
  make({.threads = 2});
  shelf_.set_open(false);
  shelf_.refusals["clicks/archive/events/0/00000000000000000001"] = absl::PermissionDeniedError("403");
  feed("a", 1, 0);
  feed("b", 1, 1);
  step_->forget(0);
  EXPECT_EQ(context_.open_holds(), 1);
  shelf_.set_open(true);
  ASSERT_TRUE(settle());
  EXPECT_THAT(context_.refused, IsEmpty());
}

TEST_F(ObjectSinkStepTest, WhatIsNotWrittenWhenItEndsStaysOwedUntilThen) {
  make({.threads = 1});
  shelf_.set_open(false);
  feed("a", 1);
  feed("b", 2);
  ASSERT_TRUE(tests::await([&] { return shelf_.count_begun() == 1; }, std::chrono::seconds(20)));
  step_->poll(context_.time);
  EXPECT_EQ(context_.open_holds(), 2);
  step_.reset();
  EXPECT_THAT(shelf_.objects, IsEmpty());
  EXPECT_THAT(context_.refused, IsEmpty());
}

TEST_F(ObjectSinkStepTest, WhatHasNotBegunOfAForgottenPartitionIsNotWritten) {
  make({.threads = 1, .generator = [](const Message<Bytes>& message) { return message.payload.str(); }});
  shelf_.set_open(false);
  feed("begun", 1, 0);
  ASSERT_TRUE(tests::await([&] { return shelf_.count_begun() == 1; }, std::chrono::seconds(20)));
  feed("waiting", 2, 0);
  feed("begun", 3, 0);
  feed("begun", 4, 1);
  feed("waiting", 5, 1);
  EXPECT_TRUE(context_.blocked);
  step_->forget(0);
  EXPECT_EQ(context_.open_holds(), 2);
  shelf_.set_open(true);
  ASSERT_TRUE(settle());
  EXPECT_FALSE(context_.blocked);
  std::sort(shelf_.begun.begin(), shelf_.begun.end());
  EXPECT_THAT(shelf_.begun, ElementsAre("begun", "begun", "waiting"));
}

class MakeObjectSinkTest : public ::testing::Test {
 protected:
  template <class Sink>
  static absl::Status open(Sink sink) {
    const Node node = std::move(sink).template node<Bytes>();
    const auto faults = node.check(node.options);
    if (!faults.empty()) return absl::InvalidArgumentError(faults[0]);
    static const runtime::SystemClock kClock;
    const runtime::Environment nothing{.variable = [](const std::string&) { return std::nullopt; },
                                       .read_file = [](const std::string&) { return std::nullopt; }};
    for (const runtime::Connector& connector : connectors()) {
      if (connector.kind == node.kind)
        return connector.make(node, node.options, {"clicks", &kClock, nullptr, nothing}).status();
    }
    return absl::NotFoundError(node.kind);
  }
};

TEST_F(MakeObjectSinkTest, SaysWhatIsWrongWithItsPlace) {
  EXPECT_THAT(std::string(open(ObjectSink("archive")).message()), HasSubstr("location is missing"));
  EXPECT_THAT(std::string(open(ObjectSink("archive", {.location = "ftp://x"})).message()),
              HasSubstr("\"ftp://x\""));
  EXPECT_THAT(
      std::string(open(ObjectSink("archive", {.location = "file:///x", .thread_count = 0})).message()),
      HasSubstr("thread_count must be at least 1"));
  EXPECT_THAT(
      std::string(open(ObjectSink("archive", {.location = "s3://clicks/raw"})).message()),
      AllOf(
          HasSubstr("object_sink_step_test.cpp:"),
          HasSubstr("ObjectSink 'archive' cannot be opened: region: is missing; give it, or set AWS_REGION; "
                    "access_key_id: is missing; give it, or set AWS_ACCESS_KEY_ID; "),
          HasSubstr("steps_config.archive"), Not(HasSubstr("\n"))));
  EXPECT_THAT(std::string(open(GCSSink("mysink", "")).message()), HasSubstr("bucket is missing"));
  EXPECT_THAT(std::string(open(GCSSink("mysink", "a b")).message()),
              HasSubstr("GCSSink 'mysink' cannot be opened: bucket: "));
  EXPECT_TRUE(open(GCSSink("mysink", "arroyo-artifacts", [] { return std::string("a.txt"); })).ok());
  EXPECT_TRUE(open(ObjectSink("archive", {.location = "gs://clicks/raw/"})).ok());
}

}  // namespace
}  // namespace streams::objects
