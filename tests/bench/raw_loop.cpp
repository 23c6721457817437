// What a careful programmer writes by hand against librdkafka for the same work: the yardstick of the benchmark.
//
//   raw_loop topic BROKERS TOPIC                 makes a topic of four partitions
//   raw_loop fill BROKERS TOPIC COUNT [HEADERS]  writes COUNT sample metrics over all partitions, with so many headers
//   raw_loop pass BROKERS IN OUT COUNT           copies records
//   raw_loop parse BROKERS IN OUT COUNT          parses, keeps the counters, marks and writes them
//   raw_loop wait BROKERS GROUP TOPIC COUNT      returns when the group has committed COUNT records of the topic
//   raw_loop first BROKERS TOPIC                 says "ready" once it has read the topic to its end, "first" at a record
//
// One thread: batches from the consumer's queue, a producer whose reports it polls itself, commits twice a second of what
// is acknowledged. Key, headers and timestamp go on with each record, as a pipeline's do. Payloads are forwarded without
// a copy, headers are handed over; the produce call is the cheapest of those that take a timestamp and headers
// (rd_kafka_produceva with its fields laid out once; the variadic call costs 140 instructions more, the batch call takes
// neither). Parsing is simdjson on demand; the writer writes by hand.

#include <librdkafka/rdkafka.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Metric {
  std::int64_t org_id = 0, project_id = 0;
  std::string name, type;
  std::string value;
  std::map<std::string, std::string> tags;
  std::int64_t timestamp = 0, retention_days = 0;
  std::optional<bool> transformed;
};

rd_kafka_t* client(rd_kafka_type_t type, const std::vector<std::pair<const char*, std::string>>& properties) {
  char error[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [key, value] : properties) {
    if (rd_kafka_conf_set(conf, key, value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error);
    }
  }
  if (type == RD_KAFKA_PRODUCER) {
    rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
      if (message->err != 0) {
        std::fprintf(stderr, "delivery failed: %s\n", rd_kafka_err2str(message->err));
        std::exit(1);
      }
      if (message->_private != nullptr)
        rd_kafka_message_destroy(static_cast<rd_kafka_message_t*>(message->_private));
    });
  }
  rd_kafka_t* made = rd_kafka_new(type, conf, error, sizeof error);
  if (made == nullptr) throw std::runtime_error(error);
  return made;
}

void append(std::string& out, std::int64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, begin, i - begin);
    begin = i + 1;
    char escape[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else {
      out.append(escape, static_cast<std::size_t>(std::snprintf(escape, sizeof escape, "\\u%04x", c)));
    }
  }
  out.append(text, begin);
  out += '"';
}

bool parse(simdjson::ondemand::parser& parser, std::vector<char>& padded, std::string_view json,
           Metric& metric) {
  if (padded.size() < json.size() + simdjson::SIMDJSON_PADDING)
    padded.resize(json.size() * 2 + simdjson::SIMDJSON_PADDING);
  std::memcpy(padded.data(), json.data(), json.size());
  simdjson::ondemand::document document;
  if (parser.iterate(padded.data(), json.size(), padded.size()).get(document) != simdjson::SUCCESS)
    return false;
  simdjson::ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  metric.tags.clear();
  metric.transformed.reset();
  for (auto field : object) {
    std::string_view key = field.unescaped_key();
    auto value = field.value();
    if (key == "org_id") {
      metric.org_id = value.get_int64();
    } else if (key == "project_id") {
      metric.project_id = value.get_int64();
    } else if (key == "name") {
      metric.name = std::string_view(value.get_string());
    } else if (key == "type") {
      metric.type = std::string_view(value.get_string());
    } else if (key == "value") {
      metric.value = std::string_view(simdjson::to_json_string(value));
    } else if (key == "tags") {
      for (auto tag : value.get_object()) {
        std::string name(std::string_view(tag.unescaped_key()));
        metric.tags.emplace(std::move(name), std::string_view(tag.value().get_string()));
      }
    } else if (key == "timestamp") {
      metric.timestamp = value.get_int64();
    } else if (key == "retention_days") {
      metric.retention_days = value.get_int64();
    }
  }
  return true;
}

