#include <streams/sink/object_sink.hpp>

#include <string_view>

namespace streams::detail {
namespace {

OptionValue unless_empty(std::string text) {
  if (text.empty()) return std::monostate{};
  return text;
}

OptionValue unless_absent(std::optional<std::int64_t> number) {
  if (!number) return std::monostate{};
  return *number;
}

const std::string* text_of(const Options& options, std::string_view name) {
  const OptionValue* const value = find_option(options, name);
  return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

void check_count(const Options& options, std::string_view name, std::vector<std::string>& faults) {
  const OptionValue* const value = find_option(options, name);
  const auto* const number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  if (number != nullptr && *number < 1) faults.push_back(std::string(name) + " must be at least 1");
}

std::vector<std::string> object_sink_faults(const Options& effective) {
  std::vector<std::string> faults;
  const std::string* const location = text_of(effective, "location");
  if (location == nullptr) {
    faults.emplace_back("location is missing: file:///folder, s3://bucket[/prefix] or gs://bucket[/prefix]");
  } else if (!location->starts_with("file:///") && !location->starts_with("s3://") &&
             !location->starts_with("gs://")) {
    faults.push_back("location must begin with file:///, s3:// or gs://, as in s3://bucket/prefix; it is \"" +
                     *location + "\"");
  }
  check_count(effective, "thread_count", faults);
  check_count(effective, "max_attempts", faults);
  return faults;
}

std::vector<std::string> gcs_sink_faults(const Options& effective) {
  std::vector<std::string> faults;
  if (text_of(effective, "bucket") == nullptr) faults.emplace_back("bucket is missing");
  check_count(effective, "thread_count", faults);
  check_count(effective, "max_attempts", faults);
  return faults;
}

}  // namespace

Node object_sink_node(Node node, ObjectSinkOptions options) {
  node.options = {{"location", unless_empty(std::move(options.location))},
                  {"thread_count", unless_absent(options.thread_count)},
                  {"extension", unless_empty(std::move(options.extension))},
                  {"content_type", unless_empty(std::move(options.content_type))},
                  {"endpoint", unless_empty(std::move(options.endpoint))},
                  {"region", unless_empty(std::move(options.region))}};
  node.check = object_sink_faults;
  node.connector = ObjectSinkCode{std::move(options.object_generator)};
  return node;
}

Node gcs_sink_node(Node node, std::string bucket, ObjectGenerator generator, GCSSinkOptions options) {
  node.options = {{"bucket", unless_empty(std::move(bucket))},
                  {"thread_count", unless_absent(options.thread_count)},
                  {"extension", unless_empty(std::move(options.extension))},
                  {"content_type", unless_empty(std::move(options.content_type))},
                  {"endpoint", unless_empty(std::move(options.endpoint))}};
  node.check = gcs_sink_faults;
  node.connector = ObjectSinkCode{std::move(generator)};
  return node;
}

}  // namespace streams::detail
