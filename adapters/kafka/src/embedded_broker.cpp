#include "embedded_broker.hpp"

#include <fmt/format.h>

#include <array>

#include "client_config.hpp"
#include "handles.hpp"
#include "log_bridge.hpp"

namespace streams::kafka {

namespace {

constexpr int kRoundTime = 100;

class MockBroker final : public runtime::EmbeddedBroker {
 public:
  explicit MockBroker(runtime::Log& log) : log_(log) {}

  absl::Status start() {
    auto client = make_client(RD_KAFKA_PRODUCER, {{"client.id", "streams-embedded", false, ""}});
    if (!client.ok()) return client.status();
    host_ = *std::move(client);
    cluster_.reset(rd_kafka_mock_cluster_new(host_.get(), 1));
    if (!cluster_) return absl::InternalError("cannot start librdkafka's mock cluster");
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster_.get(), 0);
    return absl::OkStatus();
  }

  std::string bootstrap_servers() const override { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }

  absl::Status create_topic(const std::string& topic, int partitions) override {
    const auto code = rd_kafka_mock_topic_create(cluster_.get(), topic.c_str(), partitions, 1);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    return absl::InvalidArgumentError(
        fmt::format("embedded broker: cannot create topic '{}': {}", topic, rd_kafka_err2str(code)));
  }

  absl::Status produce_lines(const std::string& topic, const std::vector<std::string>& lines) override {
    auto client = make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap_servers(), false, ""},
                                                  {"client.id", "streams-seed", false, ""},
                                                  {"partitioner", "murmur2_random", false, ""},
                                                  {"enable.idempotence", "true", false, ""}});
    if (!client.ok()) return client.status();
    rd_kafka_t* producer = client->get();
    const auto failed = [&](rd_kafka_resp_err_t code) {
      return absl::InternalError(
          fmt::format("embedded broker: cannot write to topic '{}': {}", topic, rd_kafka_err2str(code)));
    };
    {
      const TopicHandle handle(rd_kafka_topic_new(producer, topic.c_str(), nullptr));
      for (const std::string& line : lines) {
        while (rd_kafka_produce(handle.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                                const_cast<char*>(line.data()), line.size(), nullptr, 0, nullptr) != 0) {
          const auto code = rd_kafka_last_error();
          if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return failed(code);
          rd_kafka_poll(producer, kRoundTime);
        }
      }
    }
    const auto code = rd_kafka_flush(producer, 10000);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? absl::OkStatus() : failed(code);
  }

  absl::Status tail(const std::string& topic, const std::function<bool(std::string_view value)>& record,
                    const std::function<bool()>& stop) override {
    auto client = make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_servers(), false, ""},
                                                  {"client.id", "streams-tail", false, ""},
                                                  {"group.id", "streams-tail", false, ""},
                                                  {"enable.auto.commit", "false", false, ""},
                                                  {"fetch.wait.max.ms", "10", false, ""}});
    if (!client.ok()) return client.status();
    rd_kafka_t* consumer = client->get();
    rd_kafka_poll_set_consumer(consumer);
    {
      const TopicHandle handle(rd_kafka_topic_new(consumer, topic.c_str(), nullptr));
      const rd_kafka_metadata_t* raw = nullptr;
      const auto code = rd_kafka_metadata(consumer, 0, handle.get(), &raw, 5000);
      const MetadataHandle metadata(raw);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return absl::UnavailableError(
            fmt::format("embedded broker: cannot read topic '{}': {}", topic, rd_kafka_err2str(code)));
      const int partitions = metadata->topics[0].partition_cnt;
      const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions));
      for (int partition = 0; partition < partitions; ++partition)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
      rd_kafka_assign(consumer, list.get());
    }
    while (!stop()) {
      const MessageHandle message(rd_kafka_consumer_poll(consumer, kRoundTime));
      if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      if (!record({static_cast<const char*>(message->payload), message->len})) break;
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<ClientHandle> make_client(rd_kafka_type_t type, const Properties& properties) {
    auto conf = make_conf(properties);
    if (!conf.ok()) return conf.status();
    rd_kafka_conf_set_opaque(conf->get(), &opaque_);
    rd_kafka_conf_set_log_cb(conf->get(), write_client_log);
    std::array<char, 512> reason{};
    ClientHandle client(rd_kafka_new(type, conf->get(), reason.data(), reason.size()));
    if (!client) return absl::InternalError(fmt::format("embedded broker: {}", reason.data()));
    [[maybe_unused]] auto* taken_by_the_client = conf->release();
    return client;
  }

  runtime::Log& log_;
  LogBridge bridge_{log_, "embedded broker"};
  ClientOpaque opaque_{.log = &bridge_, .owner = nullptr};
  ClientHandle host_;
  MockClusterHandle cluster_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::EmbeddedBroker>> make_embedded_broker(
    const runtime::AdapterContext& context) {
  auto broker = std::make_unique<MockBroker>(*context.log);
  if (auto status = broker->start(); !status.ok()) return status;
  return broker;
}

}  // namespace streams::kafka
