#include <string>

#include <streams/streams.hpp>
using namespace streams;

// What comes from two topics leaves through one.
STREAMS_PIPELINE(merged) {
  const auto named = [](std::string name) {
    return [name](const Bytes& payload) { return Bytes::copy_of(name + " " + std::string(payload.view())); };
  };
  return merge("all", streaming_source("left", "left-records").apply(Map("from_left", named("left"))),
               streaming_source("right", "right-records").apply(Map("from_right", named("right"))))
      .sink(StreamSink("mysink", "all-records"));
}
