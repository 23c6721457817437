// expect: [streams] branch: this is a pipeline with a source of its own; begin a branch with branch<T>(name)
// line: 20
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
      .broadcast("step", {streaming_source("as", "topic").sink(DevNullSink("out_a")),
                          branch<Bytes>("bs").sink(DevNullSink("out_b"))});
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .broadcast("step", {branch<Bytes>("as").sink(DevNullSink("out_a")),
                          branch<Bytes>("bs").sink(DevNullSink("out_b"))});
}
#endif
