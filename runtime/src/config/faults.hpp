#pragma once

#include <streams/runtime/config.hpp>

#include <string>
#include <utility>
#include <vector>

namespace streams::runtime::config {

/// Line and column in the file being read, both from 1.
struct Place {
  int line = 1;
  int column = 1;
};

/// Collects what is wrong with one file, so that all of it is said at once.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(Place place, std::string text) {
    all_.push_back({file_, place.line, place.column, std::move(text)});
  }
  /// Moves the other's faults here; says whether there were any.
  bool take(Faults& other) {
    for (ConfigFault& fault : other.all_) all_.push_back(std::move(fault));
    return !std::exchange(other.all_, {}).empty();
  }
  bool empty() const { return all_.empty(); }
  const std::string& file() const { return file_; }
  ConfigSource source(Place place) const { return {file_, place.line, place.column}; }
  /// Throws ConfigError when there is a fault, in the order of the file.
  void throw_if_any();

 private:
  std::string file_;
  std::vector<ConfigFault> all_;
};

}  // namespace streams::runtime::config
