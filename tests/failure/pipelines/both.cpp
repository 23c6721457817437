#include <streams/streams.hpp>
using namespace streams;

// Each record goes both ways.
STREAMS_PIPELINE(both) {
  return streaming_source("myinput", "records")
      .broadcast("copies", {branch<Bytes>("here").sink(StreamSink("near", "near-records")),
                            branch<Bytes>("there")
                                .apply(Map("same", [](const Bytes& payload) { return payload; }))
                                .sink(StreamSink("far", "far-records"))});
}
