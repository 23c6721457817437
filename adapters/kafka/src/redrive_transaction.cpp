#include "redrive_transaction.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace streams::kafka {

namespace {

using namespace std::chrono_literals;
using runtime::LedgerEntry;
using runtime::RedrivenRecord;

constexpr auto kBatchPatience = 30s;
constexpr int kTransactionCallTime = 1000;

/// The first record of a batch that a broker did not take.
struct Refusal {
  std::string text;
  void note(rd_kafka_resp_err_t code, std::string_view topic) {
    if (text.empty() && code != RD_KAFKA_RESP_ERR_NO_ERROR)
      text = fmt::format("topic '{}': {}", topic, rd_kafka_err2str(code));
  }
};

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& refusal = *static_cast<Refusal*>(static_cast<ClientOpaque*>(opaque)->owner);
  refusal.note(message->err, rd_kafka_topic_name(message->rkt));
}

HeadersHandle client_headers_of(const Headers& headers) {
  HeadersHandle handle(rd_kafka_headers_new(headers.size()));
  for (const Header& header : headers)
    rd_kafka_header_add(handle.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  return handle;
}

class TransactionalRedrive final : public runtime::DeadLetterRedrive {
 public:
  TransactionalRedrive(RedrivePlan plan, runtime::Log& log) : plan_(std::move(plan)), log_(log) {}

  absl::Status open(const std::function<bool()>& stop) {
    const std::string id = fmt::format("{}.redrive.{}", plan_.pipeline, plan_.queue);
    Properties properties = plan_.ledger_client;
    set_property(properties, {"transactional.id", id, false, ""});
    // What a killed redrive leaves open holds back whoever reads committed records: the broker ends it after this.
    set_property(properties, {"transaction.timeout.ms", "10000", false, ""});
    set_property(properties, {"message.timeout.ms", "10000", false, ""});
    auto ledger = LoggedClient::make(RD_KAFKA_PRODUCER, properties, "kafka redrive of " + plan_.queue, log_,
                                     on_delivery, &refusal_);
    if (!ledger.ok()) return ledger.status();
    ledger_ = *std::move(ledger);
    if (absl::Status status = add_target(plan_.source); !status.ok()) return status;
    for (const RedriveTopic& topic : plan_.internal_topics) {
      if (absl::Status status = add_target(topic); !status.ok()) return status;
    }
    return retried("the redrive cannot begin", stop,
                   [&] { return rd_kafka_init_transactions(ledger_->get(), kTransactionCallTime); });
  }

  absl::Status commit(std::span<const RedrivenRecord> batch) override {
    refusal_ = {};
    if (const ErrorHandle error(rd_kafka_begin_transaction(ledger_->get())); error)
      return status_of("a transaction cannot begin", *error);
    absl::Status status = write(batch);
    if (status.ok()) {
      status = retried("the transaction is not committed", never,
                       [&] { return rd_kafka_commit_transaction(ledger_->get(), kTransactionCallTime); });
      if (!status.ok() && !refusal_.text.empty() && !absl::IsAborted(status)) status = refused(batch);
    }
    if (!status.ok()) abort();
    return status;
  }

 private:
  struct Target {
    const RedriveTopic* topic = nullptr;
    std::unique_ptr<LoggedClient> client{};  ///< null: the ledger's
  };

  static bool never() { return false; }

  absl::Status add_target(const RedriveTopic& topic) {
    Target target{&topic};
    if (topic.client) {
      Properties properties = *topic.client;
      set_property(properties, {"message.timeout.ms", "30000", false, ""});
      auto client = LoggedClient::make(RD_KAFKA_PRODUCER, properties, "kafka redrive to " + topic.name, log_,
                                       on_delivery, &refusal_);
      if (!client.ok()) return client.status();
      target.client = *std::move(client);
    }
    targets_.push_back(std::move(target));
    return absl::OkStatus();
  }

  /// Puts the batch into the clients. With two clusters the ledger's part is in the open transaction first, so that a
  /// redrive that was fenced writes nothing to the source.
  absl::Status write(std::span<const RedrivenRecord> batch) {
    for (const RedrivenRecord& one : batch) {
      if (absl::Status status = write_entry(one.ledger); !status.ok()) return status;
    }
    const bool elsewhere = std::any_of(targets_.begin(), targets_.end(),
                                       [](const Target& target) { return target.client != nullptr; });
    if (elsewhere) {
      if (absl::Status status = flush(*ledger_, batch); !status.ok()) return status;
    }
    for (const RedrivenRecord& one : batch) {
      if (absl::Status status = write_record(one); !status.ok()) return status;
    }
    for (const Target& target : targets_) {
      if (target.client == nullptr) continue;
      if (absl::Status status = flush(*target.client, batch); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status write_entry(const LedgerEntry& entry) {
    const std::string key = fmt::format("{}/{}", entry.partition, entry.offset);
    return produce(*ledger_, plan_.ledger, [&](rd_kafka_t* client) {
      return rd_kafka_producev(
          client, RD_KAFKA_V_TOPIC(plan_.ledger.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_KEY(const_cast<char*>(key.data()), key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(entry.record.data()), entry.record.size()), RD_KAFKA_V_END);
    });
  }

  /// The source is the first target; null: it has no such topic.
  const Target* find_target(const std::string& internal_topic) const {
    if (internal_topic.empty()) return &targets_.front();
    const auto found = std::find_if(targets_.begin() + 1, targets_.end(), [&](const Target& target) {
      return target.topic->name == internal_topic;
    });
    return found == targets_.end() ? nullptr : &*found;
  }

  /// Where a record goes that has no key; any other goes where its key leads.
  static std::int32_t partition_of(const RedrivenRecord& one, const RedriveTopic& topic) {
    if (!one.partition || *one.partition < 0) return RD_KAFKA_PARTITION_UA;
    if (!one.internal_topic.empty()) return *one.partition % topic.partitions;
    return *one.partition < topic.partitions ? *one.partition : RD_KAFKA_PARTITION_UA;
  }

  absl::Status write_record(const RedrivenRecord& one) {
    const auto& record = one.record;
    const Target* target = find_target(one.internal_topic);
    if (target == nullptr) {
      return absl::UnavailableError(
          fmt::format("redrive: internal topic '{}' does not exist; start the pipeline once, which makes it",
                      one.internal_topic));
    }
    const RedriveTopic& topic = *target->topic;
    return produce(target->client ? *target->client : *ledger_, topic.name, [&](rd_kafka_t* client) {
      HeadersHandle headers = client_headers_of(record.headers);
      const auto code = rd_kafka_producev(
          client, RD_KAFKA_V_TOPIC(topic.name.c_str()), RD_KAFKA_V_PARTITION(partition_of(one, topic)),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_KEY(const_cast<char*>(record.key.data()), record.key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(record.payload.data()), record.payload.size()),
          RD_KAFKA_V_TIMESTAMP(std::max<std::int64_t>(record.timestamp.time_since_epoch().count(), 0)),
          RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_END);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        [[maybe_unused]] auto* taken_by_the_message = headers.release();
      }
      return code;
    });
  }

  template <class Produce>
  absl::Status produce(const LoggedClient& client, const std::string& topic, Produce produce_once) {
    const auto deadline = std::chrono::steady_clock::now() + kBatchPatience;
    for (;;) {
      const auto code = produce_once(client.get());
      rd_kafka_poll(client.get(), code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 100 : 0);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && std::chrono::steady_clock::now() < deadline) continue;
      if (absl::Status fenced = fenced_status(code); !fenced.ok()) return fenced;
      return absl::UnavailableError(
          fmt::format("redrive: topic '{}' does not take a record: {}", topic, rd_kafka_err2str(code)));
    }
  }

  absl::Status flush(const LoggedClient& client, std::span<const RedrivenRecord> batch) {
    const auto code =
        rd_kafka_flush(client.get(), static_cast<int>(std::chrono::milliseconds(kBatchPatience).count()));
    if (absl::Status fenced = fenced_status(RD_KAFKA_RESP_ERR__FATAL); !fenced.ok()) return fenced;
    if (!refusal_.text.empty()) return refused(batch);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    return absl::UnavailableError(
        fmt::format("redrive: a batch is not acknowledged: {}", rd_kafka_err2str(code)));
  }

  void abort() {
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    for (;;) {
      const ErrorHandle error(rd_kafka_abort_transaction(ledger_->get(), kTransactionCallTime));
      // Not aborted, it ends by itself: the broker has its time-out, and the next redrive fences this one.
      if (!error || !rd_kafka_error_is_retriable(error.get()) || std::chrono::steady_clock::now() > deadline)
        return;
    }
  }

  template <class Call>
  absl::Status retried(std::string_view what, const std::function<bool()>& stop, Call call) {
    const auto deadline = std::chrono::steady_clock::now() + kBatchPatience;
    for (;;) {
      const ErrorHandle error(call());
      if (!error) return absl::OkStatus();
      const bool may_pass = rd_kafka_error_is_retriable(error.get()) != 0 ||
                            rd_kafka_error_code(error.get()) == RD_KAFKA_RESP_ERR__TIMED_OUT;
      if (stop()) return absl::CancelledError();
      if (!may_pass || std::chrono::steady_clock::now() > deadline) return status_of(what, *error);
    }
  }

  absl::Status refused(std::span<const RedrivenRecord> batch) const {
    return absl::UnavailableError(fmt::format(
        "redrive: a record of the batch from {}/{} to {}/{} of '{}' is not taken, and nothing of this batch "
        "was "
        "written: {}; mend the topic's settings, or leave such records out with --partition and --offset",
        batch.front().ledger.partition, batch.front().ledger.offset, batch.back().ledger.partition,
        batch.back().ledger.offset, plan_.queue, refusal_.text));
  }

  /// OK unless another redrive has taken over.
  absl::Status fenced_status(rd_kafka_resp_err_t code) const {
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
      std::array<char, 256> reason{};
      code = rd_kafka_fatal_error(ledger_->get(), reason.data(), reason.size());
    }
    if (code != RD_KAFKA_RESP_ERR__FENCED && code != RD_KAFKA_RESP_ERR_PRODUCER_FENCED &&
        code != RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
      return absl::OkStatus();
    return absl::AbortedError(
        fmt::format("another redrive of '{}' for pipeline {} was started after this one and has taken over, "
                    "so this one ends; what "
                    "it had committed is in '{}' and is not written again; let the other one finish, then "
                    "run this command again "
                    "if anything is left",
                    plan_.queue, plan_.pipeline, plan_.ledger));
  }

  absl::Status status_of(std::string_view what, const rd_kafka_error_t& error) const {
    if (absl::Status fenced = fenced_status(rd_kafka_error_code(&error)); !fenced.ok()) return fenced;
    return absl::UnavailableError(
        fmt::format("redrive of '{}': {}: {}", plan_.queue, what, rd_kafka_error_string(&error)));
  }

  RedrivePlan plan_;
  runtime::Log& log_;
  Refusal refusal_;
  std::unique_ptr<LoggedClient> ledger_;
  std::vector<Target> targets_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::DeadLetterRedrive>> open_redrive(const RedrivePlan& plan,
                                                                         runtime::Log& log,
                                                                         const std::function<bool()>& stop) {
  auto redrive = std::make_unique<TransactionalRedrive>(plan, log);
  if (absl::Status status = redrive->open(stop); !status.ok()) return status;
  return redrive;
}

}  // namespace streams::kafka
