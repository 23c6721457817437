#pragma once

/// The version of Streams that a program or module is compiled against. It is the version of the CMake
/// project.
#define STREAMS_VERSION "0.1.0"