void write(const Metric& metric, std::string& out) {
  out.clear();
  out += "{\"org_id\":";
  append(out, metric.org_id);
  out += ",\"project_id\":";
  append(out, metric.project_id);
  out += ",\"name\":";
  append_quoted(out, metric.name);
  out += ",\"type\":";
  append_quoted(out, metric.type);
  out += ",\"value\":";
  out += metric.value;
  out += ",\"tags\":{";
  bool first = true;
  for (const auto& [name, value] : metric.tags) {
    if (!std::exchange(first, false)) out += ',';
    append_quoted(out, name);
    out += ':';
    append_quoted(out, value);
  }
  out += "},\"timestamp\":";
  append(out, metric.timestamp);
  out += ",\"retention_days\":";
  append(out, metric.retention_days);
  if (metric.transformed) out += *metric.transformed ? ",\"transformed\":true" : ",\"transformed\":false";
  out += '}';
}

int make_topic(const std::string& brokers, const char* name) {
  rd_kafka_t* producer = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers}});
  rd_kafka_queue_t* queue = rd_kafka_queue_new(producer);
  char error[256];
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name, 4, 1, error, sizeof error);
  rd_kafka_CreateTopics(producer, &topic, 1, nullptr, queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 30'000);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      event == nullptr
          ? nullptr
          : rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  const bool made = count == 1 && rd_kafka_topic_result_error(results[0]) == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (!made) std::fprintf(stderr, "topic %s was not made\n", name);
  if (event != nullptr) rd_kafka_event_destroy(event);
  rd_kafka_NewTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(producer);
  return made ? 0 : 1;
}

int fill(const std::string& brokers, const char* topic, std::int64_t count, std::int64_t headers) {
  rd_kafka_t* producer = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers},
                                                    {"linger.ms", "5"},
                                                    {"queue.buffering.max.messages", "500000"},
                                                    {"enable.idempotence", "true"}});
  rd_kafka_topic_t* to = rd_kafka_topic_new(producer, topic, nullptr);
  char json[512];
  for (std::int64_t i = 0; i < count; ++i) {
    // 188 bytes: half of them counters.
    const int size =
        std::snprintf(json, sizeof json,
                      "{\"org_id\":%d,\"project_id\":%d,\"name\":\"c:sessions/session@none\",\"type\":\"%s\","
                      "\"value\":%d,\"tags\":{\"environment\":\"production\",\"sdk\":\"raven-node/2.6\"},"
                      "\"timestamp\":%lld,\"retention_days\":90}",
                      static_cast<int>(i % 1000), static_cast<int>(i % 100), i % 2 == 0 ? "c" : "s",
                      static_cast<int>(i % 10), 1760000000LL + static_cast<long long>(i / 1000));
    rd_kafka_headers_t* of_record = nullptr;
    for (std::int64_t n = 0; n < headers; ++n) {
      if (of_record == nullptr) of_record = rd_kafka_headers_new(static_cast<std::size_t>(headers));
      const std::string name = "header-" + std::to_string(n);
      rd_kafka_header_add(of_record, name.data(), static_cast<ssize_t>(name.size()), "0123456789abcdef", 16);
    }
    while (rd_kafka_producev(producer, RD_KAFKA_V_RKT(to),
                             RD_KAFKA_V_PARTITION(static_cast<std::int32_t>(i % 4)),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_VALUE(json, static_cast<std::size_t>(size)),
                             RD_KAFKA_V_HEADERS(of_record), RD_KAFKA_V_END) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_poll(producer, 10);
    }
    if (i % 1000 == 0) rd_kafka_poll(producer, 0);
  }
  const auto status = rd_kafka_flush(producer, 60'000);
  rd_kafka_topic_destroy(to);
  rd_kafka_destroy(producer);
  return status == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : 1;
}

