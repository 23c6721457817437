#pragma once

#include <filesystem>

#include <streams/pipeline.hpp>

namespace streams::tests {

/// The pipeline of a module that was built with these tests, for the test driver. Throws std::runtime_error when it
/// cannot be loaded. The module stays loaded: the steps' code lives in it.
Pipeline pipeline_of_module(const std::filesystem::path& file);

}  // namespace streams::tests
