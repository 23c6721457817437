#pragma once

#include <librdkafka/rdkafka.h>

namespace streams::kafka {

/// What heals by itself when the cluster is back.
bool is_outage(rd_kafka_resp_err_t code);
/// What only somebody outside can mend: rights, passwords, settings of the group.
bool is_permanent(rd_kafka_resp_err_t code);

}  // namespace streams::kafka
