#include "observe/status_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

constexpr std::size_t kPartitions = 8;
constexpr std::size_t kErrors = 6;

constexpr std::string_view kPlain;
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kFaint = "\033[2m";
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kYellow = "\033[33m";

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// `text` without anything that a terminal would obey: C0, DEL and C1.
std::string harmless(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) ++i;
    result += byte < 0x20 || byte == 0x7F || is_c1 ? '?' : text[i];
  }
  return result;
}

std::size_t columns(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

/// The first `width` characters.
std::string_view cut(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if (!is_continuation(text[end]) && seen++ == width) break;
  }
  return text.substr(0, end);
}

std::string digits(double value, std::string_view unit) {
  return fmt::format("{:.{}f}{}", value, value < 9.995 ? 1 : 0, unit);
}

std::string short_number(double value) {
  if (value >= 999.5e6) return digits(value / 1e9, "G");
  if (value >= 999.5e3) return digits(value / 1e6, "M");
  if (value >= 9999.5) return digits(value / 1e3, "k");
  return value == std::floor(value) || value >= 99.95 ? fmt::format("{:.0f}", value) : digits(value, "");
}
template <class T>
std::string short_number(const std::optional<T>& value) {
  return value ? short_number(static_cast<double>(*value)) : "-";
}
std::string short_number(std::uint64_t value) {
  return short_number(static_cast<double>(value));
}

std::string seconds_text(double value) {
  if (value >= 1) return digits(value, "s");
  if (value >= 1e-3) return digits(value * 1e3, "ms");
  if (value >= 1e-6) return digits(value * 1e6, "us");
  return digits(value * 1e9, "ns");
}

std::string bytes_text(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value >= 1024.0 * 1024 * 1024) return digits(value / 1024 / 1024 / 1024, " GiB");
  if (value >= 1024.0 * 1024) return digits(value / 1024 / 1024, " MiB");
  if (value >= 1024) return digits(value / 1024, " KiB");
  return fmt::format("{} B", bytes);
}

struct Cell {
  std::string text;
  std::string_view colour = kPlain;
};

class StatusTable {
 public:
  StatusTable(const StatusView& status, const TableStyle& style) : status_(status), style_(style) {}

  std::string write() {
    head();
    reasons();
    steps();
    partitions();
    errors();
    return std::move(out_);
  }

 private:
  void line(const std::vector<Cell>& cells) {
    std::size_t room = style_.width;
    for (const Cell& cell : cells) {
      const std::string_view text = cut(cell.text, room);
      room -= columns(text);
      const bool coloured = style_.colour && !cell.colour.empty();
      if (coloured) out_ += cell.colour;
      out_ += text;
      if (coloured) out_ += "\033[0m";
    }
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    out_ += '\n';
  }

