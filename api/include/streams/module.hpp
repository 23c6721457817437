#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <streams/export.hpp>
#include <streams/pipeline.hpp>
#include <streams/version.hpp>

#define STREAMS_DETAIL_TEXT_OF(x) #x
#define STREAMS_DETAIL_TEXT(x) STREAMS_DETAIL_TEXT_OF(x)

#if defined(__clang__)
#define STREAMS_DETAIL_COMPILER "clang-" STREAMS_DETAIL_TEXT(__clang_major__)
#elif defined(__GNUC__)
#define STREAMS_DETAIL_COMPILER "gcc-" STREAMS_DETAIL_TEXT(__GNUC__)
#else
#define STREAMS_DETAIL_COMPILER "unknown-compiler"
#endif

#if defined(_GLIBCXX_USE_CXX11_ABI)
#define STREAMS_DETAIL_LIBRARY "libstdc++-cxx11abi" STREAMS_DETAIL_TEXT(_GLIBCXX_USE_CXX11_ABI)
#elif defined(_LIBCPP_ABI_VERSION)
#define STREAMS_DETAIL_LIBRARY "libc++-" STREAMS_DETAIL_TEXT(_LIBCPP_ABI_VERSION)
#else
#define STREAMS_DETAIL_LIBRARY "unknown-library"
#endif

#if defined(_GLIBCXX_DEBUG)
#define STREAMS_DETAIL_DEBUG "-debug"
#else
#define STREAMS_DETAIL_DEBUG ""
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STREAMS_DETAIL_SANITIZER "asan"
#elif __has_feature(thread_sanitizer)
#define STREAMS_DETAIL_SANITIZER "tsan"
#endif
#endif
#if !defined(STREAMS_DETAIL_SANITIZER)
#if defined(__SANITIZE_ADDRESS__)
#define STREAMS_DETAIL_SANITIZER "asan"
#elif defined(__SANITIZE_THREAD__)
#define STREAMS_DETAIL_SANITIZER "tsan"
#else
#define STREAMS_DETAIL_SANITIZER "plain"
#endif
#endif

/// The second lock: a module that was built for another generation of the ABI refers to a symbol that this
/// library has not, so the dynamic linker refuses it.
extern "C" STREAMS_EXPORT const char streams_abi_v1;

/// How a pipeline crosses the border of a shared object: one C function gives a descriptor, which is checked
/// before any C++ object crosses.
namespace streams::module {

inline constexpr std::uint64_t kMagic = 0x31304d5354525453;  // "STRTSM01", little-endian
inline constexpr std::uint32_t kApiMajor = 1;
inline constexpr std::uint32_t kApiMinor = 0;
/// The function that a module exports: `const Descriptor* streams_module_v1()`.
inline constexpr const char* kEntrySymbol = "streams_module_v1";

/// What must be equal on both sides for C++ objects to cross. Read with the flags of the file that includes
/// this.
consteval const char* abi_tag() {
  return STREAMS_DETAIL_COMPILER " " STREAMS_DETAIL_LIBRARY STREAMS_DETAIL_DEBUG " " STREAMS_DETAIL_SANITIZER
                                 " streams-" STREAMS_VERSION;
}

/// What a module says of itself. Constant-initialised, so reading it runs no code of the module.
struct Descriptor {
  std::uint64_t magic;
  std::uint32_t struct_size;
  std::uint32_t api_major;
  std::uint32_t api_minor;
  std::uint32_t reserved;
  const char* abi_tag;
  const char* name;  ///< the pipeline's
  /// Builds the pipeline. Null when its function threw; then `error` has the text, cut to `size` with its end
  /// mark. Give the result back to `destroy`.
  Pipeline* (*build)(char* error, std::size_t size) noexcept;
  void (*destroy)(Pipeline* pipeline) noexcept;
  const char* abi_lock;
};
static_assert(std::is_trivial_v<Descriptor> && std::is_standard_layout_v<Descriptor>);

using Entry = const Descriptor* (*)();

/// Why a module cannot be used by a host with that tag, naming both sides; nothing when it can. The
/// descriptor is read field by field: what stands behind a mismatch is not looked at.
STREAMS_EXPORT std::optional<std::string> module_mismatch(const Descriptor& module,
                                                          const char* host_tag = abi_tag());

/// Calls `function` and keeps what it throws from leaving. For the descriptor.
STREAMS_EXPORT Pipeline* build_pipeline(Pipeline (*function)(), char* error, std::size_t size) noexcept;
STREAMS_EXPORT void destroy_pipeline(Pipeline* pipeline) noexcept;

/// The descriptor of the pipeline that `function` builds.
template <Pipeline (*Function)()>
constexpr Descriptor describe(const char* name) {
  return {kMagic,
          sizeof(Descriptor),
          kApiMajor,
          kApiMinor,
          0,
          abi_tag(),
          name,
          [](char* error, std::size_t size) noexcept { return build_pipeline(Function, error, size); },
          &destroy_pipeline,
          &streams_abi_v1};
}

}  // namespace streams::module

#ifdef STREAMS_MODULE
#define STREAMS_DETAIL_ENTRY(pipeline_name)                                                     \
  extern "C" STREAMS_EXPORT const ::streams::module::Descriptor* streams_module_v1() noexcept { \
    static constexpr ::streams::module::Descriptor kDescriptor =                                \
        ::streams::module::describe<&(pipeline_name)>(#pipeline_name);                          \
    return &kDescriptor;                                                                        \
  }
#else
#define STREAMS_DETAIL_ENTRY(pipeline_name)
#endif

/// Defines `streams::Pipeline pipeline_name()`, which tests and `main` can call. Compiled as a module
/// (STREAMS_MODULE is defined), it is also what the module exports: one pipeline a module, any number in a
/// program.
///
///     STREAMS_PIPELINE(orders) {
///       return streaming_source("orders", "orders").apply(...).sink(StreamSink("out", "checked-orders"));
///     }
#define STREAMS_PIPELINE(pipeline_name) \
  ::streams::Pipeline pipeline_name();  \
  STREAMS_DETAIL_ENTRY(pipeline_name)   \
  ::streams::Pipeline pipeline_name()
