#include "app/compile_faults.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

/// `FILE:LINE:COLUMN: REST` or `FILE:LINE: REST`.
struct Located {
  std::string_view file;
  std::string_view line;
  std::string_view rest;
};

std::string_view take_number(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && std::isdigit(static_cast<unsigned char>(text[size])) != 0) ++size;
  return text.substr(0, size);
}

std::optional<Located> located(std::string_view text) {
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', colon + 1)) {
    std::string_view rest = text.substr(colon + 1);
    const std::string_view line = take_number(rest);
    if (colon == 0 || line.empty() || line.size() == rest.size() || rest[line.size()] != ':') continue;
    rest.remove_prefix(line.size() + 1);
    if (const std::string_view column = take_number(rest);
        !column.empty() && column.size() < rest.size() && rest[column.size()] == ':') {
      rest.remove_prefix(column.size() + 1);
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return Located{text.substr(0, colon), line, rest};
  }
  return std::nullopt;
}

/// The `[streams] ...` of an error, without what the compiler puts around it.
std::optional<std::string_view> fault_text(std::string_view error) {
  const std::size_t begin = error.find("[streams]");
  if (begin == std::string_view::npos) {
    const bool discarded = error.find("nodiscard") != std::string_view::npos ||
                           error.find("warn_unused_result") != std::string_view::npos;
    if (!discarded) return std::nullopt;
    if (error.find("Pipeline") != std::string_view::npos) {
      return "[streams] a Pipeline is built here and thrown away; return it from the pipeline function, "
             "several of them as "
             "pipeline(a, b, ...)";
    }
    if (error.find("Stream") != std::string_view::npos) {
      return "[streams] a Stream is built here and thrown away; end it with .sink(...) and return that from "
             "the pipeline "
             "function";
    }
    return std::nullopt;
  }
  std::string_view text = error.substr(begin);
  if (text.ends_with('"')) text.remove_suffix(1);
  return text;
}

class Finder {
 public:
  explicit Finder(const std::vector<std::filesystem::path>& library_folders)
      : library_folders_(library_folders) {}

  void read(std::string_view text) {
    if (text.find(": In instantiation of ") != std::string_view::npos ||
        text.find(": In substitution of ") != std::string_view::npos) {
      end_fault();
      author_.reset();
      return;
    }
    const std::optional<Located> at = located(text);
    if (!at) return;
    if (at->rest.starts_with("error: ") || at->rest.starts_with("fatal error: ")) {
      end_fault();
      if (const auto fault = fault_text(at->rest)) {
        text_ = *fault;
        fallback_ = *at;
        if (!is_library(at->file)) author_ = at;
      }
      return;
    }
    // g++ gives the way to an error before it, clang behind it.
    const bool leads_here =
        at->rest.starts_with("required from") || at->rest.find("requested here") != std::string_view::npos;
    if (leads_here && !is_library(at->file)) author_ = at;
  }

  std::vector<std::string> finish() && {
    end_fault();
    return std::move(faults_);
  }

 private:
  bool is_library(std::string_view file) const {
    const std::string path = std::filesystem::path(file).lexically_normal().string();
    return std::any_of(library_folders_.begin(), library_folders_.end(),
                       [&](const std::filesystem::path& folder) {
                         return path.starts_with(folder.lexically_normal().string());
                       });
  }

  void end_fault() {
    if (text_.empty()) return;
    const Located at = author_.value_or(fallback_);
    std::string fault = fmt::format("{}:{}: {}", at.file, at.line, text_);
    if (std::find(faults_.begin(), faults_.end(), fault) == faults_.end())
      faults_.push_back(std::move(fault));
    text_ = {};
  }

  const std::vector<std::filesystem::path>& library_folders_;
  std::string_view text_;
  std::optional<Located> author_;
  Located fallback_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> find_compile_faults(std::string_view compiler_text,
                                             const std::vector<std::filesystem::path>& library_folders) {
  Finder finder(library_folders);
  while (!compiler_text.empty()) {
    const std::size_t end = std::min(compiler_text.find('\n'), compiler_text.size());
    finder.read(compiler_text.substr(0, end));
    compiler_text.remove_prefix(std::min(end + 1, compiler_text.size()));
  }
  return std::move(finder).finish();
}

}  // namespace streams::runtime