int loop(bool parsing, const std::string& brokers, const char* in, const char* out, std::int64_t count) {
  rd_kafka_t* consumer = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers},
                                                    {"group.id", std::string("raw-") + out},
                                                    {"auto.offset.reset", "earliest"},
                                                    {"enable.auto.commit", "false"},
                                                    {"enable.auto.offset.store", "false"},
                                                    {"queued.min.messages", "50000"},
                                                    {"fetch.queue.backoff.ms", "10"}});
  rd_kafka_t* producer =
      client(RD_KAFKA_PRODUCER,
             {{"bootstrap.servers", brokers}, {"linger.ms", "5"}, {"enable.idempotence", "true"}});
  rd_kafka_topic_t* to = rd_kafka_topic_new(producer, out, nullptr);
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, in, RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(consumer, topics);
  rd_kafka_poll_set_consumer(consumer);
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer);

  enum Field { kTopic, kFlags, kValue, kKey, kOpaque, kTimestamp, kHeaders, kFields };
  rd_kafka_vu_t fields[kFields] = {};
  fields[kTopic].vtype = RD_KAFKA_VTYPE_RKT;
  fields[kTopic].u.rkt = to;
  fields[kFlags].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  fields[kValue].vtype = RD_KAFKA_VTYPE_VALUE;
  fields[kKey].vtype = RD_KAFKA_VTYPE_KEY;
  fields[kOpaque].vtype = RD_KAFKA_VTYPE_OPAQUE;
  fields[kTimestamp].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  fields[kHeaders].vtype = RD_KAFKA_VTYPE_HEADERS;

  std::vector<rd_kafka_message_t*> batch(1000);
  simdjson::ondemand::parser parser;
  std::vector<char> padded;
  Metric metric;
  std::string json;
  std::map<std::int32_t, std::int64_t> positions;
  std::int64_t seen = 0;
  auto committed = Clock::now();
  const auto commit = [&](bool wait) {
    // Everything sent so far must be acknowledged before its offset is committed.
    rd_kafka_flush(producer, 10'000);
    rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(4);
    for (const auto& [partition, offset] : positions) {
      rd_kafka_topic_partition_list_add(offsets, in, partition)->offset = offset;
    }
    rd_kafka_commit(consumer, offsets, wait ? 0 : 1);
    rd_kafka_topic_partition_list_destroy(offsets);
  };
  while (seen < count) {
    const ssize_t got = rd_kafka_consume_batch_queue(queue, 100, batch.data(), batch.size());
    for (ssize_t i = 0; i < got; ++i) {
      rd_kafka_message_t* message = batch[static_cast<std::size_t>(i)];
      if (message->err != 0) {
        rd_kafka_message_destroy(message);
        continue;
      }
      ++seen;
      positions[message->partition] = message->offset + 1;
      rd_kafka_timestamp_type_t type;
      const std::int64_t timestamp = rd_kafka_message_timestamp(message, &type);
      void* payload = message->payload;
      std::size_t size = message->len;
      void* opaque = message;
      int flags = 0;
      if (parsing) {
        if (!parse(parser, padded, {static_cast<const char*>(payload), size}, metric) || metric.type != "c") {
          rd_kafka_message_destroy(message);
          continue;
        }
        metric.transformed = true;
        write(metric, json);
        payload = json.data();
        size = json.size();
        flags = RD_KAFKA_MSG_F_COPY;
        opaque = nullptr;
      }
      rd_kafka_headers_t* headers = nullptr;
      rd_kafka_message_detach_headers(message, &headers);
      fields[kFlags].u.i = flags;
      fields[kValue].u.mem = {payload, size};
      fields[kKey].u.mem = {message->key, message->key_len};
      fields[kOpaque].u.ptr = opaque;
      fields[kTimestamp].u.i64 = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : timestamp;
      fields[kHeaders].u.headers = headers;
      const std::size_t used = headers == nullptr ? kHeaders : kFields;
      while (rd_kafka_error_t* error = rd_kafka_produceva(producer, fields, used)) {
        const auto code = rd_kafka_error_code(error);
        rd_kafka_error_destroy(error);
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) throw std::runtime_error(rd_kafka_err2str(code));
        rd_kafka_poll(producer, 10);
      }
      if (parsing) rd_kafka_message_destroy(message);
    }
    rd_kafka_poll(producer, 0);
    if (Clock::now() - committed > std::chrono::milliseconds(500)) {
      commit(false);
      committed = Clock::now();
    }
  }
  commit(true);
  rd_kafka_consumer_close(consumer);
  rd_kafka_queue_destroy(queue);
  rd_kafka_topic_partition_list_destroy(topics);
  rd_kafka_topic_destroy(to);
  rd_kafka_destroy(consumer);
  rd_kafka_destroy(producer);
  return 0;
}

