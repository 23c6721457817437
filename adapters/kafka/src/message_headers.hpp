#pragma once

#include <librdkafka/rdkafka.h>

#include <cstddef>
#include <string_view>

#include <streams/bytes.hpp>

namespace streams::kafka {

/// Calls `see(std::string_view name, const char* value, std::size_t size)` for each header in its order; a null
/// pointer is Kafka's null.
template <class See>
void for_each_header(const rd_kafka_headers_t& headers, See see) {
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(&headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    see(std::string_view(name), static_cast<const char*>(value), size);
}

/// As above, of a message that may have none.
template <class See>
void for_each_header(const rd_kafka_message_t& message, See see) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
    for_each_header(*headers, see);
}

/// Null stays null.
inline Bytes copy_of(const void* data, std::size_t size) {
  return data == nullptr ? Bytes() : Bytes::copy_of({static_cast<const char*>(data), size});
}

}  // namespace streams::kafka
