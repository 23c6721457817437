#pragma once

#include <cstdint>
#include <string_view>

#include <streams/runtime/engine.hpp>
#include <streams/runtime/log.hpp>

namespace streams::runtime {

/// One line about a refused record, with fields for machines: step, error, topic, partition, offset, attempt and, where
/// lines before it were held back, `repeated`. Never the payload.
void log_step_error(Log& log, LogLevel level, std::string_view text, const StepError& error,
                    std::uint64_t held_back = 0);

}  // namespace streams::runtime
