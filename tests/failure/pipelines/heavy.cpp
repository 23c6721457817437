#include <cstdint>
#include <string>

#include <streams/streams.hpp>
using namespace streams;

// A step that has about a millisecond of work with each record.
STREAMS_PIPELINE(heavy) {
  return streaming_source("myinput", "records")
      .apply(Map("work",
                 [](const Bytes& payload) {
                   std::uint64_t sum = 14695981039346656037U;
                   for (int round = 0; round < 1'000'000; ++round)
                     sum = (sum ^ static_cast<unsigned char>(payload.view()[round % payload.size()])) *
                           1099511628211U;
                   return Bytes::copy_of(std::string(payload.view()) + " " + std::to_string(sum % 10));
                 }))
      .sink(StreamSink("mysink", "worked-records"));
}
