#include "support/module_pipeline.hpp"

#include <dlfcn.h>

#include <array>
#include <stdexcept>

#include <streams/module.hpp>

namespace streams::tests {

Pipeline pipeline_of_module(const std::filesystem::path& file) {
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  const auto entry = reinterpret_cast<module::Entry>(::dlsym(library, module::kEntrySymbol));
  if (entry == nullptr) throw std::runtime_error(file.string() + " is no pipeline module");
  const module::Descriptor& descriptor = *entry();
  if (const auto mismatch = module::module_mismatch(descriptor)) throw std::runtime_error(*mismatch);
  std::array<char, 1000> error{};
  Pipeline* const built = descriptor.build(error.data(), error.size());
  if (built == nullptr) throw std::runtime_error(error.data());
  Pipeline pipeline = *built;
  descriptor.destroy(built);
  return pipeline;
}

}  // namespace streams::tests
