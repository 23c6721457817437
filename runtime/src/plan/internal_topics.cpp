#include "plan/internal_topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/identity.hpp"
#include "plan/words.hpp"

namespace streams::runtime::planning {
namespace {

constexpr std::size_t kLongestTopicName = 249;

bool repartitions(const Node& node, const PlannedStep& step) {
  if (!node.repartitions) return false;
  const OptionValue* already = find_option(step.options, "pre_partitioned");
  return already == nullptr || *already != OptionValue(true);
}

ConfigSource where(const DeploymentConfig& config, const Node& node) {
  if (const StepConfig* step = config.find_step(node.name)) return step->at;
  return config.where("pipeline");
}

/// A key only decides the partition where the next step writes to a topic anyway.
bool writes_to_topic(const Node& node) {
  return node.kind == "StreamSink";
}

}  // namespace

std::vector<std::vector<std::size_t>> find_feeds(const Plan& plan) {
  const auto& nodes = plan.graph.nodes();
  std::vector<std::set<std::size_t>> feeds(nodes.size());
  for (std::size_t i = 0; i < plan.sources.size(); ++i) feeds[plan.sources[i].node].insert(i);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t input : nodes[i].inputs) feeds[i].insert(feeds[input].begin(), feeds[input].end());
  }
  std::vector<std::vector<std::size_t>> lists;
  for (const auto& of_node : feeds) lists.emplace_back(of_node.begin(), of_node.end());
  return lists;
}

std::vector<InternalTopic> make_internal_topics(const Plan& plan, const std::vector<PlannedStep>& steps,
                                                const DeploymentConfig& config, config::Faults& faults) {
  const auto& nodes = plan.graph.nodes();
  const auto feeds = find_feeds(plan);
  const InternalTopicsConfig& wanted = config.pipeline.internal_topics;
  std::vector<InternalTopic> topics;
  for (std::size_t from = 0; from < nodes.size(); ++from) {
    const bool by_key = repartitions(nodes[from], steps[from]);
    std::set<std::size_t> done;
    for (const std::size_t to : nodes[from].outputs) {
      const bool between_entries = steps[from].entry != steps[to].entry;
      if (!between_entries && (!by_key || writes_to_topic(nodes[to]))) continue;
      if (!done.insert(to).second) continue;
      InternalTopic topic;
      topic.name = internal_topic_name(plan.pipeline, nodes[from], nodes[to]);
      topic.group = internal_group_name(plan.pipeline, nodes[to]);
      topic.from = from;
      topic.to = to;
      topic.partitions = wanted.partitions;
      topic.replication_factor = wanted.replication_factor;
      topic.feeds = feeds[from];
      topic.bootstrap_servers = wanted.bootstrap_servers;
      if (topic.bootstrap_servers.empty() && !topic.feeds.empty())
        topic.bootstrap_servers = plan.sources[topic.feeds.front()].bootstrap_servers;
      const ConfigSource at = where(config, nodes[to]);
      if (nodes[from].output->make_encoder == nullptr) {
        faults.add({at.line, at.column},
                   fmt::format("the messages of {} '{}' go to {} '{}' through a topic, and their type, {}, has no "
                               "codec: describe the struct with BOOST_DESCRIBE_STRUCT, specialise streams::Codec "
                               "for it, or {}",
                               nodes[from].kind, nodes[from].name, nodes[to].kind, nodes[to].name,
                               nodes[from].output->name,
                               between_entries ? "put both steps into one entry of 'pipeline.segments'"
                                               : "set `pre_partitioned: true` if it is so"));
      }
      if (topic.name.size() > kLongestTopicName) {
        faults.add({at.line, at.column},
                   fmt::format("the topic between '{}' and '{}' would be called '{}', which is longer than the {} "
                               "letters that a topic's name may have; give the steps or the pipeline shorter names",
                               nodes[from].name, nodes[to].name, masked(topic.name, plan.secrets),
                               kLongestTopicName));
      }
      topics.push_back(std::move(topic));
    }
  }
  return topics;
}

}  // namespace streams::runtime::planning
