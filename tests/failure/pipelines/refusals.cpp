#include <limits>
#include <stdexcept>

#include <streams/streams.hpp>
using namespace streams;

struct Reading {
  std::int64_t number;
  std::string fault;  // where it is to happen
  double value;
};
BOOST_DESCRIBE_STRUCT(Reading, (), (number, fault, value))

STREAMS_PIPELINE(refusals) {
  const auto readings = streaming_source("myinput", "readings").apply(Parser<Reading>("parser"));
  return pipeline(readings
                      .apply(Filter("filter",
                                    [](const Reading& reading) {
                                      if (reading.fault == "filter") throw std::runtime_error("no answer");
                                      return true;
                                    }))
                      .apply(Map("map",
                                 [](Reading reading) {
                                   if (reading.fault == "map") throw 42;
                                   if (reading.fault == "serializer")
                                     reading.value = std::numeric_limits<double>::infinity();
                                   return reading;
                                 }))
                      .apply(Serializer("serializer"))
                      .sink(StreamSink("mysink", "good-readings")),
                  readings
                      .apply(Map("branch",
                                 [](Reading reading) {
                                   if (reading.fault == "branch")
                                     throw std::runtime_error("not in this branch");
                                   return reading;
                                 }))
                      .apply(Serializer("branch_serializer"))
                      .sink(StreamSink("copies", "copied-readings")));
}
