#include <streams/streams.hpp>

#include <cctype>
#include <string>

using namespace streams;

namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

struct Word {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Word, (), (text))

STREAMS_PIPELINE(shout) {
  return streaming_source("words", "quiet-words")
      .apply(Parser<Word>("parser"))
      .apply(Map("shout", [](const Word& word) { return Word{upper(word.text)}; }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("out", "loud-words"));
}
