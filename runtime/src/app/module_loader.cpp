#include "app/module_loader.hpp"

#include <dlfcn.h>

#include <array>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <streams/module.hpp>

namespace streams::runtime {
namespace {

absl::Status refused(const std::filesystem::path& path, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("{}: {}", path.string(), why));
}

}  // namespace

absl::StatusOr<Graph> load_module(const std::filesystem::path& path) {
  // dlopen looks a bare name up in the system's folders, and a path with a slash where it says.
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  void* handle = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const std::string text = ::dlerror();
    std::string hint;
    if (text.find("streams_abi_v") != std::string::npos) {
      hint = "; it was built for another generation of Streams: build it again with this version";
    } else if (text.find("undefined symbol") != std::string::npos) {
      hint = "; a source or library is missing from its build";
    }
    return refused(path, fmt::format("cannot be loaded: {}{}", text, hint));
  }
  void* entry = ::dlsym(handle, module::kEntrySymbol);
  if (entry == nullptr) {
    return refused(
        path, fmt::format("there is no pipeline in it (no symbol {}): define one with STREAMS_PIPELINE(name) "
                          "{{ ... }}, and build a module with streams_add_pipeline()",
                          module::kEntrySymbol));
  }
  const module::Descriptor* descriptor = reinterpret_cast<module::Entry>(entry)();
  if (descriptor == nullptr)
    return refused(path, "its entry gives no descriptor; build it with STREAMS_PIPELINE");
  if (const auto mismatch = module::module_mismatch(*descriptor)) return refused(path, *mismatch);

  std::array<char, 16384> text{};
  const std::unique_ptr<Pipeline, void (*)(Pipeline*)> pipeline(descriptor->build(text.data(), text.size()),
                                                                descriptor->destroy);
  if (!pipeline) {
    return refused(path, fmt::format("the pipeline function {} threw: {}", descriptor->name, text.data()));
  }
  return pipeline->graph(descriptor->name);
}

}  // namespace streams::runtime
