#include <cstdlib>

#include <streams/streams.hpp>

#include "support/random_pipeline.hpp"

/// The pipeline of the seed in the environment.
STREAMS_PIPELINE(random_graph) {
  const char* seed = std::getenv("STREAMS_RANDOM_GRAPH");
  return streams::test::random_pipeline(seed == nullptr ? 0 : static_cast<std::uint32_t>(std::stoul(seed)));
}
