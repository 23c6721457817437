#include "app/source_compiler.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <streams/module.hpp>

#include "app/child_process.hpp"
#include "app/compile_faults.hpp"
#include "app/content_key.hpp"

namespace streams::runtime {
namespace {

namespace fs = std::filesystem;

/// What stood behind `--`, told apart.
struct Arguments {
  std::vector<fs::path> sources;
  std::vector<std::string> compile_flags;
  std::vector<std::string> link_flags;  ///< for the linker alone
  std::vector<fs::path> link_files;     ///< objects and archives among them
};

bool ends_in_one_of(std::string_view word, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return word.ends_with(ending); });
}

Arguments sort_arguments(const CompileRequest& request) {
  Arguments sorted;
  sorted.sources.push_back(request.source);
  for (const std::string& word : request.arguments) {
    const bool is_flag = word.starts_with('-');
    if (!is_flag && ends_in_one_of(word, {".cpp", ".cc", ".cxx", ".c++"})) {
      sorted.sources.emplace_back(word);
    } else if (!is_flag && ends_in_one_of(word, {".o", ".a", ".so"})) {
      sorted.link_flags.push_back(word);
      sorted.link_files.emplace_back(word);
    } else if (word.starts_with("-l") || word.starts_with("-L") || word.starts_with("-Wl,")) {
      sorted.link_flags.push_back(word);
    } else {
      sorted.compile_flags.push_back(word);
    }
  }
  return sorted;
}

/// A folder that goes away with everything in it.
class TemporaryFolder {
 public:
  static absl::StatusOr<TemporaryFolder> make(const fs::path& parent) {
    std::string name = (parent / "compiling-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      return absl::PermissionDeniedError(
          fmt::format("{}: cannot write here: {}", parent.string(), std::generic_category().message(errno)));
    }
    return TemporaryFolder(name);
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// The files named in a makefile rule, as `-MMD` writes it.
std::vector<std::string> read_dependencies(const fs::path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::vector<std::string> names;
  std::string name;
  const auto end_name = [&] {
    if (!name.empty() && !name.ends_with(':')) names.push_back(name);
    name.clear();
  };
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char letter = text[index];
    const char next = index + 1 < text.size() ? text[index + 1] : '\0';
    if (letter == '\\' && (next == ' ' || next == '#' || next == '\\')) {
      name += next;
      ++index;
    } else if (letter == '$' && next == '$') {
      name += '$';
      ++index;
    } else if (letter == '\\' && next == '\n') {
      end_name();
      ++index;
    } else if (letter == ' ' || letter == '\n') {
      end_name();
    } else {
      name += letter;
    }
  }
  end_name();
  return names;
}

/// All that decides about a module and is known before anything is compiled, the sources' content apart.
std::string request_key(const CompileRequest& request, const Toolchain& toolchain) {
  ContentKey key;
  key.add(module::abi_tag());
  key.add(fmt::format("{}.{}", module::kApiMajor, module::kApiMinor));
  for (const std::string& word : toolchain.compiler) {
    key.add(word);
    // Asking the compiler for its version would cost more than everything else here.
    struct stat info {};
    if (::stat(word.c_str(), &info) == 0) {
      key.add(fmt::format("{}.{} {}", info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size));
    }
  }
  for (const std::string& flag : toolchain.flags) key.add(flag);
  for (const fs::path& folder : toolchain.include_folders) key.add(folder.string());
  for (const fs::path& folder : toolchain.library_folders) key.add(folder.string());
  // The name as it was given: it stands in the graph and in the compiler's text.
  std::error_code ignored;
  key.add(fs::current_path(ignored).string());
  key.add(request.source.string());
  for (const std::string& word : request.arguments) key.add(word);
  return key.text();
}

/// The key of the contents of these files, or nothing when one is gone.
std::optional<std::string> contents_key(const std::set<std::string>& files) {
  ContentKey key;
  for (const std::string& file : files) {
    key.add(file);
    if (!key.add_file(file)) return std::nullopt;
  }
  return key.text();
}

