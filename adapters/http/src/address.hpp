#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <streams/http/http_client.hpp>

namespace streams::http {

/// What contradicts itself, a text each; none shows the value of a header or the address.
std::vector<std::string> faults_of(const HttpClientOptions& options);

/// What cannot be sent, or empty. The text shows nothing of the call.
std::string fault_of(const HttpCall& call);

/// Scheme, host and port of an address that has no fault: what errors may show.
std::string server_of(std::string_view base_url);

bool same_name(std::string_view a, std::string_view b) noexcept;

}  // namespace streams::http
