#include "engine/step_error_log.hpp"

#include <gtest/gtest.h>

#include <string>

namespace streams::runtime {
namespace {

class FieldLog final : public Log {
 public:
  void write(LogLevel, std::string_view text) override { lines += std::string(text) + "\n"; }
  void write_fields(LogLevel level, std::string_view text, std::span<const LogField> all) override {
    write(level, text);
    for (const auto& [name, value] : all) lines += std::string(name) + "=" + std::string(value) + "\n";
  }
  std::string lines;
};

TEST(StepErrorLogTest, FieldsNameStepErrorAndRecord) {
  FieldLog log;
  log_step_error(log, LogLevel::warning, "dropped",
                 {.step = "parse",
                  .kind = StepErrorKind::function,
                  .message = "m",
                  .topic = "t",
                  .partition = 3,
                  .offset = 42,
                  .attempt = 2},
                 17);
  EXPECT_EQ(log.lines, "dropped\nstep=parse\nerror=" + std::string(to_string(StepErrorKind::function)) +
                           "\ntopic=t\npartition=3\noffset=42\nattempt=2\nrepeated=17\n");
}

TEST(StepErrorLogTest, WhatIsNotKnownIsLeftOut) {
  FieldLog log;
  StepError error;
  error.step = "s";
  log_step_error(log, LogLevel::error, "x", error);
  EXPECT_EQ(log.lines,
            "x\nstep=s\nerror=" + std::string(to_string(StepErrorKind::function)) + "\nattempt=1\n");
}

}  // namespace
}  // namespace streams::runtime
