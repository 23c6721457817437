#include "plan/ends.hpp"

#include <utility>

#include "plan/identity.hpp"

namespace streams::runtime::planning {
namespace {

std::optional<Header> header_filter_of(const Node& node) {
  const OptionValue* name = find_option(node.options, "header_filter_name");
  if (name == nullptr) return std::nullopt;
  const OptionValue* value = find_option(node.options, "header_filter_value");
  return Header{to_string(*name), Bytes::copy_of(value != nullptr ? to_string(*value) : std::string())};
}

}  // namespace

PlannedSource make_source(std::size_t index, const Node& node, std::string group, const StepConfig* step) {
  PlannedSource source;
  source.node = index;
  source.topic = topic_of(node, step);
  source.group = std::move(group);
  source.header_filter = header_filter_of(node);
  if (step == nullptr) return source;
  source.bootstrap_servers = step->bootstrap_servers;
  source.auto_offset_reset = step->auto_offset_reset.value_or(OffsetReset::kLatest);
  source.strict_offset_reset = step->strict_offset_reset.value_or(false);
  source.additional_settings = step->additional_settings;
  source.override_params = step->override_params;
  source.security = step->security;
  return source;
}

PlannedSink make_sink(std::size_t index, const Node& node, const StepConfig* step) {
  PlannedSink sink;
  sink.name = node.name;
  sink.node = index;
  sink.topic = topic_of(node, step);
  if (step == nullptr) return sink;
  sink.bootstrap_servers = step->bootstrap_servers;
  sink.additional_settings = step->additional_settings;
  sink.override_params = step->override_params;
  sink.security = step->security;
  return sink;
}

std::optional<PlannedSink> make_dead_letter_sink(const PlannedSource& source, const Node& node,
                                                 const StepConfig* step) {
  const DlqConfig* config = step != nullptr && step->dlq ? &*step->dlq : nullptr;
  if (config != nullptr && !config->enabled) return std::nullopt;
  const OptionValue* in_code = find_option(node.options, "dlq_stream_name");
  if (config == nullptr && in_code == nullptr) return std::nullopt;
  PlannedSink sink;
  sink.name = node.name + ".dlq";
  sink.node = source.node;
  sink.dead_letters = true;
  sink.bootstrap_servers = source.bootstrap_servers;
  if (in_code != nullptr) sink.topic = to_string(*in_code);
  if (config != nullptr) {
    if (config->topic) sink.topic = *config->topic;
    if (!config->bootstrap_servers.empty()) sink.bootstrap_servers = config->bootstrap_servers;
    sink.override_params = config->override_params;
    sink.security = config->security;
  }
  // Another cluster must not be shown the source's password.
  if (!sink.security && sink.bootstrap_servers == source.bootstrap_servers) sink.security = source.security;
  return sink;
}

PlannedSource make_internal_source(std::size_t index, const InternalTopic& topic, const PlannedSource* feed) {
  PlannedSource source;
  source.node = topic.to;
  source.internal = index;
  source.topic = topic.name;
  source.group = topic.group;
  source.bootstrap_servers = topic.bootstrap_servers;
  // What is in the topic was accepted before this step ever ran.
  source.auto_offset_reset = OffsetReset::kEarliest;
  if (feed != nullptr) source.security = feed->security;
  return source;
}

PlannedSink make_internal_sink(std::size_t index, const InternalTopic& topic, const PlannedSource* feed) {
  PlannedSink sink;
  sink.name = topic.name;
  sink.node = topic.from;
  sink.internal = index;
  sink.topic = topic.name;
  sink.bootstrap_servers = topic.bootstrap_servers;
  if (feed != nullptr) sink.security = feed->security;
  return sink;
}

}  // namespace streams::runtime::planning
