#include "config/substitution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

namespace streams::runtime::config {
namespace {

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

class Replacer {
 public:
  Replacer(Place at, const Environment& environment, Faults& faults)
      : at_(at), environment_(environment), faults_(faults) {}

  /// `inner` is what stands between `${` and `}`.
  void replace(std::string_view inner, Substituted& result) {
    const auto colon = inner.find(':');
    const auto head = inner.substr(0, colon);
    const auto tail = colon == std::string_view::npos ? std::string_view{} : inner.substr(colon + 1);
    if (colon == std::string_view::npos) {
      if (is_variable_name(head)) {
        fault(
            "'${{{0}}}' says neither what to read nor a default; write ${{envvar:{0}}}, or ${{{0}:default}}",
            head);
      } else {
        fault("'${{{0}}}' is no substitution; to keep it as text write $${{{0}}}", inner);
      }
    } else if (head == "envvar") {
      required_variable(tail, result);
    } else if (head == "file") {
      file(tail, result);
    } else if (!is_variable_name(head)) {
      fault("'${{{0}}}' is no substitution; to keep it as text write $${{{0}}}", inner);
    } else if (tail.starts_with('-')) {
      fault("'${{{0}}}' is the shell's form; write ${{{1}:{2}}}", inner, head, tail.substr(1));
    } else {
      result.text += environment_.variable(std::string(head)).value_or(std::string(tail));
    }
  }

 private:
  template <class... Args>
  void fault(fmt::format_string<Args...> text, Args&&... args) {
    faults_.add(at_, fmt::format(text, std::forward<Args>(args)...));
  }

  void required_variable(std::string_view name, Substituted& result) {
    if (!is_variable_name(name)) {
      const auto colon = name.find(':');
      if (colon != std::string_view::npos && is_variable_name(name.substr(0, colon))) {
        fault("'${{envvar:{0}}}' takes no default; write ${{{0}}}", name);
      } else {
        fault("'{}' is no name of an environment variable; write ${{envvar:NAME}}", name);
      }
      return;
    }
    const auto value = environment_.variable(std::string(name));
    if (value) {
      result.text += *value;
    } else {
      fault("the environment variable {0} is not set; set it, or give a default: ${{{0}:default}}", name);
    }
  }

  void file(std::string_view path, Substituted& result) {
    if (path.empty()) {
      fault("'${{file:}}' needs a path: ${{file:/run/secrets/name}}");
      return;
    }
    const auto resolved = std::filesystem::path(faults_.file()).parent_path() / std::filesystem::path(path);
    auto content = environment_.read_file(resolved.string());
    if (!content) {
      fault("the file {} cannot be read; check the path and its permissions", resolved.string());
      return;
    }
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    result.text += *content;
    result.secret = true;
  }

  Place at_;
  const Environment& environment_;
  Faults& faults_;
};

}  // namespace

Substituted substitute(std::string_view raw, Place at, const Environment& environment, Faults& faults) {
  Substituted result;
  Replacer replacer(at, environment, faults);
  while (!raw.empty()) {
    const auto begin = raw.find("${");
    if (begin == std::string_view::npos) break;
    if (begin > 0 && raw[begin - 1] == '$') {
      result.text += raw.substr(0, begin - 1);
      result.text += "${";
      raw.remove_prefix(begin + 2);
      continue;
    }
    result.text += raw.substr(0, begin);
    const auto end = raw.find('}', begin);
    result.replaced = true;
    if (end == std::string_view::npos) {
      faults.add(at, "'${' without '}'; close it, or write $${ to keep it as text");
      return result;
    }
    replacer.replace(raw.substr(begin + 2, end - begin - 2), result);
    raw.remove_prefix(end + 1);
  }
  result.text += raw;
  return result;
}

}  // namespace streams::runtime::config
