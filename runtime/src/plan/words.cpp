#include "plan/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "plan/step_keys.hpp"

namespace streams::runtime::planning {
namespace {

std::string_view type_name(const PayloadType* type) {
  return type == nullptr ? std::string_view{} : type->name;
}

}  // namespace

std::string_view word(OnError on_error) {
  switch (on_error) {
    case OnError::kDrop:
      return "drop";
    case OnError::kDlq:
      return "dlq";
    case OnError::kFail:
      break;
  }
  return "fail";
}

std::string_view word(OffsetReset reset) {
  switch (reset) {
    case OffsetReset::kEarliest:
      return "earliest";
    case OffsetReset::kError:
      return "error";
    case OffsetReset::kLatest:
      break;
  }
  return "latest";
}

std::string_view word(Delivery delivery) {
  switch (delivery) {
    case Delivery::kAtMostOnce:
      return "at_most_once";
    case Delivery::kExactlyOnce:
      return "exactly_once";
    case Delivery::kAtLeastOnce:
      break;
  }
  return "at_least_once";
}

std::string_view word(CommitPolicy policy) {
  return policy == CommitPolicy::kSync ? "sync" : "async";
}

std::string masked(const std::string& text, const std::set<std::string>& secrets) {
  return secrets.contains(text) ? "***" : text;
}

std::string masked(const Param& param, const std::set<std::string>& secrets) {
  return param.secret ? "***" : masked(param.value, secrets);
}

std::string joined(const std::vector<std::string>& servers, const std::set<std::string>& secrets) {
  std::string text;
  for (const std::string& server : servers) {
    if (!text.empty()) text += ", ";
    text += masked(server, secrets);
  }
  return text;
}

std::vector<NamedText> remarks(const PlannedStep& step, const Plan& plan) {
  std::vector<NamedText> all;
  for (const Option& option : step.options) {
    if (option.name == "consumer_group" || std::holds_alternative<std::monostate>(option.value)) continue;
    all.emplace_back(option.name, masked(to_string(option.value), plan.secrets));
  }
  const Node& node = plan.graph.nodes()[step.node];
  if (has_meaning("on_error", node.kind) && step.on_error != OnError::kFail) {
    all.emplace_back("on_error", std::string(word(step.on_error)));
  }
  if (step.retry.max_attempts > 1 && !node.retries_itself) {
    all.emplace_back("retry.max_attempts", std::to_string(step.retry.max_attempts));
  }
  return all;
}

std::vector<NamedText> properties(const Params& under, const Params& over, const Plan& plan) {
  std::vector<NamedText> all;
  for (const Params* params : {&under, &over}) {
    for (const Param& param : *params) {
      const auto known =
          std::find_if(all.begin(), all.end(), [&](const NamedText& p) { return p.first == param.name; });
      if (known != all.end()) {
        known->second = masked(param, plan.secrets);
      } else {
        all.emplace_back(param.name, masked(param, plan.secrets));
      }
    }
  }
  return all;
}

std::string security_words(const std::optional<SecurityConfig>& own, const Plan& plan) {
  const auto& security = own ? own : plan.adapters.kafka.security;
  if (!security) return {};
  std::string text(to_text(security->protocol));
  if (security->sasl_mechanism) text += fmt::format(" with {}", to_text(*security->sasl_mechanism));
  if (security->certificate_file) text += " and the client's certificate";
  return text;
}

std::string topic_of_end(const Segment& segment, std::size_t node, const Plan& plan) {
  for (const PlannedSource& source : segment.sources) {
    if (source.node == node && !source.internal) return masked(source.topic, plan.secrets);
  }
  for (const PlannedSink& sink : segment.sinks) {
    if (sink.node == node && !sink.dead_letters && !sink.internal) return masked(sink.topic, plan.secrets);
  }
  return {};
}

std::string flow(const Segment& segment, std::size_t node, const Plan& plan) {
  const Node& step = plan.graph.nodes()[node];
  const std::string topic = topic_of_end(segment, node, plan);
  const std::string quoted = topic.empty() ? std::string() : fmt::format("\"{}\"", topic);
  std::string from = step.role == NodeRole::source ? quoted : std::string(type_name(step.input));
  const std::string to = step.role == NodeRole::sink ? quoted : std::string(type_name(step.output));
  if (to.empty()) return from;
  return from == to ? to : fmt::format("{} -> {}", from, to);
}

bool crosses_topic(const Plan& plan, std::size_t from, std::size_t to) {
  return std::any_of(plan.internal_topics.begin(), plan.internal_topics.end(),
                     [&](const InternalTopic& topic) { return topic.from == from && topic.to == to; });
}

std::string counted(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string label_of(const Segment& segment, std::size_t index, const Plan& plan) {
  const Node& node = plan.graph.nodes()[index];
  std::string label = node.name + "\n" + node.kind;
  if (const PlannedStep* step = segment.find_step(index)) {
    for (const auto& [name, value] : remarks(*step, plan)) label += fmt::format("\n{} = {}", name, value);
  }
  return label;
}

}  // namespace streams::runtime::planning
