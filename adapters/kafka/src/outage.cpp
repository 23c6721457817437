#include "outage.hpp"

#include <fmt/format.h>

#include <array>

namespace streams::kafka {

void ask_cluster(rd_kafka_t* client, rd_kafka_queue_t* answers) {
  constexpr int kAnswerTimeout = 2000;
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECLUSTER));
  std::array<char, 128> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnswerTimeout, reason.data(), reason.size());
  rd_kafka_DescribeCluster(client, options.get(), answers);
}

void Outage::begin(std::string_view reason) {
  if (lasts_) return;
  lasts_ = true;
  log_.warning(fmt::format("{}: the cluster cannot be reached, waiting for it: {}", client_, reason));
}

void Outage::end() {
  if (!lasts_) return;
  lasts_ = false;
  log_.info(fmt::format("{}: the cluster answers again", client_));
}

}  // namespace streams::kafka
