#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <streams/pipeline.hpp>

// Pipelines drawn by lot, for tests that say what must hold for every one of them.

namespace streams::test {

/// A pipeline of that seed: one to three sources (`source<N>`, topics `in<N>`), steps of all kinds that part, meet, gather
/// and repartition, sinks to topics `out<N>`. Values are text: which source, partition and place a record has, then
/// each step that it passed and each key that it got, `0.1.00007|m3|k4=2`.
Pipeline random_pipeline(std::uint32_t seed);

/// A deployment for it: cut into one to four entries, with one to three threads each. `servers`: of every source and
/// sink, whose topics are then called `<name>-<stream>`; empty for none. `name`: the pipeline's.
std::string random_deployment(const Pipeline& pipeline, std::uint32_t seed, const std::string& servers,
                              const std::string& name);

/// The same pipeline in one piece and with one thread.
std::string plain_deployment(const Pipeline& pipeline, const std::string& servers, const std::string& name);

/// The value of a record as it is fed.
std::string random_value(std::size_t source, std::size_t partition, std::size_t place);

/// Why `values`, in the order of their arrival at one topic, are not those of `expected` with every record in its place:
/// one is missing, strange, too often (unless `repeats` may occur), or behind a later one of the same partition and
/// way. Empty when they are.
std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& values,
                       bool repeats);

/// The names of its topics.
std::vector<std::string> input_topics(const Pipeline& pipeline);
std::vector<std::string> output_topics(const Pipeline& pipeline);

}  // namespace streams::test
