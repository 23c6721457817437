#pragma once

#include <string>

#include "unit/objects/scripted_server.hpp"

namespace streams::objects {

/// Computes the AWS signature (version 4) of a request from its parts, as a server does, and says what does not fit
/// with the one that came; empty: all is well.
std::string signature_fault(const SeenRequest& request, const std::string& region, const std::string& id,
                            const std::string& secret);

}  // namespace streams::objects
