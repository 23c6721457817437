#include <streams/module.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>

extern "C" const char streams_abi_v1 = 1;

namespace streams::module {
namespace {

void write_error(std::string_view text, char* error, std::size_t size) noexcept {
  if (error == nullptr || size == 0) return;
  const std::size_t count = std::min(text.size(), size - 1);
  std::memcpy(error, text.data(), count);
  error[count] = '\0';
}

std::string hex(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
    *digit = "0123456789abcdef"[value & 15];
  return "0x" + text;
}

std::string version(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace

std::optional<std::string> module_mismatch(const Descriptor& module, const char* host_tag) {
  if (module.magic != kMagic) {
    return "this is no Streams module: its magic is " + hex(module.magic) + ", and " + hex(kMagic) +
           " is expected; build it with STREAMS_PIPELINE";
  }
  if (module.struct_size != sizeof(Descriptor)) {
    return "the module's descriptor has " + std::to_string(module.struct_size) + " bytes, and " +
           std::to_string(sizeof(Descriptor)) +
           " are expected here; build it again with this version of Streams";
  }
  if (module.api_major != kApiMajor || module.api_minor > kApiMinor) {
    return "the module was built for API version " + version(module.api_major, module.api_minor) +
           ", and this is version " + version(kApiMajor, kApiMinor) +
           "; build it again with this version of Streams";
  }
  const std::string_view tag = module.abi_tag == nullptr ? "" : module.abi_tag;
  if (tag != host_tag) {
    return "the module was built as '" + std::string(tag) + "', and this program as '" + host_tag +
           "'; build it again with the compiler and the flags of this program";
  }
  if (module.name == nullptr || module.build == nullptr || module.destroy == nullptr) {
    return "the module's descriptor has no name, build or destroy; define the pipeline with STREAMS_PIPELINE";
  }
  return std::nullopt;
}

Pipeline* build_pipeline(Pipeline (*function)(), char* error, std::size_t size) noexcept {
  try {
    return new Pipeline(function());
  } catch (const std::exception& fault) {
    write_error(fault.what(), error, size);
  } catch (...) {
    write_error("the pipeline function threw an exception that is no std::exception", error, size);
  }
  return nullptr;
}

void destroy_pipeline(Pipeline* pipeline) noexcept {
  delete pipeline;
}

}  // namespace streams::module
