#include "sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "framed_record.hpp"
#include "line_reader.hpp"

namespace streams::local {
namespace {

constexpr std::size_t kRoom = std::size_t{4} << 20;

/// What keeps `payload` from being a line that a reader gives back as it was; empty when nothing does.
std::string_view why_no_line(const Bytes& payload) {
  if (payload.is_null())
    return "it has no value (a tombstone), which a line cannot say; use `format: framed`";
  if (payload.view().find('\n') != std::string_view::npos)
    return "its value has a line break; use `format: framed`";
  if (is_blank(payload.view())) return "its value is blank, which a reader would skip; use `format: framed`";
  return {};
}

}  // namespace

LineSink::LineSink(std::vector<Target> targets, runtime::LocalFormat format, FileWaiter& waiter,
                   runtime::Log& log)
    : targets_(std::move(targets)), format_(format), waiter_(waiter), log_(log) {}

absl::Status LineSink::start(runtime::SinkEvents& events) {
  events_ = &events;
  // A reader that goes away must be an error of write(), not the end of the process.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  for (const Target& target : targets_) {
    const auto [entry, is_new] = outputs_.try_emplace(target.name);
    Output& output = entry->second;
    by_sink_.push_back(&output);
    if (!is_new) continue;
    output.name = target.name;
    output.descriptor = target.descriptor;
    if (!target.file.empty()) {
      if (absl::Status status = open_file(output, target.file); !status.ok()) return status;
    }
    struct stat kind {};
    output.may_block = fstat(output.descriptor, &kind) != 0 || !S_ISREG(kind.st_mode);
  }
  return absl::OkStatus();
}

absl::Status LineSink::open_file(Output& output, const std::filesystem::path& file) {
  output.owned = Descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!output.owned) return absl::ErrnoToStatus(errno, fmt::format("cannot open {}", output.name));
  output.descriptor = output.owned.get();
  return mend_end(output);
}

absl::Status LineSink::mend_end(Output& output) const {
  const off_t size = lseek(output.descriptor, 0, SEEK_END);
  char last = '\n';
  if (size > 0 && pread(output.descriptor, &last, 1, size - 1) != 1) {
    return absl::ErrnoToStatus(errno, fmt::format("cannot read {}", output.name));
  }
  if (last == '\n') return absl::OkStatus();
  // Whether a killed run left half a record or somebody's last line has no end cannot be told: nothing is
  // removed.
  log_.warning(fmt::format(
      "{} ends in the middle of a line; a line break is added before anything is appended", output.name));
  if (write(output.descriptor, "\n", 1) != 1)
    return absl::ErrnoToStatus(errno, fmt::format("cannot write {}", output.name));
  return absl::OkStatus();
}

bool LineSink::send(const runtime::OutgoingRecord& record) {
  Output& output = *by_sink_[record.sink];
  if (failed_ || output.waiting.size() >= kRoom) return false;
  if (format_ == runtime::LocalFormat::kFramed) {
    const std::size_t had = output.waiting.size();
    if (absl::Status status = append_framed(*record.envelope, *record.payload, output.waiting);
        !status.ok()) {
      output.waiting.resize(had);
      events_->refused(record.token, std::string(status.message()));
      return true;
    }
    output.accepted += output.waiting.size() - had;
  } else {
    if (const std::string_view why = why_no_line(*record.payload); !why.empty()) {
      events_->refused(record.token, why);
      return true;
    }
    output.waiting.append(record.payload->view()).append(1, '\n');
    output.accepted += record.payload->size() + 1;
  }
  output.reports.emplace_back(output.accepted, record.token);
  return true;
}

void LineSink::poll() {
  for (auto& [name, output] : outputs_) {
    if (failed_) return;
    const absl::Status status = write_out(output);
    while (!output.reports.empty() && output.reports.front().first <= output.written) {
      void* token = output.reports.front().second;
      output.reports.pop_front();
      events_->delivered(token);
    }
    if (!status.ok()) {
      failed_ = true;
      events_->sink_failed(status);
    }
  }
}

absl::Status LineSink::write_out(Output& output) {
  std::size_t done = 0;
  absl::Status status;
  while (done < output.waiting.size()) {
    std::size_t size = output.waiting.size() - done;
    if (output.may_block) {
      pollfd ready{.fd = output.descriptor, .events = POLLOUT, .revents = 0};
      if (::poll(&ready, 1, 0) <= 0) {
        waiter_.expect_room(output.descriptor);
        break;
      }
      // A pipe that has room takes this much without waiting, and not more for sure.
      size = std::min<std::size_t>(size, PIPE_BUF);
    }
    const ssize_t count = write(output.descriptor, output.waiting.data() + done, size);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
      waiter_.expect_room(output.descriptor);
      break;
    }
    if (count < 0) {
      status = errno == EPIPE ? absl::UnavailableError(fmt::format(
                                    "cannot write {}: whoever read it has closed it", output.name))
                              : absl::ErrnoToStatus(errno, fmt::format("cannot write {}", output.name));
      break;
    }
    done += static_cast<std::size_t>(count);
  }
  output.waiting.erase(0, done);
  output.written += done;
  return status;
}

}  // namespace streams::local
