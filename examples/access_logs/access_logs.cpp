#include <regex>

#include <streams/streams.hpp>
using namespace streams;
using namespace std::chrono_literals;

/// One request, as a web server logs it, and what we make of it.
struct Hit {
  std::string client, time, method, path;
  int status;
  std::int64_t bytes;
  std::string agent, section;
  bool bot;
};
BOOST_DESCRIBE_STRUCT(Hit, (), (client, time, method, path, status, bytes, agent, section, bot))

enum class Outcome { served, failed };
BOOST_DESCRIBE_ENUM(Outcome, served, failed)

/// The combined log format of Apache and nginx. What is no such line goes to the dead letter queue.
Hit parse(const Bytes& line) {
  static const std::regex format(R"re((\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d{3}) (\d+|-) "[^"]*" "([^"]*)")re");
  std::cmatch part;
  const std::string_view text = line.view();
  if (!std::regex_match(text.data(), text.data() + text.size(), part, format))
    throw std::runtime_error("it is no line of the combined log format");
  return {.client = part[1],
          .time = part[2],
          .method = part[3],
          .path = part[4],
          .status = std::stoi(part[5]),
          .bytes = part[6] == "-" ? 0 : std::stoll(part[6]),
          .agent = part[7]};
}

Hit enrich(Hit hit) {
  const std::string path = hit.path.substr(0, hit.path.find('?'));
  hit.section = path.substr(0, path.find('/', 1));
  hit.bot = hit.agent.find("bot") != std::string::npos || hit.agent.find("crawler") != std::string::npos;
  return hit;
}

Outcome outcome(const Hit& hit) { return hit.status < 400 ? Outcome::served : Outcome::failed; }

STREAMS_PIPELINE(access_logs) {
  const auto hits = streaming_source("logs", "access-logs", {.dlq_stream_name = "access-logs-dlq"})
                        .apply(Map("parse", parse))
                        .apply(Map("enrich", enrich));
  const auto served = branch<Hit>("served").apply(Serializer("served_json")).sink(StreamSink("served_topic", "hits"));
  const auto failed = branch<Hit>("failed").apply(Serializer("failed_json")).sink(StreamSink("failed_topic", "errors"));
  return pipeline(hits.route("by_status", outcome, {{Outcome::served, served}, {Outcome::failed, failed}}),
                  hits.apply(Batch("batch", {.batch_size = 10'000, .batch_timedelta = 60s}))
                      .apply(ParquetSerializer("parquet"))
                      .sink(ObjectSink("archive", {.location = "file:///tmp/access_logs", .extension = ".parquet"})));
}
