#include "support/random_pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <utility>

#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/batch.hpp>
#include <streams/step/branch_start.hpp>
#include <streams/step/filter.hpp>
#include <streams/step/flat_map.hpp>
#include <streams/step/key_by.hpp>
#include <streams/step/map.hpp>
#include <streams/step/merge.hpp>
#include <streams/step/unbatch.hpp>

namespace streams::test {
namespace {

using Text = std::string;

/// A number that only the record as it was fed decides.
std::size_t lot_of(const Text& text, std::size_t of) {
  const Text fed = text.substr(0, text.find('|'));
  std::size_t hash = 1469598103934665603U;
  for (const char c : fed) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return (hash >> 17) % of;
}

/// The key that a step before has written at the end: `...|k4=2`.
Text last_key(const Text& text) {
  return text.substr(text.rfind('=') + 1);
}

class Lottery {
 public:
  explicit Lottery(std::uint32_t seed) : random_(seed) {}
  std::size_t below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }

 private:
  std::mt19937 random_;
};

class Author {
 public:
  explicit Author(std::uint32_t seed) : lots_(seed) {}

  Pipeline write() {
    std::vector<Stream<Text>> open;
    const std::size_t sources = 1 + lots_.below(3);
    for (std::size_t i = 0; i < sources; ++i) {
      const Text number = std::to_string(i);
      open.push_back(
          streaming_source("source" + number, "in" + number).apply(Map(name("read"), [](const Bytes& bytes) {
            return bytes.str();
          })));
    }
    const std::size_t steps = 2 + lots_.below(7);
    for (std::size_t i = 0; i < steps && !open.empty(); ++i) grow(open);
    for (Stream<Text>& stream : open) finish(std::move(stream));
    return result_;
  }

 private:
  void grow(std::vector<Stream<Text>>& open) {
    const std::size_t at = lots_.below(open.size());
    switch (lots_.below(5)) {
      case 0:  // used twice
        if (open.size() < 4) open.push_back(open[at]);
        open[at] = some_step(open[at]);
        break;
      case 1:
        if (open.size() > 1) {
          const std::size_t other = (at + 1) % open.size();
          open[at] = merge(name("merge"), open[at], open[other]);
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(other));
        }
        break;
      case 2:
        if (lots_.one_in(2)) {
          part(open[at]);
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        }
        break;
      default:
        open[at] = some_step(open[at]);
    }
  }

  template <class End>
  Stream<Text, End> some_step(const Stream<Text, End>& stream) {
    const Text own = name("s");
    switch (lots_.below(5)) {
      case 0:
        return stream.apply(Filter(own, [](const Text& text) { return lot_of(text, 4) != 0; }))
            .apply(mark(own));
      case 1:
        return stream.apply(FlatMap(own, [own](const Text& text) {
          std::vector<Text> all;
          for (std::size_t i = 0; i <= lot_of(text, 2); ++i)
            all.push_back(text + "|" + own + std::to_string(i));
          return all;
        }));
      case 2:
        return stream
            .apply(Map(
                own + "_mark",
                [own](const Text& text) { return text + "|" + own + "=" + std::to_string(lot_of(text, 5)); }))
            .apply(KeyBy(own, last_key));
      case 3:
        return stream.apply(Batch(own, {.batch_size = 3, .batch_timedelta = std::chrono::milliseconds(50)}))
            .apply(Unbatch(own + "_apart"))
            .apply(mark(own));
      default:
        return stream.apply(mark(own));
    }
  }

  /// Every way through the graph leaves its own marks, so that the order along each can be told.
  static auto mark(const Text& step) {
    return Map(step + "_seen", [step](const Text& text) { return text + "|" + step; });
  }

  void part(const Stream<Text>& stream) {
    const Text own = name("part");
    std::vector<Branch<Text>> branches;
    for (std::size_t i = 0; i < 3; ++i) {
      auto way = some_step(branch<Text>(own + "_" + std::to_string(i)));
      branches.push_back(to_sink(lots_.one_in(2) ? some_step(way) : way));
    }
    if (lots_.one_in(2)) {
      result_.add(stream.broadcast(own, std::move(branches)));
      return;
    }
    result_.add(stream.route(
        own, [](const Text& text) { return lot_of(text, 3); }, {{0, branches[0]}, {1, branches[1]}},
        branches[2]));
  }

  void finish(Stream<Text> stream) { result_.add(to_sink(stream)); }

  template <class End>
  End to_sink(const Stream<Text, End>& stream) {
    const Text number = std::to_string(sinks_++);
    return stream.apply(Map(name("write"), [](const Text& text) { return Bytes::copy_of(text); }))
        .sink(StreamSink("sink" + number, "out" + number));
  }

