#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/log.hpp>

#include "client_config.hpp"
#include "handles.hpp"
#include "log_bridge.hpp"
#include "outage.hpp"
#include "topic_check.hpp"
#include "waiter.hpp"

namespace streams::kafka {

/// A producer and how it is made: one for all sinks of a worker with the same cluster and properties.
struct ProducerPlan {
  std::string name;  ///< for the log
  Properties properties;
};

/// A sink, in the order of `Segment::sinks`.
struct SinkPlan {
  std::string step;
  std::string topic;
  std::size_t producer = 0;  ///< index of its ProducerPlan
  TopicFacts facts;
};

/// A record's headers as the sink finds them; both null: none.
struct RecordHeaders {
  HeadersHandle own;  ///< what the consumed message has, and nobody changed
  const Headers* changed = nullptr;
};

/// A record as rd_kafka_produceva takes it.
using ProduceFields = std::array<rd_kafka_vu_t, 7>;

/// One worker's writing end. Payloads are not copied: they stay where they are until their report.
///
/// What a broker refuses in a batch it refuses with all the batch's records. So what can be known of a record
/// is checked before it is enqueued, and a refused batch of several records ends the sink: none of them may
/// be called at fault.
class KafkaSink final : public runtime::Sink {
 public:
  KafkaSink(std::vector<ProducerPlan> producers, std::vector<SinkPlan> sinks,
            const HeaderReader& source_headers, KafkaWaiter& waiter, const runtime::Clock& clock,
            runtime::Log& log);
  ~KafkaSink() override;

  absl::Status start(runtime::SinkEvents& events) override;
  bool send(const runtime::OutgoingRecord& record) override;
  void poll() override;
  void flush() override { flush_wanted_ = true; }
  runtime::Connection connection() const override;

 private:
  struct Producer {
    Producer(ProducerPlan of, KafkaSink& owner, runtime::Log& log);

    ProducerPlan plan;
    LogBridge bridge;
    Outage outage;
    ClientOpaque opaque;
    KafkaSink& sink;
    ClientHandle client;
    QueueHandle reports;
    QueueHandle probe_answers;
    bool probing = false;
    std::chrono::nanoseconds next_probe{0};
    std::int64_t batch_size = 0;
  };
  struct Target {
    SinkPlan plan{};
    Producer* producer = nullptr;
    TopicHandle topic{};
    ProduceFields fields{};  ///< filled in anew for each record
  };

  static void on_report(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque) noexcept;
  static void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) noexcept;

  /// Asks the cluster whether it is back: without a record to send, nothing else would tell.
  void probe(Producer& producer) const;
  void report(Producer& producer, const rd_kafka_message_t& message);
  RecordHeaders headers_of(const Headers& headers);
  HeadersHandle take_headers(rd_kafka_message_t& message);
  /// Why the topic would not take the record; empty when nothing is known against it.
  std::string fault_of(const Target& target, const runtime::OutgoingRecord& record,
                       const RecordHeaders& headers) const;
  bool refuse_or_fail(const Target& target, void* token, rd_kafka_resp_err_t code);
  void fail(const absl::Status& status);

  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<Target> targets_;
  std::vector<SinkPlan> plans_;
  const HeaderReader& source_headers_;
  KafkaWaiter& waiter_;
  const runtime::Clock& clock_;
  runtime::Log& log_;
  runtime::SinkEvents* events_ = nullptr;
  Timestamp now_{};  ///< as of the last poll
  /// Whether a consumed message whose headers were taken can be asked for them again.
  enum class Taking { untried, leaves_headers, leaves_none };
  Taking taking_ = Taking::untried;
  std::uint64_t errors_ = 0;
  bool flush_wanted_ = false;
  bool failed_ = false;
  bool closing_ = false;
};

}  // namespace streams::kafka
