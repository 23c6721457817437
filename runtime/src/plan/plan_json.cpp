#include <fmt/format.h>

#include <streams/runtime/plan.hpp>

#include <string>
#include <variant>

#include "config/quantity.hpp"
#include "plan/json_writer.hpp"
#include "plan/words.hpp"

namespace streams::runtime {
namespace {

using namespace planning;

/// Writes the parts of one plan.
class PlanJson {
 public:
  explicit PlanJson(const Plan& plan) : plan_(plan) {}

  std::string write() {
    json_.begin_object();
    text("pipeline", masked(plan_.pipeline, plan_.secrets));
    text("delivery", word(plan_.delivery));
    json_.key("commit");
    json_.begin_object();
    text("interval", config::duration_text(plan_.commit.interval));
    text("policy", word(plan_.commit.policy));
    json_.end_object();
    number("memory_budget", plan_.memory_budget);
    json_.key("shutdown");
    json_.begin_object();
    text("drain_timeout", config::duration_text(plan_.shutdown.drain_timeout));
    boolean("leave_on_stop", plan_.shutdown.leave_on_stop);
    json_.end_object();
    json_.key("segments");
    json_.begin_array();
    for (const Segment& segment : plan_.segments) write_segment(segment);
    json_.end_array();
    write_internal_topics();
    json_.key("warnings");
    json_.begin_array();
    for (const std::string& warning : plan_.warnings) json_.text(warning);
    json_.end_array();
    json_.end_object();
    return json_.take();
  }

 private:
  void write_internal_topics() {
    if (plan_.internal_topics.empty()) return;
    json_.key("internal_topics");
    json_.begin_array();
    for (const InternalTopic& topic : plan_.internal_topics) {
      json_.begin_object();
      text("name", masked(topic.name, plan_.secrets));
      text("group", masked(topic.group, plan_.secrets));
      text("from", name_of(topic.from));
      text("to", name_of(topic.to));
      write_servers(topic.bootstrap_servers);
      if (topic.partitions) number("partitions", *topic.partitions);
      if (topic.replication_factor) number("replication_factor", *topic.replication_factor);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_segment(const Segment& segment) {
    json_.begin_object();
    number("id", segment.id);
    number("workers", segment.workers);
    json_.key("sources");
    json_.begin_array();
    for (const PlannedSource& source : segment.sources) write_source(source);
    json_.end_array();
    json_.key("sinks");
    json_.begin_array();
    for (const PlannedSink& sink : segment.sinks) write_sink(sink);
    json_.end_array();
    json_.key("chains");
    json_.begin_array();
    for (const Chain& chain : segment.chains) write_chain(chain);
    json_.end_array();
    json_.key("steps");
    json_.begin_array();
    for (const PlannedStep& step : segment.steps) write_step(step);
    json_.end_array();
    json_.end_object();
  }

  void write_source(const PlannedSource& source) {
    json_.begin_object();
    text("step", name_of(source.node));
    text("topic", masked(source.topic, plan_.secrets));
    text("group", masked(source.group, plan_.secrets));
    if (source.internal) boolean("internal", true);
    write_servers(source.bootstrap_servers);
    text("auto_offset_reset", word(source.auto_offset_reset));
    boolean("strict_offset_reset", source.strict_offset_reset);
    if (source.header_filter) {
      json_.key("header_filter");
      json_.begin_object();
      text("name", source.header_filter->name);
      text("value", source.header_filter->value.view());
      json_.end_object();
    }
    if (source.dead_letters) write_limits(*source.dead_letters);
    write_security(source.security);
    write_properties("additional_settings", source.additional_settings);
    write_properties("override_params", source.override_params);
    json_.end_object();
  }

  void write_security(const std::optional<SecurityConfig>& own) {
    const std::string words = security_words(own, plan_);
    if (!words.empty()) text("security", words);
  }

  void write_limits(const DeadLetterQueue& queue) {
    json_.key("dead_letters");
    json_.begin_object();
    number("sink", queue.sink);
    if (queue.max_invalid_ratio) {
      text("max_invalid_ratio", fmt::format("{}", *queue.max_invalid_ratio));
      number("ratio_window", queue.ratio_window);
    }
    if (queue.max_consecutive_count) number("max_consecutive_count", *queue.max_consecutive_count);
    json_.end_object();
  }

  void write_sink(const PlannedSink& sink) {
    json_.begin_object();
    text("step", name_of(sink.node));
    boolean("dead_letters", sink.dead_letters);
    if (sink.internal) boolean("internal", true);
    text("topic", masked(sink.topic, plan_.secrets));
    write_servers(sink.bootstrap_servers);
    write_security(sink.security);
    write_properties("additional_settings", sink.additional_settings);
    write_properties("override_params", sink.override_params);
    json_.end_object();
  }

  void write_chain(const Chain& chain) {
    json_.begin_object();
    number("threads", chain.threads);
    json_.key("steps");
    json_.begin_array();
    for (const std::size_t node : chain.nodes) json_.text(name_of(node));
    json_.end_array();
    json_.end_object();
  }

  void write_step(const PlannedStep& step) {
    const Node& node = plan_.graph.nodes()[step.node];
    json_.begin_object();
    text("name", node.name);
    text("kind", node.kind);
    json_.key("inputs");
    json_.begin_array();
    for (const std::size_t input : node.inputs) json_.text(name_of(input));
    json_.end_array();
    if (node.input != nullptr) text("input_type", node.input->name);
    if (node.output != nullptr) text("output_type", node.output->name);
    json_.key("options");
    json_.begin_object();
    for (const Option& option : step.options) write_option(option);
    json_.end_object();
    if (node.role != NodeRole::source) {
      text("on_error", word(step.on_error));
      write_retry(step.retry);
    }
    json_.end_object();
  }

  void write_option(const Option& option) {
    if (std::holds_alternative<std::monostate>(option.value)) return;
    const bool bare = std::holds_alternative<bool>(option.value) ||
                      std::holds_alternative<std::int64_t>(option.value) ||
                      std::holds_alternative<double>(option.value);
    json_.key(option.name);
    const std::string value = to_string(option.value);
    if (bare) {
      json_.bare(value);
    } else {
      json_.text(masked(value, plan_.secrets));
    }
  }

  void write_retry(const RetryConfig& retry) {
    json_.key("retry");
    json_.begin_object();
    number("max_attempts", retry.max_attempts);
    text("backoff", config::duration_text(retry.backoff));
    json_.key("jitter");
    json_.bare(fmt::format("{}", retry.jitter));
    text("max_backoff", config::duration_text(retry.max_backoff));
    json_.end_object();
  }

  void write_servers(const std::vector<std::string>& servers) {
    json_.key("bootstrap_servers");
    json_.begin_array();
    for (const std::string& server : servers) json_.text(masked(server, plan_.secrets));
    json_.end_array();
  }

  void write_properties(std::string_view key, const Params& params) {
    if (params.empty()) return;
    json_.key(key);
    json_.begin_object();
    for (const Param& param : params) text(param.name, masked(param, plan_.secrets));
    json_.end_object();
  }

  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    json_.text(value);
  }
  void number(std::string_view key, std::uint64_t value) {
    json_.key(key);
    json_.bare(std::to_string(value));
  }
  void boolean(std::string_view key, bool value) {
    json_.key(key);
    json_.bare(value ? "true" : "false");
  }

  const std::string& name_of(std::size_t node) const { return plan_.graph.nodes()[node].name; }

  const Plan& plan_;
  JsonWriter json_;
};

}  // namespace

std::string to_json(const Plan& plan) {
  return PlanJson(plan).write();
}

}  // namespace streams::runtime
