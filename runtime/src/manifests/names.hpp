#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streams::runtime::manifests {

/// The longest name of a Service, and the longest value of a label.
inline constexpr std::size_t kLongestLabel = 63;

/// The text as a part of Kubernetes names: small letters; dots and underscores become dashes; what is neither
/// letter, digit nor dash is left out, and so are dashes at both ends. Empty when nothing is left.
std::string dns_label(std::string_view text);

/// At most `kLongestLabel` of it, without a dash at its end.
std::string cut_label(std::string label);

/// `<service>-pipeline-<pipeline>-<segment>`, of parts that are labels already.
std::string object_name(std::string_view service, std::string_view pipeline, std::size_t segment);

}  // namespace streams::runtime::manifests
