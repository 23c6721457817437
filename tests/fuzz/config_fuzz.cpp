#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <streams/runtime/config.hpp>

#include "fuzz/check.hpp"

// A deployment file, whatever it holds, is loaded or refused with places in it, and what it takes from a secret file is
// never shown.

namespace {

using namespace streams::runtime;

constexpr std::string_view kSecret = "hunter2-of-the-secret-file";

Environment environment() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name.starts_with('N')) return std::nullopt;
            return name.starts_with('P') ? "8125" : "text";
          },
          [](const std::string& path) -> std::optional<std::string> {
            if (path.ends_with(".pem")) return "a certificate";
            return path.ends_with("none") ? std::nullopt : std::optional(std::string(kSecret) + "\n");
          }};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find(kSecret) != std::string_view::npos) return 0;
  try {
    const DeploymentConfig config = parse_config(text, "f.yaml", environment());
    streams_fuzz::check(masked_text(config).find(kSecret) == std::string::npos, "a secret is shown");
    streams_fuzz::check(!config.pipeline.segments.empty(), "a file without segments was accepted");
  } catch (const ConfigError& error) {
    streams_fuzz::check(!error.faults().empty(), "refused without a fault");
    streams_fuzz::check(std::string_view(error.what()).find(kSecret) == std::string_view::npos,
                        "a secret is in an error");
    for (const ConfigFault& fault : error.faults())
      streams_fuzz::check(fault.line >= 1 && fault.column >= 1 && !fault.text.empty(),
                          "a fault without a place");
  }
  return 0;
}
