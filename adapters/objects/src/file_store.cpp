#include <streams/objects/file_store.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "attempts.hpp"
#include "crc32c.hpp"

namespace streams::objects {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadAtOnce = 256 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const noexcept { return number_; }
  bool valid() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

Descriptor open_file(const fs::path& path, int flags) {
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (number < 0 && errno == EINTR);
  return Descriptor(number);
}

bool may_heal(int error) {
  return error == ENOSPC || error == EDQUOT || error == EIO || error == EMFILE || error == ENFILE ||
         error == ENOMEM || error == ESTALE || error == EAGAIN || error == ENOLCK;
}

std::string_view mend_of(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return "; let this user write there, or give another folder";
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
      return "; an object has the name of a folder of others: give it another name";
    case ENAMETOOLONG:
      return "; give it a shorter name";
    case ENOSPC:
    case EDQUOT:
      return "; make room";
    default:
      return {};
  }
}

Attempt fault(std::string_view action, const fs::path& path, int error) {
  const std::string text = fmt::format("cannot {} {}: {}{}", action, path.string(),
                                       std::generic_category().message(error), mend_of(error));
  if (may_heal(error)) return {absl::UnavailableError(text), true, {}};
  return {absl::FailedPreconditionError(text), false, {}};
}

const Attempt kDone{absl::OkStatus(), false, {}};

Attempt sync_folder(const fs::path& folder) {
  const Descriptor descriptor = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!descriptor.valid() || ::fsync(descriptor.get()) != 0) return fault("sync the folder", folder, errno);
  return kDone;
}

/// Makes the folders that are missing, each safe on the disk before the next.
Attempt make_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code ignored;
  for (fs::path at = folder; !at.empty() && !fs::exists(at, ignored); at = at.parent_path())
    missing.push_back(at);
  for (auto made = missing.rbegin(); made != missing.rend(); ++made) {
    if (::mkdir(made->c_str(), 0777) != 0 && errno != EEXIST) return fault("make the folder", *made, errno);
    const fs::path parent = made->parent_path();
    if (Attempt synced = sync_folder(parent.empty() ? "." : parent); !synced.status.ok()) return synced;
  }
  return kDone;
}

/// Opens the temporary file for one writer alone. What another writer had open there may be the finished object by
/// the time that its lock falls: then the next try opens a new file.
std::pair<Descriptor, int> open_alone(const fs::path& path) {
  for (;;) {
    Descriptor file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (!file.valid()) return {std::move(file), errno};
    while (::flock(file.get(), LOCK_EX) != 0) {
      if (errno != EINTR) return {Descriptor(-1), errno};
    }
    struct stat held {};
    struct stat named {};
    if (::fstat(file.get(), &held) != 0) return {Descriptor(-1), errno};
    if (::lstat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
      return {std::move(file), 0};
    }
  }
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The checksum of the file's content as the disk has it, or an errno.
std::pair<std::uint32_t, int> checksum_of(int file) {
  // What is synced may leave the cache: so it is the disk that is read.
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  std::vector<char> buffer(kReadAtOnce);
  std::uint32_t sum = 0;
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file, buffer.data(), buffer.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {0, errno};
    if (got == 0) return {sum, 0};
    sum = crc32c({buffer.data(), static_cast<std::size_t>(got)}, sum);
    at += got;
  }
}

class FileStore final : public ObjectStore {
 public:
  FileStore(FileStoreOptions options, RetryPause& pause) : options_(std::move(options)), pause_(pause) {}

  absl::Status put(const ObjectName& name, std::string_view bytes,
                   std::string_view /*content_type*/) override {
    return try_until_done(options_.retry, pause_, [&] { return write(name, bytes); });
  }

  std::string describe() const override { return fmt::format("file://{}", options_.folder.string()); }

 private:
  Attempt write(const ObjectName& name, std::string_view bytes) const {
    const fs::path path = options_.folder / name.str();
    const std::string leaf = path.filename().string();
    if (leaf.starts_with(".") && leaf.ends_with(".part")) {
      return {absl::InvalidArgumentError(fmt::format(
                  "the object {} has the name of a temporary file; give it another name", path.string())),
              false,
              {}};
    }
    const fs::path folder = path.parent_path();
    const fs::path temporary = folder / fmt::format(".{}.part", leaf);
    if (Attempt made = make_folders(folder); !made.status.ok()) return made;
    const auto [file, error] = open_alone(temporary);
    if (error != 0) return fault("open", temporary, error);
    Attempt written = fill(file.get(), temporary, bytes);
    if (written.status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
      written = fault("rename to", path, errno);
    }
    if (!written.status.ok()) {
      ::unlink(temporary.c_str());
      return written;
    }
    return sync_folder(folder);
  }

  Attempt fill(int file, const fs::path& path, std::string_view bytes) const {
    if (::ftruncate(file, 0) != 0 || !write_all(file, bytes) || ::fsync(file) != 0)
      return fault("write", path, errno);
    if (!options_.verify) return kDone;
    const auto [sum, error] = checksum_of(file);
    if (error != 0) return fault("read back", path, error);
    if (sum != crc32c(bytes)) {
      return {
          absl::UnavailableError(fmt::format("{} is not what was written: check the disk", path.string())),
          true,
          {}};
    }
    return kDone;
  }

  FileStoreOptions options_;
  RetryPause& pause_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectStore>> open_file_store(FileStoreOptions options, RetryPause& pause) {
  if (options.folder.empty()) return absl::InvalidArgumentError("an object store of files needs a folder");
  const Attempt made = make_folders(options.folder);
  if (!made.status.ok()) return made.status;
  if (::access(options.folder.c_str(), W_OK | X_OK) != 0)
    return fault("write to", options.folder, errno).status;
  return std::make_unique<FileStore>(std::move(options), pause);
}

}  // namespace streams::objects
