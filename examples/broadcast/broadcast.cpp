#include <streams/streams.hpp>
using namespace streams;

struct Person {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name))

Bytes hello(const Person& person) {
  return Bytes::copy_of("Hello, " + person.name + "!");
}

Bytes goodbye(const Person& person) {
  return Bytes::copy_of("Goodbye, " + person.name + ".");
}

STREAMS_PIPELINE(broadcast) {
  return streaming_source("myinput", "events")
      .apply(Parser<Person>("no_op_map"))
      .broadcast("broadcast", {branch<Person>("hello_branch")
                                   .apply(Map("hello_map", hello))
                                   .sink(StreamSink("hello_sink", "transformed-events")),
                               branch<Person>("goodbye_branch")
                                   .apply(Map("goodbye_map", goodbye))
                                   .sink(StreamSink("goodbye_sink", "transformed-events-2"))});
}
