#include "failure/feeder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

#include "support/kafka_client.hpp"

namespace streams::tests {
namespace {

constexpr int kBatch = 2'000;
constexpr auto kPace = std::chrono::milliseconds(80);
constexpr int kAttempts = 5;

std::string metric(int partition, std::int64_t number, bool counter) {
  return R"({"org_id":)" + std::to_string(partition) + R"(,"project_id":)" + std::to_string(number) +
         R"(,"name":"c:sessions/session@none","type":")" + (counter ? "c" : "s") +
         R"(","value":1,"tags":{"environment":"production"},"timestamp":1760000000,"retention_days":90})";
}

}  // namespace

Feeder::Feeder(std::string bootstrap, std::string topic, int partitions, unsigned seed)
    : bootstrap_(std::move(bootstrap)),
      topic_(std::move(topic)),
      partitions_(partitions),
      thread_([this, seed] { feed(seed); }) {}

// The test that did not ask for the end has failed already: nobody asks what became of the records.
Feeder::~Feeder() {
  end();
}

void Feeder::stop() {
  end();
  if (!fault_.empty()) throw std::runtime_error(fault_);
}

void Feeder::end() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_asked_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Feeder::feed(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(partitions_), 0);
  KafkaClient client(bootstrap_);
  auto next = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    std::vector<KafkaRecord> records;
    for (int i = 0; i < kBatch; ++i) {
      KafkaRecord record;
      record.partition = static_cast<std::int32_t>(random() % static_cast<unsigned>(partitions_));
      std::int64_t& number = numbers[static_cast<std::size_t>(record.partition)];
      record.value = metric(record.partition, number++, random() % 4 != 0);
      records.push_back(std::move(record));
    }
    std::string fault;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      try {
        client.produce(topic_, records);
        fault.clear();
        break;
      } catch (const std::exception& error) {
        fault = error.what();
      }
    }
    lock.lock();
    if (!fault.empty()) {
      fault_ = fault;
      return;
    }
    next = std::max(next + kPace, std::chrono::steady_clock::now());
    stop_asked_.wait_until(lock, next, [this] { return stopping_; });
  }
}

}  // namespace streams::tests
