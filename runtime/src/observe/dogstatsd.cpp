#include "observe/dogstatsd.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

std::string clean(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c == '|' || c == ',' || c == '#' || c == '\n' || c == '\r') c = '_';
  }
  return result;
}

std::string tags_of(const Sample& sample, const Labels& common) {
  std::string tags;
  for (const Labels* labels : {&common, &sample.labels}) {
    for (const auto& [name, value] : *labels) {
      tags += fmt::format("{}{}:{}", tags.empty() ? "|#" : ",", clean(name), clean(value));
    }
  }
  return tags;
}

/// What stands for the values of a bucket: its middle, and of the open one its lower bound.
double middle(const HistogramView& histogram, std::size_t bucket) {
  const double lower = bucket == 0 ? 0 : histogram.bounds[bucket - 1];
  return bucket < histogram.bounds.size() ? (lower + histogram.bounds[bucket]) / 2 : lower;
}

class Packets {
 public:
  explicit Packets(std::size_t most) : most_(most) {}

  void add(const std::string& line) {
    if (packets_.empty() || packets_.back().size() + line.size() + 1 > most_) {
      packets_.push_back(line);
    } else {
      packets_.back() += '\n' + line;
    }
  }
  std::vector<std::string> take() { return std::move(packets_); }

 private:
  const std::size_t most_;
  std::vector<std::string> packets_;
};

}  // namespace

std::vector<std::string> dogstatsd_packets(const std::vector<Sample>& samples, const Labels& common,
                                           std::size_t most) {
  Packets packets(most);
  for (const Sample& sample : samples) {
    const std::string name = fmt::format("streams.pipeline.{}", sample.row->dogstatsd);
    const std::string tags = tags_of(sample, common);
    switch (sample.row->kind) {
      case MetricKind::counter:
        packets.add(fmt::format("{}:{}|c{}", name, sample.value, tags));
        break;
      case MetricKind::gauge:
        packets.add(fmt::format("{}:{}|g{}", name, sample.value, tags));
        break;
      case MetricKind::histogram:
        for (std::size_t i = 0; i < sample.histogram.counts.size(); ++i) {
          const std::uint64_t count = sample.histogram.counts[i];
          if (count == 0) continue;
          const std::string rate = count == 1 ? "" : fmt::format("|@{}", 1.0 / static_cast<double>(count));
          packets.add(fmt::format("{}:{}|h{}{}", name, middle(sample.histogram, i), rate, tags));
        }
        break;
    }
  }
  return packets.take();
}

}  // namespace streams::runtime