  /// Columns as wide as what stands in them: the first `left` ones to the left, the others to the right.
  void table(std::vector<std::vector<Cell>> rows, std::size_t left) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i].text));
    }
    for (std::size_t i = 0; i < left; ++i) widths[i] = std::min<std::size_t>(widths[i], 32);
    for (auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        std::string text(cut(row[i].text, widths[i]));
        const std::string blanks(widths[i] - columns(text), ' ');
        const std::string gap = i == 0 ? "" : "  ";
        row[i].text = i < left ? gap + text + blanks : gap + blanks + text;
      }
      line(row);
    }
  }

  std::optional<std::int64_t> lag() const {
    std::optional<std::int64_t> sum;
    for (const auto& worker : status_.workers) {
      for (const auto& partition : worker.partitions) {
        if (partition.lag) sum = sum.value_or(0) + *partition.lag;
      }
    }
    return sum;
  }

  void head() {
    const auto sum = [this](std::uint64_t status::Step::*figure) {
      return std::accumulate(
          status_.steps.begin(), status_.steps.end(), std::uint64_t{0},
          [figure](std::uint64_t total, const status::Step& step) { return total + step.*figure; });
    };
    const std::uint64_t refused = sum(&status::Step::errors);
    const bool healthy = status_.health.healthy;
    const bool ready = status_.health.ready;
    line({{harmless(status_.label), kBold},
          {fmt::format("  segment {}  ", status_.segment)},
          {healthy ? "healthy" : "UNHEALTHY", healthy ? kGreen : kRed},
          {ready ? "  ready" : "  not ready", ready ? kGreen : kYellow},
          {"  " + harmless(status_.time.substr(0, 19)), kFaint}});
    line({{fmt::format("lag {}   ", short_number(lag()))},
          {fmt::format("errors {}   ", short_number(refused)), refused > 0 ? kRed : kPlain},
          {fmt::format("dead letters {}   memory {} of {}   processor {}",
                       short_number(sum(&status::Step::dead_letters)), bytes_text(status_.memory.used_bytes),
                       bytes_text(status_.memory.budget_bytes),
                       status_.cpu_share ? fmt::format("{:.0f} %", *status_.cpu_share * 100) : "-")}});
  }

  void reasons() {
    for (const auto* list : {&status_.health.ills, &status_.health.not_ready}) {
      for (const auto& reason : *list) {
        line(
            {{fmt::format("! {}: worker {}: {}", harmless(reason.what), reason.worker, harmless(reason.text)),
              list == &status_.health.ills ? kRed : kYellow}});
      }
    }
    for (const auto& worker : status_.workers) {
      if (worker.held_back == "no") continue;
      line({{fmt::format("! worker {} is held back by: {}{}", worker.worker, harmless(worker.held_back),
                         worker.held_by.empty() ? "" : " " + harmless(worker.held_by)),
             kYellow}});
    }
  }

  void steps() {
    const auto active =
        std::count_if(status_.workers.begin(), status_.workers.end(),
                      [](const status::Worker& worker) { return !worker.partitions.empty(); });
    std::vector<std::vector<Cell>> rows{{{"STEP", kFaint},
                                         {"KIND", kFaint},
                                         {"IN/S", kFaint},
                                         {"OUT/S", kFaint},
                                         {"BUSY", kFaint},
                                         {"ERRORS", kFaint},
                                         {"DEAD", kFaint},
                                         {"IN FLIGHT", kFaint},
                                         {"MEAN", kFaint},
                                         {"IN", kFaint},
                                         {"OUT", kFaint},
                                         {"FILTERED", kFaint}}};
    for (const auto& step : status_.steps) {
      Cell busy{"-"};
      if (step.seconds && step.input_per_second && active > 0) {
        const double share =
            std::min(1.0, step.seconds->mean * *step.input_per_second / static_cast<double>(active));
        busy = {fmt::format("{:.0f} %", share * 100), share > 0.9 ? kRed : share > 0.6 ? kYellow : kPlain};
      }
      rows.push_back({{harmless(step.step), kBold},
                      {harmless(step.kind.value_or("")), kFaint},
                      {short_number(step.input_per_second)},
                      {short_number(step.output_per_second)},
                      busy,
                      {short_number(step.errors), step.errors > 0 ? kRed : kPlain},
                      {short_number(step.dead_letters), step.dead_letters > 0 ? kRed : kPlain},
                      {short_number(step.in_flight)},
                      {step.seconds ? seconds_text(step.seconds->mean) : "-"},
                      {short_number(step.input)},
                      {short_number(step.output)},
                      {short_number(step.filtered)}});
    }
    line({});
    table(std::move(rows), 2);
  }

  void partitions() {
    std::vector<std::pair<const status::Worker*, const status::Partition*>> all;
    for (const auto& worker : status_.workers) {
      for (const auto& partition : worker.partitions) all.emplace_back(&worker, &partition);
    }
    if (all.empty()) return;
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.second->lag.value_or(-1) > b.second->lag.value_or(-1);
    });
    std::vector<std::vector<Cell>> rows{
        {{"PARTITION", kFaint}, {"WORKER", kFaint}, {"LAG", kFaint}, {"COMMITTED", kFaint}, {"END", kFaint}}};
    for (std::size_t i = 0; i < std::min(all.size(), kPartitions); ++i) {
      const auto& [worker, partition] = all[i];
      rows.push_back({{fmt::format("{}/{}{}", harmless(partition->topic), partition->partition,
                                   partition->parked ? " (waits for a retry)" : "")},
                      {std::to_string(worker->worker)},
                      {short_number(partition->lag)},
                      {std::to_string(partition->committed)},
                      {partition->end ? std::to_string(*partition->end) : "-"}});
    }
    line({});
    table(std::move(rows), 1);
    if (all.size() > kPartitions) line({{fmt::format("and {} more", all.size() - kPartitions), kFaint}});
  }

  void errors() {
    if (status_.refusals.empty()) return;
    line({});
    line({{"LAST ERRORS", kFaint}});
    const std::size_t count = std::min(status_.refusals.size(), kErrors);
    for (auto each = status_.refusals.rbegin(); each != status_.refusals.rbegin() + static_cast<long>(count);
         ++each) {
      const std::string time = harmless(each->time);
      line({{time.size() >= 19 ? time.substr(11, 8) : time, kFaint},
            {fmt::format("  {}", harmless(each->step)), kBold},
            {fmt::format("  {}", harmless(each->error)), kRed},
            {fmt::format("  {}", harmless(each->message))},
            {fmt::format("  {}/{}@{}", harmless(each->topic), each->partition, each->offset), kFaint}});
    }
  }

  const StatusView& status_;
  const TableStyle style_;
  std::string out_;
};

}  // namespace

std::string status_table(const StatusView& status, const TableStyle& style) {
  return StatusTable(status, style).write();
}

}  // namespace streams::runtime
