#pragma once

#include <array>
#include <string_view>

namespace streams::runtime {

/// What the process tells its parent. The numbers are a promise: operators' scripts read them.
enum class ExitCode {
  ok = 0,
  internal = 1,
  command_line = 2,
  configuration = 3,
  pipeline = 4,
  record_refused = 5,
  outside = 6,
  orphans = 7,
};

struct ExitCodeText {
  ExitCode code;
  std::string_view text;
};

/// Every code in words, in the order of the numbers.
inline constexpr std::array<ExitCodeText, 8> kExitCodes{{
    {ExitCode::ok, "the run ended as asked, or the command found nothing wrong"},
    {ExitCode::internal, "a fault of Streams itself"},
    {ExitCode::command_line, "the command line is wrong"},
    {ExitCode::configuration, "the deployment file is wrong, or does not fit the pipeline"},
    {ExitCode::pipeline, "the pipeline does not compile, cannot be loaded, or has a wrong shape"},
    {ExitCode::record_refused,
     "a step refused a record whose policy is `fail`; nothing is lost, a restart reads it again"},
    {ExitCode::outside, "something outside cannot go on: a broker, a topic, a file"},
    {ExitCode::orphans, "`plan --diff` found records or offsets that the new deployment would leave behind"},
}};

}  // namespace streams::runtime
