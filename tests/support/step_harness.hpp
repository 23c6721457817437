#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <streams/graph.hpp>
#include <streams/message.hpp>
#include <streams/operator.hpp>

namespace streams::test {

/// A record that a step refused, with the envelope as the step gave it.
struct Refused {
  Envelope envelope;
  StepErrorKind kind;
  std::string text;
  int attempts = 1;
};

/// What the runtime is to one step: notes what the step says, and has a clock that tests set.
class FakeStepContext final : public StepContext {
 public:
  void fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) override {
    refused.push_back({envelope, kind, std::string(text), 1});
    if (fail_stops) stopped = true;
  }
  void fail_after(int attempts, const Envelope& envelope, StepErrorKind kind,
                  std::string_view text) override {
    fail(envelope, kind, text);
    refused.back().attempts = attempts;
  }
  void retried() noexcept override { ++retries; }
  void dropped() noexcept override { ++drops; }
  Hold hold() override { return Hold(*epochs_.back()); }
  void set_blocked(bool value) noexcept override {
    blocked = value;
    ++blocked_changes;
  }
  void count_kept_bytes(std::int64_t bytes) noexcept override { kept_bytes += bytes; }
  bool failed() const noexcept override { return stopped; }
  std::chrono::nanoseconds now() const noexcept override { return time; }
  std::uint32_t partition() const noexcept override { return from_partition; }
  std::size_t source_bytes() const noexcept override { return record_bytes; }
  std::size_t parts() const noexcept override { return in_hand_.empty() ? 1 : in_hand_.back()->parts.size(); }
  Kept keep(const Envelope& envelope) override {
    if (parts() != 1) return Kept(Hold(*in_hand_.back()));
    return keep_one({envelope, in_hand_.empty() ? hold() : in_hand_.back()->parts.front().hold.again()});
  }
  Kept keep_part(std::size_t index) override {
    if (in_hand_.empty()) return keep({});
    const Part& part = in_hand_.back()->parts.at(index);
    return keep_one({part.envelope, part.hold.again()});
  }
  Envelope part_envelope(std::size_t index) const override {
    return in_hand_.empty() ? Envelope{} : in_hand_.back()->parts.at(index).envelope;
  }
  Kept join(std::vector<Kept> messages) override {
    std::vector<Part> all;
    for (const Kept& message : messages) {
      for (const Part& part : static_cast<const Message*>(message.hold().counter())->parts)
        all.push_back({part.envelope, part.hold.again()});
    }
    return keep_all(std::move(all));
  }
  void take_in_hand(const Kept& message) override {
    in_hand_.push_back(static_cast<Message*>(message.hold().counter()));
  }
  void put_back() noexcept override { in_hand_.pop_back(); }
  std::function<void()> waker() override {
    return [this] { ++wakes; };
  }

  void next_epoch() { epochs_.push_back(std::make_unique<Epoch>()); }
  /// Holds of an epoch that are open now; epochs are numbered from 0.
  int open_holds(std::size_t epoch = 0) const { return epochs_.at(epoch)->open; }

  std::vector<Refused> refused;
  int drops = 0;
  int retries = 0;
  bool blocked = false;
  int blocked_changes = 0;
  std::int64_t kept_bytes = 0;
  bool fail_stops = false;
  bool stopped = false;
  std::chrono::nanoseconds time{0};
  std::uint32_t from_partition = 0;
  std::size_t record_bytes = 0;
  std::atomic<int> wakes{0};

 private:
  struct Part {
    Envelope envelope;
    Hold hold;
  };
  /// As the runtime's: it pays its parts' debts when the last hold on it goes.
  struct Message final : Hold::Counter {
    void add_hold() noexcept override { ++holds; }
    void drop_hold() noexcept override {
      if (--holds == 0) parts.clear();
    }
    int holds = 0;
    std::vector<Part> parts;
  };
  Kept keep_one(Part part) {
    std::vector<Part> parts;
    parts.push_back(std::move(part));
    return keep_all(std::move(parts));
  }
  Kept keep_all(std::vector<Part> parts) {
    Message& message = *messages_.emplace_back(std::make_unique<Message>());
    Kept kept{Hold(message)};
    message.parts = std::move(parts);
    return kept;
  }

  struct Epoch final : Hold::Counter {
    void add_hold() noexcept override { ++open; }
    void drop_hold() noexcept override { --open; }
    int open = 0;
  };
  std::vector<std::unique_ptr<Epoch>> epochs_ = [] {
    std::vector<std::unique_ptr<Epoch>> first;
    first.push_back(std::make_unique<Epoch>());
    return first;
  }();
  std::vector<std::unique_ptr<Message>> messages_;
  std::vector<Message*> in_hand_;
};

/// Keeps copies of what reaches it.
template <class T>
class Recorder final : public Operator {
 public:
  void process(Envelope& envelope, void* payload) override {
    messages.emplace_back(*static_cast<const T*>(payload), envelope);
  }
  std::vector<Message<T>> messages;
};

/// One step by hand: feeds it records of type `In` and keeps what it emits. `Out` is void for a sink.
///
///     StepHarness<int, int> step(Map("double", [](int x) { return 2 * x; }));
///     step.feed(21);
///     EXPECT_EQ(step.payloads(), std::vector{42});
template <class In, class Out = void>
class StepHarness {
 public:
  template <class Step>
  explicit StepHarness(Step step) : StepHarness(std::move(step).template node<In>()) {}
  explicit StepHarness(Node node) : node_(std::move(node)), operator_(make()) {}

  void feed(In payload, Envelope envelope = {}) { operator_->process(envelope, &payload); }
  std::chrono::nanoseconds poll() { return operator_->poll(context.time); }
  void flush() { operator_->flush(); }

  /// Another worker's instance of the same step, joined to the same recorder.
  std::unique_ptr<Operator> make() {
    std::unique_ptr<Operator> made = node_.make(node_.options);
    if constexpr (std::is_void_v<Out>) {
      made->open(context, nullptr);
    } else {
      made->open(context, &recorder_);
    }
    return made;
  }

  const Node& node() const { return node_; }
  Operator& step() { return *operator_; }
  const auto& messages() const { return recorder_.messages; }
  auto payloads() const {
    std::vector<Out> values;
    for (const auto& message : recorder_.messages) values.push_back(message.payload);
    return values;
  }
  void destroy() { operator_.reset(); }

  FakeStepContext context;

 private:
  struct Nothing {};
  std::conditional_t<std::is_void_v<Out>, Nothing,
                     Recorder<std::conditional_t<std::is_void_v<Out>, int, Out>>>
      recorder_;
  Node node_;
  std::unique_ptr<Operator> operator_;
};

/// An envelope in which every part is set.
inline Envelope full_envelope() {
  return {Bytes::copy_of("key"), Headers{{"trace", Bytes::copy_of("t1")}},
          Timestamp(std::chrono::milliseconds(1700)), Origin{"orders", 3, 42}};
}

}  // namespace streams::test
