#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <boost/describe/class.hpp>

namespace streams::runtime {

/// The parts of a StatusView, named as in the page.
namespace status {

struct Reason {
  std::string what, text;
  std::uint64_t worker = 0;
};
struct Health {
  bool healthy = false, ready = false;
  std::vector<Reason> ills, not_ready;
};
struct Seconds {
  std::uint64_t samples = 0;
  double mean = 0;
  std::optional<double> p99_at_most;
};
struct Step {
  std::string step;
  std::optional<std::string> kind;
  std::uint64_t input = 0, output = 0, filtered = 0, errors = 0, dead_letters = 0;
  std::optional<double> input_per_second, output_per_second;
  std::optional<std::uint64_t> in_flight;
  std::optional<Seconds> seconds;
};
struct Partition {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t committed = 0;
  std::optional<std::int64_t> end, lag;
  bool parked = false;
};
struct Worker {
  std::uint64_t worker = 0;
  std::string state, held_back, held_by;
  std::vector<Partition> partitions;
};
struct Memory {
  std::uint64_t used_bytes = 0, budget_bytes = 0;
};
struct Refusal {
  std::string time, step, error, message, topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

BOOST_DESCRIBE_STRUCT(Reason, (), (what, text, worker))
BOOST_DESCRIBE_STRUCT(Health, (), (healthy, ready, ills, not_ready))
BOOST_DESCRIBE_STRUCT(Seconds, (), (samples, mean, p99_at_most))
BOOST_DESCRIBE_STRUCT(Step, (),
                      (step, kind, input, output, filtered, errors, dead_letters, input_per_second,
                       output_per_second, in_flight, seconds))
BOOST_DESCRIBE_STRUCT(Partition, (), (topic, partition, committed, end, lag, parked))
BOOST_DESCRIBE_STRUCT(Worker, (), (worker, state, held_back, held_by, partitions))
BOOST_DESCRIBE_STRUCT(Memory, (), (used_bytes, budget_bytes))
BOOST_DESCRIBE_STRUCT(Refusal, (), (time, step, error, message, topic, partition, offset))

}  // namespace status

/// What `/status` of a run says, as far as a terminal shows it. Named as there; see status_page.cpp.
struct StatusView {
  std::string label, time;
  std::string segment;  ///< its number, or "all"
  status::Health health;
  std::vector<status::Step> steps;
  std::vector<status::Worker> workers;
  status::Memory memory;
  std::optional<double> cpu_share;
  std::vector<status::Refusal> refusals;
};

BOOST_DESCRIBE_STRUCT(StatusView, (),
                      (label, time, segment, health, steps, workers, memory, cpu_share, refusals))

/// Reads the JSON; fails when it is no such page.
absl::StatusOr<StatusView> read_status(std::string_view json);

}  // namespace streams::runtime
