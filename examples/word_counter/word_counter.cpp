#include <streams/streams.hpp>
using namespace streams;

struct Entry {
  std::optional<std::string> name, word;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (name, word))

STREAMS_PIPELINE(word_counter) {
  return streaming_source("myinput", "events")
      .apply(Parser<Entry>("parser"))
      .apply(Filter("myfilter", [](const Entry& entry) { return entry.name.has_value(); }))
      .apply(Map("mymap", [](const Entry& entry) { return Bytes::copy_of(entry.word.value_or("null_word") + " 1"); }))
      .sink(StreamSink("kafkasink", "transformed-events"));
}
