#include <exception>
#include <memory>
#include <string>

#include <streams/parquet/serializer.hpp>
#include <streams/runtime/connector_library.hpp>

namespace streams::parquet {
namespace {

Operator* make(const Node& node, const Options& effective, const runtime::ConnectorContext& context,
               std::string& error) noexcept {
  try {
    absl::StatusOr<std::unique_ptr<Operator>> step = connector().make(node, effective, context);
    if (step.ok()) return step->release();
    error = std::string(step.status().message());
  } catch (const std::exception& fault) {
    error = node.kind + " '" + node.name + "': " + fault.what();
  }
  return nullptr;
}

}  // namespace
}  // namespace streams::parquet

extern "C" STREAMS_EXPORT const streams::runtime::ConnectorLibrary* streams_connector_v1() noexcept {
  static constexpr streams::runtime::ConnectorLibrary kLibrary = {streams::runtime::kConnectorLibraryMagic,
                                                                  sizeof(streams::runtime::ConnectorLibrary),
                                                                  0,
                                                                  streams::module::abi_tag(),
                                                                  "ParquetSerializer",
                                                                  &streams::parquet::make,
                                                                  &streams_abi_v1};
  return &kLibrary;
}
