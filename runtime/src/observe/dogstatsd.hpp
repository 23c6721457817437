#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "observe/measure.hpp"

namespace streams::runtime {

/// What fits into one packet of a local network, and into one datagram of a Unix socket.
inline constexpr std::size_t kUdpPacket = 1432;
inline constexpr std::size_t kUnixPacket = 8192;

/// DogStatsD lines, packed into packets of at most `most` bytes. `samples` are differences (`since`): counters
/// as `c`, gauges as `g`; a histogram's bucket as one `h` in its middle with the sample rate that stands for
/// its count. Characters that the format uses itself become `_`.
std::vector<std::string> dogstatsd_packets(const std::vector<Sample>& samples, const Labels& common,
                                           std::size_t most);

}  // namespace streams::runtime
