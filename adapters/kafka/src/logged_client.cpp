#include "logged_client.hpp"

#include <array>

#include <fmt/format.h>

namespace streams::kafka {

absl::StatusOr<std::unique_ptr<LoggedClient>> LoggedClient::make(rd_kafka_type_t type,
                                                                 const Properties& properties,
                                                                 std::string name, runtime::Log& log,
                                                                 DeliveryReport report, void* owner) {
  auto conf = make_conf(properties);
  if (!conf.ok()) return conf.status();
  std::unique_ptr<LoggedClient> made(new LoggedClient(name, log, owner));
  rd_kafka_conf_set_opaque(conf->get(), &made->opaque_);
  rd_kafka_conf_set_log_cb(conf->get(), write_client_log);
  if (report != nullptr) rd_kafka_conf_set_dr_msg_cb(conf->get(), report);
  std::array<char, 512> reason{};
  made->client_.reset(rd_kafka_new(type, conf->get(), reason.data(), reason.size()));
  if (!made->client_)
    return absl::InvalidArgumentError(fmt::format("{}: cannot make a client: {}", name, reason.data()));
  [[maybe_unused]] auto* taken_by_the_client = conf->release();
  return made;
}

}  // namespace streams::kafka
