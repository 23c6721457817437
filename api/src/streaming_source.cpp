#include <streams/source/streaming_source.hpp>

#include <utility>

namespace streams {
namespace {

OptionValue set_or_nothing(const std::string& text) {
  return text.empty() ? OptionValue{} : OptionValue{text};
}

std::vector<std::string> faults_of(const std::string& stream, const Options& effective) {
  std::vector<std::string> faults;
  const auto* filter = find_option(effective, "header_filter_name");
  if (filter != nullptr && to_string(*filter).empty()) {
    faults.emplace_back("header_filter has an empty name; name the header that a record must have");
  }
  const auto* dlq = find_option(effective, "dlq_stream_name");
  if (dlq != nullptr && to_string(*dlq) == stream) {
    faults.emplace_back(
        "dlq_stream_name is the stream that is read, so refused records would come back; name another");
  }
  return faults;
}

}  // namespace

Stream<Bytes> streaming_source(std::string name, std::string stream_name, SourceOptions options,
                               std::source_location where) {
  Node node;
  node.name = std::move(name);
  node.kind = "StreamingSource";
  node.role = NodeRole::source;
  node.output = &PayloadType::of<Bytes>();
  node.position = {where.file_name(), where.line()};
  const auto& filter = options.header_filter;
  node.options = {{"header_filter_name", filter ? OptionValue{filter->name} : OptionValue{}},
                  {"header_filter_value", filter ? OptionValue{filter->value} : OptionValue{}},
                  {"consumer_group", set_or_nothing(options.consumer_group)},
                  {"dlq_stream_name", set_or_nothing(options.dlq_stream_name)}};
  node.check = [stream_name](const Options& effective) { return faults_of(stream_name, effective); };
  node.stream = std::move(stream_name);
  return Stream<Bytes>(detail::begin_blueprint(std::move(node)));
}

}  // namespace streams
