// expect: [streams] ParquetSerializer: it takes a std::vector of described structs whose fields have columns; add a Batch before it, describe the structs with BOOST_DESCRIBE_STRUCT, or specialise streams::parquet::Column<T>
// line: 21
#include <streams/streams.hpp>

#include <boost/describe.hpp>
#include <cstdint>
#include <string>

using namespace streams;

struct Order {
  std::int64_t id = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, name))

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(ParquetSerializer("serializer"))
      .sink(StreamSink("out", "other"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(Batch("batch"))
      .apply(ParquetSerializer("serializer"))
      .sink(StreamSink("out", "other"));
}
#endif
