#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <streams/streams.hpp>
using namespace streams;

// A record's payload is the name of a file: the step keeps the record as long as there is such a file, and says so in
// the file NAME.reached. "slow" is a record that takes its time. How long `slow_sink` takes is set in the deployment.
STREAMS_PIPELINE(gated) {
  const auto records = streaming_source("myinput", "records");
  return pipeline(records
                      .apply(Map("gate",
                                 [](const Bytes& payload) {
                                   using namespace std::chrono_literals;
                                   const std::string name(payload.view());
                                   if (name == "slow") std::this_thread::sleep_for(200ms);
                                   if (!name.empty() && std::filesystem::exists(name))
                                     std::ofstream(name + ".reached") << "yes";
                                   while (!name.empty() && std::filesystem::exists(name))
                                     std::this_thread::sleep_for(5ms);
                                   return payload;
                                 }))
                      .sink(StreamSink("mysink", "passed-records")),
                  records.sink(DevNullSink("slow_sink")));
}
