#pragma once

#include <vector>

#include <streams/pipeline.hpp>
#include <streams/runtime/adapter.hpp>
#include <streams/runtime/connector.hpp>

namespace streams {

/// A whole program around one pipeline: `streams-runner` without its compiling and loading.
///
///     STREAMS_PIPELINE(orders) { ... }
///     int main(int argc, char** argv) {
///       return streams::run_main(argc, argv, &orders, {streams::kafka::adapter()});
///     }
///
/// `argv` is read as `streams-runner --help` says, except that no application is named. The first adapter is
/// the default. `connectors` supply the steps that need a library of their own. The pipeline's name is `pipeline.name` of the deployment, else the file name of the program.
/// Returns the exit code of the process, which `--help` lists; throws nothing. It blocks until the run has
/// ended and takes SIGTERM and SIGINT over for that time: call it once, from `main`, before other threads are
/// started.
int run_main(int argc, char** argv, Pipeline (*build)(), const std::vector<runtime::AdapterFactory>& adapters,
             const std::vector<runtime::Connector>& connectors = {});

/// `streams-runner`: the same for a pipeline that is named on the command line, or in the deployment, as a
/// source file or a module.
int runner_main(int argc, char** argv, const std::vector<runtime::AdapterFactory>& adapters,
                const std::vector<runtime::Connector>& connectors = {});

}  // namespace streams
