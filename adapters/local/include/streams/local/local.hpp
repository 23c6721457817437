#pragma once

#include <streams/runtime/adapter.hpp>

namespace streams::local {

/// The adapter `local`: topics are files, or standard input and output.
///
/// With `adapter_config.local.directory` a topic is the file `DIRECTORY/TOPIC.jsonl`: a source reads it to
/// its end, then the run ends; sinks append. Without it the source reads standard input and every sink writes
/// to standard output. `adapter_config.local.format` says whether a line is a value or a whole record; see
/// the README beside this library.
///
/// A file is one partition: the first worker reads, further ones have nothing to do. At least once, as
/// everywhere: a record's offset is kept in `DIRECTORY/.offsets/GROUP/TOPIC` after what came of it was
/// written.
runtime::AdapterFactory adapter();

}  // namespace streams::local
