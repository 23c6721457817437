#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <streams/step/borrowing.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// The options of a Batch, under their YAML names. Whichever limit is reached first closes a batch.
struct BatchOptions {
  std::optional<std::int64_t> batch_size{};        ///< messages, at least 1
  std::optional<std::int64_t> batch_size_bytes{};  ///< bytes, at least 1, of the payloads as their source had them
  std::optional<std::chrono::milliseconds> batch_timedelta = std::chrono::seconds(10);  ///< age of the first message
};

namespace detail {
STREAMS_EXPORT Options batch_options(const BatchOptions& options);
STREAMS_EXPORT std::vector<std::string> batch_faults(const Options& effective);
/// What is in force; throws PipelineError when it contradicts itself.
STREAMS_EXPORT BatchOptions read_batch_options(const Options& effective);
}  // namespace detail

/// Collects messages into batches: `std::vector<T>`. A batch has messages of one partition only, in their order,
/// so what is in it does not depend on how many threads and processes there are. It has no key and no headers,
/// the origin of its first message and the latest timestamp. Its messages are not committed before it is done
/// with, and they are what goes to the dead letter queue when a later step refuses the batch.
///
///     .apply(Batch("mybatch", {.batch_size = 500, .batch_timedelta = 5s}))
class Batch {
 public:
  static constexpr bool kIsStep = true;

  explicit Batch(std::string name, BatchOptions options = {},
                 std::source_location where = std::source_location::current())
      : head_(std::move(name), where), options_(options) {}

  template <class In>
  using Output = std::vector<In>;
  template <class In>
  static constexpr bool accepts = true;
  template <class In>
  static constexpr void diagnose() {}

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, std::vector<In>>(std::move(head_), "Batch");
    node.options = detail::batch_options(options_);
    node.check = detail::batch_faults;
    node.make = [](const Options& effective) {
      return std::make_unique<Step<In>>(detail::read_batch_options(effective));
    };
    return node;
  }

 private:
  template <class In>
  class Step final : public Operator {
   public:
    explicit Step(const BatchOptions& options)
        : most_(options.batch_size ? static_cast<std::size_t>(*options.batch_size) : SIZE_MAX),
          most_bytes_(options.batch_size_bytes ? static_cast<std::size_t>(*options.batch_size_bytes) : SIZE_MAX),
          age_(options.batch_timedelta) {}

    void process(Envelope& envelope, void* payload) override {
      In& value = *static_cast<In*>(payload);
      Open& batch = open_[context().partition()];
      if (batch.values.empty()) {
        batch.envelope.origin = envelope.origin;
        batch.due = age_ ? context().now() + *age_ : kNever;
      }
      batch.envelope.timestamp = std::max(batch.envelope.timestamp, envelope.timestamp);
      batch.bytes += size_of(value);
      batch.kept.push_back(context().keep(envelope));
      batch.values.push_back(detail::kept_value(value));
      if (batch.values.size() >= most_ || batch.bytes >= most_bytes_) send(batch);
    }

    std::chrono::nanoseconds poll(std::chrono::nanoseconds now) override {
      std::chrono::nanoseconds next = kNever;
      for (auto& [partition, batch] : open_) {
        if (batch.values.empty()) continue;
        if (batch.due <= now) {
          send(batch);
          if (context().failed()) return kNever;
        } else {
          next = std::min(next, batch.due);
        }
      }
      return next;
    }

    void flush() override {
      for (auto& [partition, batch] : open_) {
        if (!batch.values.empty() && !context().failed()) send(batch);
      }
    }

    void forget(std::uint32_t partition) override { open_.erase(partition); }

   private:
    struct Open {
      std::vector<In> values;
      std::vector<Kept> kept;
      Envelope envelope;
      std::size_t bytes = 0;
      std::chrono::nanoseconds due{};
    };

    std::size_t size_of(const In& value) const {
      if constexpr (std::same_as<In, Bytes> || std::same_as<In, std::string>) {
        return value.size();
      } else {
        return context().source_bytes();
      }
    }

    void send(Open& batch) {
      // Taken out first: what follows may look at the step again.
      Open closed = std::exchange(batch, {});
      const Kept whole = context().join(std::move(closed.kept));
      const InHand in_hand(context(), whole);
      emit(closed.envelope, &closed.values);
    }

    std::size_t most_;
    std::size_t most_bytes_;
    std::optional<std::chrono::nanoseconds> age_;
    std::map<std::uint32_t, Open> open_;  // by partition
  };

  detail::StepHead head_;
  BatchOptions options_;
};

}  // namespace streams
