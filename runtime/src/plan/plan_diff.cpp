#include "plan/plan_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "plan/words.hpp"

namespace streams::runtime {
namespace {

using planning::joined;
using planning::masked;

class Comparison {
 public:
  Comparison(const Plan& before, const Plan& after) : before_(before), after_(after) {}

  std::vector<PlanChange> run() {
    for (const InternalTopic& topic : before_.internal_topics) compare_topic(topic);
    for (const InternalTopic& topic : after_.internal_topics) {
      if (find_topic(before_, topic.name) == nullptr)
        add(false,
            fmt::format("internal topic '{}' (from {} to {}) will be made", name_of(after_, topic.name),
                        step(after_, topic.from), step(after_, topic.to)));
    }
    for (const PlannedSource& source : before_.sources) compare_source(source);
    for (const PlannedSource& source : after_.sources) {
      if (find_source(before_, step(after_, source.node)) == nullptr)
        add(false, fmt::format("source '{}' is new: group '{}' begins at {} in topic '{}'",
                               step(after_, source.node), name_of(after_, source.group),
                               planning::word(source.auto_offset_reset), name_of(after_, source.topic)));
    }
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const PlanChange& a, const PlanChange& b) { return a.orphans && !b.orphans; });
    return std::move(changes_);
  }

 private:
  static const std::string& step(const Plan& plan, std::size_t node) { return plan.graph.nodes()[node].name; }
  static std::string name_of(const Plan& plan, const std::string& text) { return masked(text, plan.secrets); }
  static const InternalTopic* find_topic(const Plan& plan, std::string_view name) {
    const auto found = std::find_if(plan.internal_topics.begin(), plan.internal_topics.end(),
                                    [name](const InternalTopic& topic) { return topic.name == name; });
    return found == plan.internal_topics.end() ? nullptr : &*found;
  }
  static const PlannedSource* find_source(const Plan& plan, std::string_view name) {
    const auto found =
        std::find_if(plan.sources.begin(), plan.sources.end(),
                     [&](const PlannedSource& source) { return step(plan, source.node) == name; });
    return found == plan.sources.end() ? nullptr : &*found;
  }
  static const PlannedSink* find_queue(const Plan& plan, std::size_t source_node) {
    const auto found = std::find_if(
        plan.whole.sinks.begin(), plan.whole.sinks.end(),
        [source_node](const PlannedSink& sink) { return sink.dead_letters && sink.node == source_node; });
    return found == plan.whole.sinks.end() ? nullptr : &*found;
  }

  void add(bool orphans, std::string text) { changes_.push_back({orphans, std::move(text)}); }

  void compare_topic(const InternalTopic& topic) {
    const std::string name = name_of(before_, topic.name);
    const InternalTopic* now = find_topic(after_, topic.name);
    const std::string mend =
        fmt::format("stop what writes into it, let the old deployment run until group '{}' has no lag",
                    name_of(before_, topic.group));
    if (now == nullptr) {
      add(true,
          fmt::format("internal topic '{}' (from {} to {}) is orphaned: nothing reads it any more, and the "
                      "records that are in it would never arrive; {}, then delete the topic and the group",
                      name, step(before_, topic.from), step(before_, topic.to), mend));
      return;
    }
    if (topic.bootstrap_servers != now->bootstrap_servers) {
      add(true,
          fmt::format(
              "internal topic '{}' moves from {} to {}: what is in it there is orphaned; {}, then delete "
              "it there",
              name, joined(topic.bootstrap_servers, before_.secrets),
              joined(now->bootstrap_servers, after_.secrets), mend));
    }
    if (topic.partitions != now->partitions && now->partitions) {
      add(true,
          fmt::format(
              "internal topic '{}' is to have {} partitions{}: where it exists with another number it is "
              "refused, because keys would change their partition; {}, then delete the topic",
              name, *now->partitions,
              topic.partitions ? fmt::format(" instead of {}", *topic.partitions) : "", mend));
    }
    const PayloadType& was = *before_.graph.nodes()[topic.from].output;
    const PayloadType& is = *after_.graph.nodes()[now->from].output;
    if (was.name != is.name || was.codec != is.codec) {
      add(true,
          fmt::format("internal topic '{}' carries {} ({}) instead of {} ({}): records that are in it may be "
                      "refused; {}",
                      name, is.name, is.codec, was.name, was.codec, mend));
    }
  }

  void compare_source(const PlannedSource& source) {
    const std::string& name = step(before_, source.node);
    const PlannedSource* now = find_source(after_, name);
    if (now == nullptr) {
      add(true,
          fmt::format(
              "source '{}' is gone: what topic '{}' still holds behind the offsets of group '{}' is not "
              "read any more",
              name, name_of(before_, source.topic), name_of(before_, source.group)));
      return;
    }
    if (source.group != now->group) {
      add(true,
          fmt::format(
              "source '{}' reads as group '{}' instead of '{}': it does not go on where that one was, but "
              "begins at {}; to go on there, write `consumer_group: {}`",
              name, name_of(after_, now->group), name_of(before_, source.group),
              planning::word(now->auto_offset_reset), name_of(before_, source.group)));
    }
    if (source.topic != now->topic || source.bootstrap_servers != now->bootstrap_servers) {
      add(true,
          fmt::format(
              "source '{}' reads topic '{}' at {} instead of '{}' at {}: what is unread there stays there",
              name, name_of(after_, now->topic), joined(now->bootstrap_servers, after_.secrets),
              name_of(before_, source.topic), joined(source.bootstrap_servers, before_.secrets)));
    }
    compare_queue(name, source, *now);
  }

  void compare_queue(const std::string& name, const PlannedSource& before, const PlannedSource& after) {
    const PlannedSink* was = find_queue(before_, before.node);
    if (was == nullptr) return;
    const PlannedSink* is = find_queue(after_, after.node);
    if (is != nullptr && is->topic == was->topic && is->bootstrap_servers == was->bootstrap_servers) return;
    add(true,
        fmt::format(
            "dead letters of source '{}' {}: those in '{}' are not listed or redriven any more; redrive "
            "them with the old deployment first",
            name,
            is == nullptr ? "have no queue any more" : fmt::format("go to '{}'", name_of(after_, is->topic)),
            name_of(before_, was->topic)));
  }

  const Plan& before_;
  const Plan& after_;
  std::vector<PlanChange> changes_;
};

}  // namespace

std::vector<PlanChange> compare(const Plan& before, const Plan& after) {
  return Comparison(before, after).run();
}

}  // namespace streams::runtime
