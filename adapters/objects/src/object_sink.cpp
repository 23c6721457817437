#include <streams/objects/object_sink.hpp>

#include <any>
#include <string_view>
#include <utility>
#include <variant>

#include <absl/strings/str_replace.h>
#include <fmt/format.h>

#include <streams/objects/file_store.hpp>
#include <streams/objects/gcs_store.hpp>
#include <streams/objects/s3_store.hpp>

#include "object_sink_step.hpp"

namespace streams::objects {
namespace {

std::string text_option(const Options& options, std::string_view name, std::string otherwise = {}) {
  const OptionValue* const value = find_option(options, name);
  const auto* const text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::move(otherwise) : *text;
}

std::optional<std::int64_t> number_option(const Options& options, std::string_view name) {
  const OptionValue* const value = find_option(options, name);
  const auto* const number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  if (number == nullptr) return std::nullopt;
  return *number;
}

RetryPolicy retry_policy(const Options& options) {
  RetryPolicy policy;
  if (const auto most = number_option(options, "max_attempts"))
    policy.max_attempts = static_cast<std::uint32_t>(*most);
  return policy;
}

HttpOptions http_options(const Options& options) {
  HttpOptions http;
  http.ca_file = text_option(options, "ca_file");
  http.retry = retry_policy(options);
  return http;
}

/// A bucket and a prefix, as in `bucket/prefix`.
template <class StoreOptions>
void split(std::string_view place, StoreOptions& options) {
  const auto slash = std::min(place.find('/'), place.size());
  options.bucket = place.substr(0, slash);
  if (place.ends_with('/')) place.remove_suffix(1);
  if (slash < place.size()) options.prefix = place.substr(slash + 1);
}

absl::StatusOr<std::unique_ptr<ObjectStore>> open_gcs(std::string_view place, const Options& options,
                                                      const runtime::Environment& environment,
                                                      const runtime::Clock& clock, RetryPause& pause) {
  GcsStoreOptions gcs;
  split(place, gcs);
  gcs.endpoint = text_option(options, "endpoint");
  gcs.access_token = text_option(options, "access_token");
  gcs.access_token_file = text_option(options, "access_token_file");
  gcs.http = http_options(options);
  return open_gcs_store(std::move(gcs), environment, clock, pause);
}

absl::StatusOr<std::unique_ptr<ObjectStore>> open_s3(std::string_view place, const Options& options,
                                                     const runtime::Environment& environment,
                                                     RetryPause& pause) {
  S3StoreOptions s3;
  split(place, s3);
  s3.endpoint = text_option(options, "endpoint");
  s3.region = text_option(options, "region");
  s3.access_key_id = text_option(options, "access_key_id");
  s3.secret_access_key = text_option(options, "secret_access_key");
  s3.session_token = text_option(options, "session_token");
  if (const OptionValue* const style = find_option(options, "path_style"); style != nullptr) {
    if (const bool* const yes = std::get_if<bool>(style)) s3.path_style = *yes;
  }
  s3.http = http_options(options);
  return open_s3_store(std::move(s3), environment, pause);
}

absl::StatusOr<std::unique_ptr<ObjectStore>> open_store(const Node& node, const Options& options,
                                                        const runtime::Environment& environment,
                                                        const runtime::Clock& clock, RetryPause& pause) {
  constexpr std::string_view kFile = "file://";
  constexpr std::string_view kS3 = "s3://";
  constexpr std::string_view kGcs = "gs://";
  if (node.kind == "GCSSink")
    return open_gcs(text_option(options, "bucket"), options, environment, clock, pause);
  const std::string location = text_option(options, "location");
  if (location.starts_with(kGcs)) {
    return open_gcs(std::string_view(location).substr(kGcs.size()), options, environment, clock, pause);
  }
  if (location.starts_with(kS3))
    return open_s3(std::string_view(location).substr(kS3.size()), options, environment, pause);
  return open_file_store({.folder = location.substr(kFile.size()), .retry = retry_policy(options)}, pause);
}

absl::StatusOr<std::unique_ptr<Operator>> make_object_sink(const Node& node, const Options& effective,
                                                           const runtime::ConnectorContext& context) {
  auto pause = context.log == nullptr ? std::make_unique<StoppablePause>()
                                      : std::make_unique<StoppablePause>(
                                            fmt::format("{} '{}'", node.kind, node.name), *context.log);
  auto store = open_store(node, effective, context.environment, *context.clock, *pause);
  if (!store.ok()) {
    return absl::Status(
        store.status().code(),
        fmt::format(
            "{}:{}: {} '{}' cannot be opened: {}; its options stand at steps_config.{} of the deployment",
            node.position.file, node.position.line, node.kind, node.name,
            absl::StrReplaceAll(store.status().message(), {{"\n", "; "}}), node.name));
  }
  ObjectSinkStep::Setup setup;
  setup.pipeline = context.pipeline;
  setup.step = node.name;
  setup.extension = text_option(effective, "extension");
  setup.content_type = text_option(effective, "content_type", "application/octet-stream");
  setup.threads = static_cast<std::size_t>(number_option(effective, "thread_count").value_or(1));
  setup.generator = std::any_cast<const ObjectSinkCode&>(node.connector).object_generator;
  return std::make_unique<ObjectSinkStep>(std::move(setup), std::move(pause), *std::move(store));
}

}  // namespace

std::vector<runtime::Connector> connectors() {
  return {{.kind = "ObjectSink", .make = make_object_sink}, {.kind = "GCSSink", .make = make_object_sink}};
}

}  // namespace streams::objects
