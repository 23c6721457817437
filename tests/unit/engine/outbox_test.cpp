#include "engine/outbox.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/epoch_log.hpp"

namespace streams::runtime {
namespace {

using ::testing::ElementsAre;

class SmallSink final : public Sink {
 public:
  absl::Status start(SinkEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  bool send(const OutgoingRecord& record) override {
    if (taken.size() - acknowledged >= room) return false;
    taken.push_back(record.payload->str());
    tokens.push_back(record.token);
    return true;
  }
  void poll() override {
    while (acknowledging > 0 && acknowledged < tokens.size()) {
      --acknowledging;
      void* token = tokens[acknowledged++];
      if (refuse_next.empty()) {
        events_->delivered(token);
      } else {
        events_->refused(token, std::exchange(refuse_next, ""));
      }
    }
  }
  void flush() override {}

  std::size_t room = 2;
  std::size_t acknowledged = 0;
  int acknowledging = 0;
  std::string refuse_next;
  std::vector<std::string> taken;
  std::vector<void*> tokens;

 private:
  SinkEvents* events_ = nullptr;
};

class Owner final : public DeliveryOwner {
 public:
  bool refused(const Envelope&, const RecordInHand&, Hold&, std::string_view text) override {
    texts.emplace_back(text);
    return settles;
  }
  bool settles = true;
  std::vector<std::string> texts;
};

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() {
    log_.begin_partition(0, 0);
    EXPECT_TRUE(sink_.start(outbox_).ok());
  }
  void send(const std::string& text) {
    Envelope envelope;
    outbox_.send(0, envelope, Bytes::copy_of(text), log_.hold(), RecordInHand(), owner_);
  }

  MemoryBudget budget_{1 << 20};
  EpochLog log_;
  SmallSink sink_;
  Owner owner_;
  Outbox outbox_{sink_, budget_, 2};
};

TEST_F(OutboxTest, KeepsTheOrderOfRecordsThatTheSinkHadNoRoomFor) {
  for (const char* text : {"a", "b", "c", "d"}) send(text);
  EXPECT_THAT(sink_.taken, ElementsAre("a", "b"));
  EXPECT_TRUE(outbox_.backed_up());
  sink_.acknowledging = 1;
  outbox_.poll();
  send("e");
  EXPECT_THAT(sink_.taken, ElementsAre("a", "b", "c"));
  sink_.acknowledging = 10;
  outbox_.poll();
  outbox_.poll();
  outbox_.poll();
  EXPECT_THAT(sink_.taken, ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_FALSE(outbox_.backed_up());
}

TEST_F(OutboxTest, HoldsTheEpochUntilTheAcknowledgement) {
  send("a");
  log_.passed(0, 0, {});
  log_.close();
  log_.collect_done();
  EXPECT_FALSE(log_.has_committable());
  sink_.acknowledging = 1;
  outbox_.poll();
  log_.collect_done();
  EXPECT_TRUE(log_.has_committable());
}

TEST_F(OutboxTest, GivesTheBudgetBackWithTheAcknowledgement) {
  send("a");
  send("b");
  outbox_.poll();
  EXPECT_GT(budget_.used(), 0);
  sink_.acknowledging = 2;
  outbox_.poll();
  EXPECT_EQ(budget_.used(), 0);
}

TEST_F(OutboxTest, GivesTheBudgetBackWhenTheWorkerDies) {
  {
    Outbox doomed(sink_, budget_, 2);
    Envelope envelope;
    doomed.send(0, envelope, Bytes::copy_of("a"), log_.hold(), RecordInHand(), owner_);
    doomed.poll();
    EXPECT_GT(budget_.used(), 0);
  }
  EXPECT_EQ(budget_.used(), 0);
}

TEST_F(OutboxTest, ARefusedRecordThatIsDealtWithIsDone) {
  send("a");
  log_.passed(0, 0, {});
  log_.close();
  sink_.refuse_next = "too large";
  sink_.acknowledging = 1;
  outbox_.poll();
  EXPECT_THAT(owner_.texts, ElementsAre("too large"));
  log_.collect_done();
  EXPECT_TRUE(log_.has_committable());
}

TEST_F(OutboxTest, ARefusedRecordThatIsNotDealtWithKeepsItsEpochOpen) {
  owner_.settles = false;
  send("a");
  log_.passed(0, 0, {});
  log_.close();
  sink_.refuse_next = "too large";
  sink_.acknowledging = 1;
  outbox_.poll();
  EXPECT_EQ(outbox_.in_flight(), 0U);
  log_.collect_done();
  EXPECT_FALSE(log_.has_committable());
}

}  // namespace
}  // namespace streams::runtime
