#include <streams/codec/json_value.hpp>

#include <streams/codec/json_reader.hpp>

namespace streams {

Json Json::parse(std::string_view text) {
  json::Reader reader(text);
  std::string_view value;
  if (!reader.skip_value(value) || !reader.finish()) reader.raise();
  return JsonText::checked(value);
}

Json::Kind Json::kind() const noexcept {
  switch (text_.front()) {
    case 'n':
      return Kind::kNull;
    case 't':
    case 'f':
      return Kind::kBoolean;
    case '"':
      return Kind::kString;
    case '[':
      return Kind::kArray;
    case '{':
      return Kind::kObject;
    default:
      return Kind::kNumber;
  }
}

}  // namespace streams
