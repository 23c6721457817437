#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "support/deployment.hpp"
#include "support/test_folder.hpp"

namespace streams::tests {

using Lines = std::vector<std::string>;

/// What comes out of an example into one topic.
struct ExampleOutput {
  std::string step;  ///< the sink, or the source whose dead letters these are
  std::string topic;
  std::string expected;  ///< file with the lines; none: what it holds is not text, only the number counts
};

/// A folder below examples/: what goes in, what must come out, and what its deployment needs to run in a test.
struct Example {
  std::string name;
  std::string source;
  std::string source_topic;
  std::vector<ExampleOutput> outputs{};
  std::string input = "input.jsonl";
  /// Runs the source file that the deployment names, as users do; else the module that the build made of it.
  bool from_source = false;
  std::function<void(Deployment&, const std::filesystem::path& folder)> fit{};

  std::filesystem::path folder() const {
    return std::filesystem::path(STREAMS_SOURCE_DIR) / "examples" / name;
  }
  std::filesystem::path module() const { return std::filesystem::path(EXAMPLE_MODULES) / (name + ".so"); }
  Lines input_lines() const { return lines_of(read_text(folder() / input)); }
  Lines expected(const ExampleOutput& output) const {
    return lines_of(
        read_text(folder() / (output.expected.empty() ? outputs.front().expected : output.expected)));
  }

  /// The arguments that every run of it has, then these.
  Lines arguments(const std::string& config, const Lines& further) const {
    Lines all{"--config", config};
    if (!from_source) all.push_back(module().string());
    all.insert(all.end(), further.begin(), further.end());
    return all;
  }
};

inline void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

}  // namespace streams::tests