/// Where the modules of one request are kept: a list of the files that went into the last one, and a module
/// for each content of those files.
class CacheEntry {
 public:
  CacheEntry(fs::path cache, std::string key) : cache_(std::move(cache)), key_(std::move(key)) {}

  std::optional<fs::path> find() const {
    std::ifstream in(list_path());
    if (!in) return std::nullopt;
    std::set<std::string> files;
    for (std::string line; std::getline(in, line);) files.insert(line);
    const std::optional<std::string> contents = contents_key(files);
    if (!contents) return std::nullopt;
    fs::path module = module_path(*contents);
    std::error_code error;
    if (!fs::is_regular_file(module, error)) return std::nullopt;
    return module;
  }

  /// Takes the module in, and drops what nobody has asked for in a day.
  absl::StatusOr<fs::path> store(const fs::path& module, const std::set<std::string>& files,
                                 const fs::path& scratch) const {
    const std::optional<std::string> contents = contents_key(files);
    if (!contents)
      return absl::AbortedError("a source or header was removed while it was compiled; try again");
    drop_old();
    {
      std::ofstream list(scratch / "list");
      for (const std::string& file : files) list << file << '\n';
    }
    fs::path target = module_path(*contents);
    std::error_code error;
    fs::rename(module, target, error);
    if (!error) fs::rename(scratch / "list", list_path(), error);
    if (error) return absl::PermissionDeniedError(fmt::format("{}: {}", target.string(), error.message()));
    return target;
  }

 private:
  fs::path list_path() const { return cache_ / (key_ + ".files"); }
  fs::path module_path(const std::string& contents) const { return cache_ / (key_ + "-" + contents + ".so"); }

  void drop_old() const {
    std::error_code ignored;
    const auto oldest = fs::file_time_type::clock::now() - std::chrono::hours(24);
    for (const fs::directory_entry& entry : fs::directory_iterator(cache_, ignored)) {
      if (!entry.path().filename().string().starts_with(key_ + "-")) continue;
      if (entry.last_write_time(ignored) < oldest) fs::remove(entry.path(), ignored);
    }
  }

  fs::path cache_;
  std::string key_;
};

absl::Status compile_failed(const CompileRequest& request, const Toolchain& toolchain,
                            const std::string& output) {
  std::string text;
  for (const std::string& fault : find_compile_faults(output, toolchain.include_folders))
    text += fault + "\n";
  if (!text.empty()) text += "\n";
  text += output;
  text += fmt::format("{}: does not compile; the pipeline was not started", request.source.string());
  return absl::FailedPreconditionError(text);
}

/// Compiles into `folder`. Returns the module; `files` gets everything that went into it.
absl::StatusOr<fs::path> build(const CompileRequest& request, const Toolchain& toolchain,
                               const fs::path& folder, std::set<std::string>& files, StderrLog& log) {
  const Arguments arguments = sort_arguments(request);
  std::vector<std::string> compile = toolchain.compiler;
  compile.insert(compile.end(), toolchain.flags.begin(), toolchain.flags.end());
  for (const fs::path& include : toolchain.include_folders) compile.push_back("-I" + include.string());
  compile.insert(compile.end(), arguments.compile_flags.begin(), arguments.compile_flags.end());

  std::vector<ChildProcess> children;
  for (std::size_t index = 0; index < arguments.sources.size(); ++index) {
    const fs::path stem = folder / std::to_string(index);
    std::vector<std::string> command = compile;
    command.insert(command.end(), {"-c", "-MMD", "-MF", stem.string() + ".d", "-o", stem.string() + ".o",
                                   arguments.sources[index].string()});
    absl::StatusOr<ChildProcess> child = ChildProcess::start(command);
    if (!child.ok()) return child.status();
    children.push_back(*std::move(child));
  }
  std::string output;
  bool succeeded = true;
  for (ChildProcess& child : children) {
    ChildProcess::End end = child.wait();
    succeeded = succeeded && end.succeeded;
    output += end.output;
  }
  if (!succeeded) return compile_failed(request, toolchain, output);

  fs::path module = folder / "module.so";
  std::vector<std::string> link = toolchain.compiler;
  link.insert(link.end(), toolchain.flags.begin(), toolchain.flags.end());
  link.insert(link.end(), arguments.compile_flags.begin(), arguments.compile_flags.end());
  link.insert(link.end(), {"-shared", "-o", module.string()});
  for (std::size_t index = 0; index < arguments.sources.size(); ++index) {
    link.push_back((folder / std::to_string(index)).string() + ".o");
    for (std::string& name : read_dependencies((folder / std::to_string(index)).string() + ".d")) {
      files.insert(std::move(name));
    }
  }
  for (const fs::path& library : toolchain.library_folders) {
    link.push_back("-L" + library.string());
    link.push_back("-Wl,-rpath," + library.string());
  }
  link.insert(link.end(), arguments.link_flags.begin(), arguments.link_flags.end());
  link.push_back("-lstreams_api");
  for (const fs::path& file : arguments.link_files) files.insert(file.string());

  absl::StatusOr<ChildProcess> linker = ChildProcess::start(link);
  if (!linker.ok()) return linker.status();
  const ChildProcess::End end = linker->wait();
  output += end.output;
  if (!end.succeeded) return compile_failed(request, toolchain, output);
  if (!output.empty()) log.fault(output);
  return module;
}

