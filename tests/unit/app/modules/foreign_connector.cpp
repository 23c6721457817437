#include <streams/runtime/connector_library.hpp>

namespace {

using streams::runtime::ConnectorLibrary;

class Stamp final : public streams::Operator {
  void process(streams::Envelope&, void*) override {}
};

streams::Operator* make(const streams::Node& node, const streams::Options&,
                        const streams::runtime::ConnectorContext&, std::string& error) noexcept {
  if (node.name == "good") return new Stamp;
  error = "Stamp '" + node.name + "': there is no ink";
  return nullptr;
}

}  // namespace

extern "C" STREAMS_EXPORT const ConnectorLibrary* streams_connector_v1() noexcept {
  static constexpr ConnectorLibrary kLibrary = {streams::runtime::kConnectorLibraryMagic,
                                                sizeof(ConnectorLibrary),
                                                0,
                                                "another-compiler",
                                                "Stamp",
                                                &make,
                                                &streams_abi_v1};
  return &kLibrary;
}
