#pragma once

#include <string>

#include <streams/graph.hpp>
#include <streams/runtime/plan.hpp>

/// myinput -> parser -> filter -> transform -> serializer -> mysink
streams::Graph simple_map_filter();

/// orders -> parser, which two paths read: paid -> encode -> out, and nowhere.
streams::Graph fan_out();

/// Two sources, a sink each.
streams::Graph two_sources();

/// A source with everything that code can give it, and a DevNullSink with an average and a maximum.
streams::Graph with_options();

/// A source that names a dead letter queue.
streams::Graph with_dlq();

/// The plan of a graph and a YAML text, read as `deploy.yaml`.
streams::runtime::Plan plan_of(const streams::Graph& graph, const std::string& yaml,
                               const streams::runtime::PlanNeeds& needs = {});

/// The YAML around the keys of `steps_config`, each line indented by eight blanks.
std::string deployment(const std::string& steps);

/// All faults of the plan, one per line; empty when there is none.
std::string faults_of(const streams::Graph& graph, const std::string& yaml);