bool changed_since(const std::set<std::string>& files, fs::file_time_type start) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    std::error_code error;
    return fs::last_write_time(file, error) > start || error;
  });
}

}  // namespace

absl::StatusOr<fs::path> module_cache() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  fs::path root;
  if (cache != nullptr && *cache == '/') {
    root = cache;
  } else if (home != nullptr && *home == '/') {
    root = fs::path(home) / ".cache";
  } else {
    return absl::FailedPreconditionError(
        "there is no folder for compiled pipelines: set XDG_CACHE_HOME (or HOME) to an absolute path, or run "
        "a module (.so)");
  }
  fs::path folder = root / "streams" / "modules";
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  if (!error && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    error.assign(errno, std::generic_category());
  struct stat info {};
  if (!error && ::stat(folder.c_str(), &info) != 0) error.assign(errno, std::generic_category());
  if (error) {
    return absl::PermissionDeniedError(
        fmt::format("{}: cannot make this folder for compiled pipelines: {}; set XDG_CACHE_HOME to a folder "
                    "that can be written",
                    folder.string(), error.message()));
  }
  if (info.st_uid != ::geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::PermissionDeniedError(
        fmt::format("{}: others may write into this folder, and what is in it is run; `chmod 700` it, or set "
                    "XDG_CACHE_HOME to a "
                    "folder of your own",
                    folder.string()));
  }
  return folder;
}

absl::StatusOr<fs::path> compile_source(const CompileRequest& request, const Toolchain& toolchain,
                                        const fs::path& cache, StderrLog& log) {
  const CacheEntry entry(cache, request_key(request, toolchain));
  if (auto module = entry.find()) {
    log.debug(fmt::format("{} is compiled already: {}", request.source.string(), module->string()));
    return *module;
  }
  log.info(fmt::format("compiling {} ...", request.source.string()));
  absl::StatusOr<TemporaryFolder> folder = TemporaryFolder::make(cache);
  if (!folder.ok()) return folder.status();
  constexpr int kAttempts = 3;
  for (int attempt = 1;; ++attempt) {
    const fs::file_time_type start = fs::file_time_type::clock::now();
    std::set<std::string> files;
    absl::StatusOr<fs::path> module = build(request, toolchain, folder->path(), files, log);
    if (!module.ok()) return module.status();
    // What was edited meanwhile may not be what the compiler has read.
    if (changed_since(files, start)) {
      if (attempt < kAttempts) continue;
      return absl::AbortedError(
          fmt::format("{}: the source or a header of it changes while it is compiled; wait until it is "
                      "written, and check that no "
                      "file's time lies in the future",
                      request.source.string()));
    }
    const auto took = std::chrono::duration<double>(fs::file_time_type::clock::now() - start);
    log.debug(fmt::format("compiled {} in {:.1f} s", request.source.string(), took.count()));
    return entry.store(*module, files, folder->path());
  }
}

}  // namespace streams::runtime
