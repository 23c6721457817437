#pragma once

#include <string>
#include <string_view>

namespace streams::objects {

/// All but RFC 3986's unreserved characters as `%XX`, as the signature of a request wants it; `/` as it is where
/// `keep_slash`.
std::string percent_encoded(std::string_view text, bool keep_slash);

/// What is wrong with the address of a server, or empty: `http` or `https`, a host, perhaps a port, no more.
std::string endpoint_fault(std::string_view endpoint);

/// `prefix/name`, or the name alone.
std::string under_prefix(std::string_view prefix, std::string_view name);

}  // namespace streams::objects
