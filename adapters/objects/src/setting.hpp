#pragma once

#include <initializer_list>
#include <string>

#include <streams/runtime/config.hpp>

namespace streams::objects {

/// The value given, else that of the first variable which is set to something, else nothing.
std::string setting(const std::string& given, std::initializer_list<const char*> variables,
                    const runtime::Environment& environment);

/// What is wrong with a bucket's name as both S3 and GCS have them, or empty.
std::string bucket_fault(const std::string& bucket);

}  // namespace streams::objects
