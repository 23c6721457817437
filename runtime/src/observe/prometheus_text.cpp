#include "observe/prometheus_text.hpp"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace streams::runtime {
namespace {

prometheus::MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return prometheus::MetricType::Counter;
    case MetricKind::gauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

std::string label_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    result += good ? c : '_';
  }
  if (result.empty() || std::isdigit(static_cast<unsigned char>(result.front())) != 0)
    result.insert(0, 1, '_');
  return result;
}

prometheus::ClientMetric::Histogram histogram_of(const HistogramView& view) {
  prometheus::ClientMetric::Histogram histogram;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < view.counts.size(); ++i) {
    cumulative += view.counts[i];
    histogram.bucket.push_back(
        {cumulative, i < view.bounds.size() ? view.bounds[i] : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_count = cumulative;
  histogram.sample_sum = view.sum;
  return histogram;
}

/// One moment's samples as prometheus-cpp collects them.
class CollectedSamples final : public prometheus::Collectable {
 public:
  CollectedSamples(const std::vector<Sample>& samples, const Labels& common)
      : samples_(samples), common_(common) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    for (const Sample& sample : samples_) {
      const MetricRow& row = *sample.row;
      if (families.empty() || families.back().name != row.name) {
        families.push_back({std::string(row.name), std::string(row.help), type_of(row.kind), {}});
      }
      families.back().metric.push_back(metric_of(sample));
    }
    return families;
  }

 private:
  prometheus::ClientMetric metric_of(const Sample& sample) const {
    prometheus::ClientMetric metric;
    std::set<std::string> seen;
    for (const Labels* labels : {&sample.labels, &common_}) {
      for (const auto& [name, value] : *labels) {
        std::string clean = label_name(name);
        if (seen.insert(clean).second) metric.label.push_back({std::move(clean), value});
      }
    }
    switch (sample.row->kind) {
      case MetricKind::counter:
        metric.counter.value = sample.value;
        break;
      case MetricKind::gauge:
        metric.gauge.value = sample.value;
        break;
      case MetricKind::histogram:
        metric.histogram = histogram_of(sample.histogram);
        break;
    }
    return metric;
  }

  const std::vector<Sample>& samples_;
  const Labels& common_;
};

}  // namespace

std::string prometheus_text(const std::vector<Sample>& samples, const Labels& common) {
  const CollectedSamples collected(samples, common);
  return prometheus::TextSerializer().Serialize(collected.Collect());
}

}  // namespace streams::runtime
