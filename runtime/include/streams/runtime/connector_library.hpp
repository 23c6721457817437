#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include <streams/module.hpp>
#include <streams/runtime/connector.hpp>

/// How a connector crosses the border of a shared object, which a program opens when a pipeline needs it: what its
/// libraries cost is not paid by every run. One C function gives a descriptor, which is checked before any C++ object
/// crosses, as for the module of a pipeline (`streams/module.hpp`).
namespace streams::runtime {

/// What such a library says of itself. Constant-initialised.
struct ConnectorLibrary {
  std::uint64_t magic;
  std::uint32_t struct_size;
  std::uint32_t reserved;
  const char* abi_tag;  ///< `module::abi_tag()` of its build
  const char* kind;     ///< `Connector::kind`
  /// As `Connector::make`; null when the step cannot be made, and then `error` says why.
  Operator* (*make)(const Node& node, const Options& effective, const ConnectorContext& context,
                    std::string& error) noexcept;
  const char* abi_lock;  ///< `&streams_abi_v1`
};
static_assert(std::is_trivial_v<ConnectorLibrary> && std::is_standard_layout_v<ConnectorLibrary>);

inline constexpr std::uint64_t kConnectorLibraryMagic = 0x31304e4352545353;  // "SSTRCN01", little-endian
/// The function that the library exports: `const ConnectorLibrary* streams_connector_v1()`.
inline constexpr const char* kConnectorLibrarySymbol = "streams_connector_v1";
using ConnectorLibraryEntry = const ConnectorLibrary* (*)();

/// Opens a library and gives its connector. What is missing, no such library, one for another kind or another ABI is
/// refused with the file, both sides and how to mend it. The library stays in the process.
absl::StatusOr<Connector> load_connector(const std::string& file, const std::string& kind);

/// The connector of `lib/streams/<file>` beside this program's folder, opened by the first pipeline that has a step of
/// that kind. `absent` says how to get it where there is no such file.
Connector late_connector(std::string kind, std::string file, std::string absent);

}  // namespace streams::runtime
