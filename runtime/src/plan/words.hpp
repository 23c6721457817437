#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>

/// How the values of a plan are written, the same in every form that it is printed in.
namespace streams::runtime::planning {

std::string_view word(OnError on_error);
std::string_view word(OffsetReset reset);
std::string_view word(Delivery delivery);
std::string_view word(CommitPolicy policy);

/// `text`, or `***` when it is a secret.
std::string masked(const std::string& text, const std::set<std::string>& secrets);
std::string masked(const Param& param, const std::set<std::string>& secrets);
/// `a, b`
std::string joined(const std::vector<std::string>& servers, const std::set<std::string>& secrets);

using NamedText = std::pair<std::string, std::string>;

/// What is said beside a step: its options that are set, the policy and attempts where they are not the usual
/// ones. What the segment's list of sources and sinks says is left out.
std::vector<NamedText> remarks(const PlannedStep& step, const Plan& plan);

/// Client properties in force at one end: those under our defaults, then those over them.
std::vector<NamedText> properties(const Params& under, const Params& over, const Plan& plan);

/// How an end and its brokers know each other: `SASL_SSL with SCRAM-SHA-512`; empty where nothing is said.
std::string security_words(const std::optional<SecurityConfig>& own, const Plan& plan);

/// What flows into and out of a step, and its topic: `"ingest-metrics" -> Bytes`.
std::string flow(const Segment& segment, std::size_t node, const Plan& plan);

/// The topic of a source or StreamSink, else empty.
std::string topic_of_end(const Segment& segment, std::size_t node, const Plan& plan);

/// True when messages go from one step to the other through an internal topic.
bool crosses_topic(const Plan& plan, std::size_t from, std::size_t to);

/// `4 threads`
std::string counted(std::uint64_t count, std::string_view thing);

/// What a drawing writes into a step's box, a line each: name, kind, then its remarks.
std::string label_of(const Segment& segment, std::size_t index, const Plan& plan);

}  // namespace streams::runtime::planning
