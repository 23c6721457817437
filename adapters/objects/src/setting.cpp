#include "setting.hpp"

#include <absl/strings/ascii.h>

namespace streams::objects {

std::string setting(const std::string& given, std::initializer_list<const char*> variables,
                    const runtime::Environment& environment) {
  if (!given.empty()) return given;
  for (const char* name : variables) {
    const auto value = environment.variable(name);
    if (value && !value->empty()) return *value;
  }
  return {};
}

std::string bucket_fault(const std::string& bucket) {
  if (bucket.empty()) return "bucket: is missing";
  for (const char c : bucket) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && c != '-' && c != '_' && c != '.') {
      return "bucket: has a character that no bucket's name has; give the name alone, without an address or "
             "a folder";
    }
  }
  return {};
}

}  // namespace streams::objects