  Text name(const char* kind) { return kind + std::to_string(names_++); }

  Lottery lots_;
  Pipeline result_;
  std::size_t names_ = 0;
  std::size_t sinks_ = 0;
};

/// `entries[i]`: the steps of entry i, in the graph's order.
std::string deployment(const Graph& graph, const std::vector<std::size_t>& entry_of,
                       const std::vector<int>& threads, const std::string& servers, const std::string& name) {
  std::string yaml = "pipeline:\n  name: " + name + "\n  segments:\n";
  for (std::size_t entry = 0; entry < threads.size(); ++entry) {
    yaml += "    - parallelism: " + std::to_string(threads[entry]) + "\n      steps_config:\n";
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
      if (entry_of[i] != entry) continue;
      const Node& node = graph.nodes()[i];
      const bool end = !node.stream.empty() && !servers.empty();
      const std::string begin = node.role == NodeRole::source ? ", auto_offset_reset: earliest" : "";
      const std::string keys =
          end ? "bootstrap_servers: \"" + servers + "\", topic: " + name + "-" + node.stream + begin : "";
      yaml += "        " + node.name + ": {" + keys + "}\n";
    }
  }
  return yaml;
}

}  // namespace

Pipeline random_pipeline(std::uint32_t seed) {
  return Author(seed).write();
}

std::string random_deployment(const Pipeline& pipeline, std::uint32_t seed, const std::string& servers,
                              const std::string& name) {
  Lottery lots(seed + 1'000'003);
  const Graph graph = pipeline.graph(name);
  std::vector<std::size_t> entry_of;
  std::size_t last = 0;
  for (const Node& node : graph.nodes()) {
    std::size_t entry = 0;
    for (const std::size_t input : node.inputs) entry = std::max(entry, entry_of[input]);
    // Records only go forward, and each entry gets a step: one more than the last one at most.
    if (!node.inputs.empty() && lots.one_in(4)) entry = std::min<std::size_t>({entry + 1, last + 1, 3});
    last = std::max(last, entry);
    entry_of.push_back(entry);
  }
  std::vector<int> threads;
  for (std::size_t i = 0; i <= last; ++i) threads.push_back(static_cast<int>(1 + lots.below(3)));
  return deployment(graph, entry_of, threads, servers, name);
}

std::string plain_deployment(const Pipeline& pipeline, const std::string& servers, const std::string& name) {
  const Graph graph = pipeline.graph(name);
  return deployment(graph, std::vector<std::size_t>(graph.nodes().size(), 0), {1}, servers, name);
}

std::string random_value(std::size_t source, std::size_t partition, std::size_t place) {
  std::string digits = std::to_string(place);
  digits.insert(0, 5 - std::min<std::size_t>(5, digits.size()), '0');
  return std::to_string(source) + "." + std::to_string(partition) + "." + digits;
}

std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& values,
                       bool repeats) {
  std::map<std::string, int> counts;
  for (const std::string& value : expected) ++counts[value];
  const std::set<std::string> known(expected.begin(), expected.end());
  std::set<std::string> seen;
  std::map<std::string, std::string> last_of_way;
  for (const std::string& value : values) {
    if (!known.contains(value)) return "'" + value + "' should not be there";
    --counts[value];
    if (!seen.insert(value).second) continue;
    const std::size_t place = value.find_last_of('.', value.find('|')) + 1;
    const std::string way = value.substr(0, place) + value.substr(std::min(value.size(), place + 5));
    std::string& last = last_of_way[way];
    if (!last.empty() && value < last) return "'" + value + "' came behind '" + last + "'";
    last = value;
  }
  for (const auto& [value, missing] : counts) {
    if (missing > 0 && !(repeats && seen.contains(value))) return "'" + value + "' is missing";
    if (missing < 0 && !repeats) return "'" + value + "' came too often";
  }
  return {};
}

std::vector<std::string> input_topics(const Pipeline& pipeline) {
  std::vector<std::string> topics;
  const Graph graph = pipeline.graph("p");
  for (const Node& node : graph.nodes())
    if (node.role == NodeRole::source) topics.push_back(node.stream);
  return topics;
}

std::vector<std::string> output_topics(const Pipeline& pipeline) {
  std::vector<std::string> topics;
  const Graph graph = pipeline.graph("p");
  for (const Node& node : graph.nodes())
    if (node.kind == "StreamSink") topics.push_back(node.stream);
  return topics;
}

}  // namespace streams::test
