#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "handles.hpp"

// librdkafka's lists of partitions, and the text that a group keeps beside an offset.

namespace streams::kafka {

inline PartitionListHandle copy_of(const rd_kafka_topic_partition_list_t* list) {
  return PartitionListHandle(list == nullptr ? rd_kafka_topic_partition_list_new(0)
                                             : rd_kafka_topic_partition_list_copy(list));
}

inline std::span<rd_kafka_topic_partition_t> entries(const rd_kafka_topic_partition_list_t& list) {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

inline std::string_view metadata_of(const rd_kafka_topic_partition_t& entry) {
  return {static_cast<const char*>(entry.metadata), entry.metadata == nullptr ? 0 : entry.metadata_size};
}

inline void set_metadata(rd_kafka_topic_partition_t& entry, const std::string& text) {
  entry.metadata = strdup(text.c_str());
  entry.metadata_size = text.size();
}

}  // namespace streams::kafka
