#include "membership.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace streams::kafka {

namespace {

/// FNV-1a: the same in every build, unlike std::hash.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
  return hash;
}

/// The text as a part of a name that Kafka takes (249 letters of a few kinds). What had to be changed gets a hash
/// at its end, so that two texts do not become one.
std::string kafka_name(const std::string& text) {
  constexpr std::size_t kLongest = 200;
  std::string name = text.substr(0, kLongest);
  for (char& letter : name) {
    const bool taken = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' || letter == '-';
    if (!taken) letter = '_';
  }
  return name == text ? name : fmt::format("{}-{:016x}", name, hash_of(text));
}

struct ProcessState {
  char state = '?';
  unsigned long flags = 0;
  unsigned long pending_signals = 0;
  std::string start_time;
};

std::optional<ProcessState> process_state(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name in parentheses may hold anything; the fields begin behind its last one.
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::vector<std::string> words;
  for (std::string word; fields >> word;) words.push_back(word);
  constexpr std::size_t kState = 0, kFlags = 6, kStartTime = 19, kPending = 28;
  if (words.size() <= kPending) return std::nullopt;
  return ProcessState{words[kState].front(), std::strtoul(words[kFlags].c_str(), nullptr, 10),
                      std::strtoul(words[kPending].c_str(), nullptr, 10), words[kStartTime]};
}

std::string own_mark() {
  const std::string pid = std::to_string(getpid());
  const auto state = process_state(pid);
  return pid + " " + (state ? state->start_time : "?");
}

/// Whether the process that locked the file will not go on: the kernel holds its lock only until it is
/// cleaned up.
bool is_dying(int descriptor) {
  std::array<char, 64> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
  if (size <= 0) return false;
  std::istringstream mark(std::string(text.data(), static_cast<std::size_t>(size)));
  std::string pid, start_time;
  if (!(mark >> pid >> start_time)) return false;
  const auto state = process_state(pid);
  constexpr unsigned long kExiting = 0x4;  // PF_EXITING
  // Killed, and not run since: it does not know yet that it is exiting.
  constexpr unsigned long kKilled = 1UL << (SIGKILL - 1);
  return !state || state->start_time != start_time || state->state == 'Z' || state->state == 'X' ||
         (state->flags & kExiting) != 0 || (state->pending_signals & kKilled) != 0;
}

/// The descriptor when this process has the lock now, -1 with `errno` EWOULDBLOCK when another one has it,
/// EOWNERDEAD when that one is about to end.
int try_lock(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return -1;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  const int reason = errno;
  const bool dying = reason == EWOULDBLOCK && is_dying(descriptor);
  close(descriptor);
  errno = dying ? EOWNERDEAD : reason;
  return -1;
}

}  // namespace

Slot::Slot(Slot&& other) noexcept
    : number_(other.number_), descriptor_(std::exchange(other.descriptor_, -1)) {}

Slot::~Slot() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::StatusOr<Slot> claim_slot(const std::string& folder, const std::string& group,
                                std::chrono::milliseconds patience) {
  const std::string group_folder = fmt::format("{}/{:016x}", folder, hash_of(group));
  std::error_code error;
  std::filesystem::create_directories(group_folder, error);
  if (error) return absl::UnavailableError(fmt::format("cannot make {}: {}", group_folder, error.message()));
  // Others may have made the folder in a place that everybody can write to.
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0 || facts.st_uid != geteuid())
    return absl::UnavailableError(fmt::format("{} belongs to another user", folder));

  constexpr std::chrono::milliseconds kPause{5};
  constexpr std::size_t kMostSlots = 10000;
  for (std::size_t number = 0; number < kMostSlots; ++number) {
    const std::string path = fmt::format("{}/slot-{}", group_folder, number);
    int descriptor = try_lock(path);
    while (descriptor < 0 && errno == EOWNERDEAD && patience.count() > 0) {
      std::this_thread::sleep_for(kPause);
      patience -= kPause;
      descriptor = try_lock(path);
    }
    if (descriptor < 0 && errno != EWOULDBLOCK && errno != EOWNERDEAD)
      return absl::UnavailableError(
          fmt::format("cannot lock {}: {}", path, std::generic_category().message(errno)));
    if (descriptor < 0) continue;
    Slot slot(number, descriptor);
    const std::string mark = own_mark();
    if (ftruncate(descriptor, 0) != 0 ||
        pwrite(descriptor, mark.data(), mark.size(), 0) != static_cast<ssize_t>(mark.size()))
      return absl::UnavailableError(
          fmt::format("cannot write {}: {}", path, std::generic_category().message(errno)));
    return slot;
  }
  return absl::UnavailableError(fmt::format("all slots of {} are taken", group_folder));
}

std::string default_lock_folder() {
  const char* runtime_folder = std::getenv("XDG_RUNTIME_DIR");
  const std::string base = runtime_folder != nullptr && *runtime_folder != '\0' ? runtime_folder : "/tmp";
  return fmt::format("{}/streams-{}", base, geteuid());
}

Identity own_identity() {
  Identity identity;
  if (const char* pod = std::getenv("POD_NAME"); pod != nullptr) identity.pod = pod;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  identity.host = host.data();
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::getline(file, identity.boot_id);
  return identity;
}

std::string instance_id(const Identity& identity, std::size_t slot, std::size_t member) {
  if (!identity.pod.empty()) return fmt::format("{}-{}-{}", kafka_name(identity.pod), slot, member);
  return fmt::format("{}-{:08x}-{}-{}", identity.host, hash_of(identity.boot_id) & 0xffffffffU, slot, member);
}

}  // namespace streams::kafka
