#include <streams/module.hpp>

namespace {
streams::Pipeline nothing() {
  return {};
}
}  // namespace

extern "C" STREAMS_EXPORT const streams::module::Descriptor* streams_module_v1() noexcept {
  static constexpr streams::module::Descriptor kForeign = [] {
    streams::module::Descriptor descriptor = streams::module::describe<&nothing>("foreign");
    descriptor.abi_tag = "another-compiler";
    return descriptor;
  }();
  return &kForeign;
}