int wait(const std::string& brokers, const std::string& group, const char* topic, std::int64_t count) {
  rd_kafka_t* consumer = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers}, {"group.id", group}});
  const auto end = Clock::now() + std::chrono::minutes(3);
  std::int64_t sum = 0;
  while (sum < count && Clock::now() < end) {
    rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(4);
    for (std::int32_t partition = 0; partition < 4; ++partition) {
      rd_kafka_topic_partition_list_add(offsets, topic, partition);
    }
    sum = 0;
    if (rd_kafka_committed(consumer, offsets, 5000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      for (int i = 0; i < offsets->cnt; ++i) sum += std::max<std::int64_t>(0, offsets->elems[i].offset);
    }
    rd_kafka_topic_partition_list_destroy(offsets);
    // Nobody tells when a group commits; asking ten times a second costs the measured process nothing.
    rd_kafka_poll(consumer, 100);
  }
  rd_kafka_destroy(consumer);
  return sum >= count ? 0 : 1;
}

/// Reads the topic from its beginning and tells on the standard output what it sees.
int first(const std::string& brokers, const char* topic) {
  rd_kafka_t* consumer = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers},
                                                    {"group.id", std::string("first-") + topic},
                                                    {"auto.offset.reset", "earliest"},
                                                    {"enable.auto.commit", "false"},
                                                    {"enable.partition.eof", "true"}});
  rd_kafka_topic_partition_list_t* partitions = rd_kafka_topic_partition_list_new(4);
  for (std::int32_t partition = 0; partition < 4; ++partition) {
    rd_kafka_topic_partition_list_add(partitions, topic, partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(consumer, partitions);
  rd_kafka_topic_partition_list_destroy(partitions);
  const auto end = Clock::now() + std::chrono::minutes(1);
  int ends_seen = 0;
  bool found = false;
  while (!found && Clock::now() < end) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 1000);
    if (message == nullptr) continue;
    found = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    const bool at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    rd_kafka_message_destroy(message);
    if (found || (at_end && ++ends_seen == 4)) {
      std::puts(found ? "first" : "ready");
      std::fflush(stdout);
    }
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  return found ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  try {
    if (args.size() == 3 && args[0] == "topic") return make_topic(args[1], args[2].c_str());
    if ((args.size() == 4 || args.size() == 5) && args[0] == "fill") {
      return fill(args[1], args[2].c_str(), std::stoll(args[3]), args.size() == 5 ? std::stoll(args[4]) : 0);
    }
    if (args.size() == 3 && args[0] == "first") return first(args[1], args[2].c_str());
    if (args.size() == 5 && args[0] == "pass")
      return loop(false, args[1], args[2].c_str(), args[3].c_str(), std::stoll(args[4]));
    if (args.size() == 5 && args[0] == "parse")
      return loop(true, args[1], args[2].c_str(), args[3].c_str(), std::stoll(args[4]));
    if (args.size() == 5 && args[0] == "wait")
      return wait(args[1], args[2], args[3].c_str(), std::stoll(args[4]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "raw_loop: %s\n", error.what());
    return 1;
  }
  std::fprintf(stderr,
               "usage: raw_loop topic BROKERS TOPIC | fill BROKERS TOPIC COUNT [HEADERS] | "
               "pass|parse BROKERS IN OUT COUNT | wait BROKERS GROUP TOPIC COUNT | first BROKERS TOPIC\n");
  return 2;
}
