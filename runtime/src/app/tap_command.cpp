#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/describe.hpp>
#include <streams/codec/json.hpp>

#include "app/program.hpp"
#include "observe/http_fetch.hpp"
#include "observe/percent_code.hpp"

namespace streams::runtime {
namespace tap_page {

struct Counts {
  std::uint64_t passed = 0;
  std::uint64_t shown = 0;
  std::uint64_t lost = 0;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (passed, shown, lost))

struct CountsLine {
  Counts tap;
};
BOOST_DESCRIBE_STRUCT(CountsLine, (), (tap))

}  // namespace tap_page

namespace {

/// Takes the page apart: records to stdout, counts to where they are told at the end.
class TapReader {
 public:
  void read(std::string_view part) {
    rest_ += part;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      line({rest_.data() + begin, end - begin});
    }
    rest_.erase(0, begin);
    std::fflush(stdout);
  }

  std::string counts_text() const {
    std::string text = fmt::format("{} shown of {} that passed", counts_.shown, counts_.passed);
    if (counts_.lost > 0)
      text += fmt::format("; {} lost, because they were not read fast enough", counts_.lost);
    return text;
  }

 private:
  void line(std::string_view text) {
    if (text.starts_with(R"({"tap":)")) {
      tap_page::CountsLine line;
      JsonCodec<tap_page::CountsLine>::decode(text, line);
      counts_ = line.tap;
      return;
    }
    // More than the last counts knew of.
    ++shown_;
    counts_.shown = std::max(counts_.shown, shown_);
    counts_.passed = std::max(counts_.passed, shown_);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
  }

  std::string rest_;
  tap_page::Counts counts_;
  std::uint64_t shown_ = 0;
};

}  // namespace

ExitCode tap_command(const CommandLine& line) {
  std::string target = fmt::format("/tap?step={}", percent_encoded(line.tapped));
  if (line.limit) target += fmt::format("&limit={}", *line.limit);
  TapReader reader;
  bool began = false;
  const absl::Status status = http_follow(*line.http, target, [&](std::string_view part) {
    if (!began) std::fprintf(stderr, "tapping %s; Ctrl-C ends it\n", line.tapped.c_str());
    began = true;
    reader.read(part);
  });
  if (began) std::fprintf(stderr, "%s: %s\n", line.tapped.c_str(), reader.counts_text().c_str());
  if (status.ok()) return ExitCode::ok;
  const std::string why(status.message());
  if (began) throw CommandFailure{ExitCode::outside, fmt::format("tap: the run has ended: {}", why)};
  if (absl::IsFailedPrecondition(status))
    throw CommandFailure{ExitCode::outside, fmt::format("tap: {}", why)};
  throw CommandFailure{ExitCode::outside,
                       fmt::format("tap: {}; is there a run with `--http` at that address?", why)};
}

}  // namespace streams::runtime
