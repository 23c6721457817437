#include "observe/http_message.hpp"

#include <map>

#include <streams/codec/json.hpp>

#include "plan/json_writer.hpp"

namespace streams::runtime {

std::string_view query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const std::size_t middle = part.find('=');
    if (part.substr(0, middle) != name) continue;
    return middle == std::string_view::npos ? std::string_view() : part.substr(middle + 1);
  }
  return {};
}

HttpReply http_error(int status, std::string_view text) {
  planning::JsonWriter json;
  json.begin_object();
  json.key("error");
  json.text(text);
  json.end_object();
  return {.status = status, .body = json.take()};
}

std::string http_error_text(std::string_view body) {
  try {
    std::map<std::string, Json> members;
    JsonCodec<std::map<std::string, Json>>::decode(body, members);
    return members.contains("error") ? members["error"].as<std::string>() : "";
  } catch (const CodecError&) {
    return "";
  }
}

}  // namespace streams::runtime
