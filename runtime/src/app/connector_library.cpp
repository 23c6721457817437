#include <streams/runtime/connector_library.hpp>

#include <dlfcn.h>

#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/installed_file.hpp"

namespace streams::runtime {
namespace {

constexpr std::string_view kBuildAgain = "build and install it with this program";

absl::Status unfit(const std::string& file, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("{}: {}; {}", file, why, kBuildAgain));
}

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

}  // namespace

absl::StatusOr<Connector> load_connector(const std::string& file, const std::string& kind) {
  // dlopen looks a bare name up in the system's folders, and a path with a slash where it says.
  std::error_code ignored;
  const std::string path = std::filesystem::absolute(file, ignored).string();
  void* const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) return unfit(file, fmt::format("cannot be loaded: {}", text_of(::dlerror())));
  void* const entry = ::dlsym(handle, kConnectorLibrarySymbol);
  if (entry == nullptr)
    return unfit(file, fmt::format("there is no connector in it (no symbol {})", kConnectorLibrarySymbol));
  const ConnectorLibrary* const library = reinterpret_cast<ConnectorLibraryEntry>(entry)();
  if (library == nullptr || library->magic != kConnectorLibraryMagic ||
      library->struct_size != sizeof(ConnectorLibrary)) {
    return unfit(file, "its descriptor is none of this version");
  }
  if (const std::string tag = text_of(library->abi_tag); tag != module::abi_tag()) {
    return unfit(file, fmt::format("it was built as '{}', and this program as '{}'", tag, module::abi_tag()));
  }
  if (text_of(library->kind) != kind || library->make == nullptr)
    return unfit(file, fmt::format("it has {}, and not {}", text_of(library->kind), kind));
  return Connector{.kind = kind,
                   .make = [make = library->make](
                               const Node& node, const Options& effective,
                               const ConnectorContext& context) -> absl::StatusOr<std::unique_ptr<Operator>> {
                     std::string error;
                     std::unique_ptr<Operator> step(make(node, effective, context, error));
                     if (!step) return absl::FailedPreconditionError(error);
                     return step;
                   }};
}

Connector late_connector(std::string kind, std::string file, std::string absent) {
  Connector connector{.kind = kind, .make = {}};
  connector.load = [kind = std::move(kind), file = std::move(file),
                    absent = std::move(absent)]() -> absl::StatusOr<Connector> {
    const absl::StatusOr<std::filesystem::path> path = installed_file(file);
    if (!path.ok()) return path.status();
    std::error_code error;
    if (!std::filesystem::exists(*path, error)) {
      return absl::NotFoundError(
          fmt::format("it needs the library {}, which is not there: {}", path->string(), absent));
    }
    return load_connector(path->string(), kind);
  };
  return connector;
}

}  // namespace streams::runtime
