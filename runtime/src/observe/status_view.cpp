#include "observe/status_view.hpp"

#include <exception>

#include <fmt/format.h>
#include <streams/codec/json.hpp>

namespace streams::runtime {

absl::StatusOr<StatusView> read_status(std::string_view json) {
  try {
    StatusView view;
    JsonCodec<StatusView>::decode(json, view);
    return view;
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        fmt::format("this is no /status of a pipeline of this version: {}", error.what()));
  }
}

}  // namespace streams::runtime
