#pragma once

#include <set>
#include <string>
#include <string_view>

#include <streams/runtime/config.hpp>

/// What a deployment takes from outside of its file. The pod has it, this machine need not: manifests are
/// rendered where no password is, and none gets into them.
namespace streams::runtime::manifests {

struct Outside {
  std::set<std::string> variables;  ///< those without a default: `${envvar:NAME}`
  std::set<std::string> files;      ///< secrets, certificates: where the pod must have them
};

/// The variables that the text of a deployment asks for; the files are found while it is loaded. A text that cannot
/// be read asks for nothing.
Outside read_outside(std::string_view text);

/// What stands for a variable that is not set here, and for the content of every other file. It is a number, a
/// text and a size, so that what is read from it has a type that fits in most places.
inline constexpr std::string_view kPlaceholder = "1";

/// `real`, with placeholders for what `outside` asks for and is not here. Of files it opens `config_path` alone, and
/// notes the others in `outside`, which must outlive it: a path that begins at the folder of that file begins at
/// `pod_folder` in the pod.
Environment rendering_environment(const Environment& real, Outside& outside, const std::string& config_path,
                                  std::string_view pod_folder);

/// The same for the variables that were missing, to tell the user.
std::set<std::string> missing_variables(const Environment& real, const Outside& outside);

}  // namespace streams::runtime::manifests
