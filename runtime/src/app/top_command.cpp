#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "app/program.hpp"
#include "observe/http_fetch.hpp"
#include "observe/status_table.hpp"
#include "observe/status_view.hpp"

namespace streams::runtime {
namespace {

constexpr std::chrono::seconds kPause{1};
constexpr int kPatience = 3;

absl::StatusOr<StatusView> look(const HttpAddress& address) {
  absl::StatusOr<std::string> page = http_fetch(address, "/status");
  if (!page.ok()) return page.status();
  return read_status(*page);
}

TableStyle terminal_style() {
  TableStyle style;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  style.colour = std::getenv("NO_COLOR") == nullptr;
  return style;
}

std::size_t terminal_height() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 ? size.ws_row : 1000;
}

void show(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// Over what was there before: each line is cleared to its end, and what is below the last one too.
void redraw(const std::string& table) {
  std::string text = "\033[H";
  std::size_t lines = terminal_height() - 1;
  for (std::string_view rest = table; !rest.empty() && lines > 0; --lines) {
    const std::size_t end = rest.find('\n');
    text += rest.substr(0, end);
    text += "\033[K\n";
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  show(text + "\033[J");
}

bool is_ending(const StatusView& status) {
  return !status.workers.empty() &&
         std::all_of(status.workers.begin(), status.workers.end(), [](const status::Worker& worker) {
           return worker.state == "draining" || worker.state == "leaving" || worker.state == "ended";
         });
}

}  // namespace

ExitCode top_command(const CommandLine& line) {
  absl::StatusOr<StatusView> status = look(*line.http);
  if (!status.ok()) {
    throw CommandFailure{ExitCode::outside,
                         fmt::format("top: {}; is there a run with `--http` at that address?",
                                     std::string(status.status().message()))};
  }
  if (line.once || ::isatty(STDOUT_FILENO) == 0) {
    show(status_table(*status, {.colour = false, .width = 1000}));
    return ExitCode::ok;
  }
  show("\033[2J");
  StatusView last;
  for (int failures = 0; failures < kPatience;) {
    if (status.ok()) {
      failures = 0;
      redraw(status_table(*status, terminal_style()));
      last = *std::move(status);
    } else {
      ++failures;
    }
    std::this_thread::sleep_for(kPause);
    status = look(*line.http);
  }
  if (is_ending(last)) {
    show("\nThe run has ended.\n");
    return ExitCode::ok;
  }
  throw CommandFailure{ExitCode::outside, fmt::format("top: the run has ended, or cannot be reached: {}",
                                                      std::string(status.status().message()))};
}

}  // namespace streams::runtime
