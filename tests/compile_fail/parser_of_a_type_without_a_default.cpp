// expect: [streams] Parser: the type must be default constructible
// line: 27
#include <streams/streams.hpp>

#include <string_view>

using namespace streams;

struct Celsius {
#ifdef STREAMS_TWIN
  Celsius() = default;
#endif
  explicit Celsius(int value) : degrees(value) {}
  int degrees = 0;
};

template <>
struct streams::Codec<Celsius> {
  static constexpr std::string_view name = "celsius";
  static void decode(const Bytes&, Celsius&) {}
  static void encode(const Celsius&, Output&) {}
};

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Parser<Celsius>("parser"))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Celsius>("parser"))
      .sink(DevNullSink("out"));
}
#endif
