#include <stdexcept>

#include <streams/streams.hpp>
using namespace streams;

// Each visit says whose it is, where it was written and its number there. What is done with it does not matter, what
// comes out at which end, and in which order, does.
struct Visit {
  std::string user;
  std::int64_t partition, number;
  std::optional<std::int64_t> square;  // may be absent
};
BOOST_DESCRIBE_STRUCT(Visit, (), (user, partition, number, square))

STREAMS_PIPELINE(routed) {
  return streaming_source("visits", "visits")
      .apply(Parser<Visit>("parser"))
      .apply(KeyBy("by_user",
                   [](const Visit& visit) {
#ifdef FAULTY
                     if (visit.number % 11 == 5) throw std::runtime_error("nobody knows the user");
#endif
                     return visit.user;
                   }))
      .apply(Map("count",
                 [](Visit visit) {
#ifdef FAULTY
                   if (visit.number % 7 == 3) throw std::runtime_error("it is no good");
#endif
                   visit.square = visit.number * visit.number;
                   return visit;
                 }))
      .route("parity", [](const Visit& visit) { return visit.number % 2; },
             {{0, branch<Visit>("even").apply(Serializer("even_text")).sink(StreamSink("evens", "evens"))},
              {1, branch<Visit>("odd").apply(Serializer("odd_text")).sink(StreamSink("odds", "odds"))}});
}
