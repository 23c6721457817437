#include <streams/codec/json_writer.hpp>

#include <algorithm>
#include <cmath>

#include <simdjson.h>

#include <streams/codec/codec.hpp>

#include "codec/json_path.hpp"

namespace streams::json {

void Writer::escaped(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size()))
    fail("the string is not valid UTF-8, which JSON needs");
  constexpr std::string_view kHex = "0123456789abcdef";
  raw('"');
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    raw(text.substr(run, i - run));
    run = i + 1;
    switch (c) {
      case '"':
        raw("\\\"");
        break;
      case '\\':
        raw("\\\\");
        break;
      case '\b':
        raw("\\b");
        break;
      case '\f':
        raw("\\f");
        break;
      case '\n':
        raw("\\n");
        break;
      case '\r':
        raw("\\r");
        break;
      case '\t':
        raw("\\t");
        break;
      default:
        raw("\\u00");
        raw(kHex[c >> 4]);
        raw(kHex[c & 15]);
    }
  }
  raw(text.substr(run));
  raw('"');
}

template <class F>
void Writer::floating(F value, bool with_point) {
  if (!std::isfinite(value)) fail("infinity and NaN cannot be written as JSON");
  constexpr std::size_t kRoom = 40;
  char* const to = out_.reserve(kRoom);
  char* end = std::to_chars(to, to + kRoom, value).ptr;
  if (with_point && std::none_of(to, end, [](char c) { return c == '.' || c == 'e'; })) {
    *end++ = '.';
    *end++ = '0';
  }
  out_.advance(static_cast<std::size_t>(end - to));
}

void Writer::number(double value, bool with_point) {
  floating(value, with_point);
}
void Writer::number(float value, bool with_point) {
  floating(value, with_point);
}

void Writer::fail(std::string_view text) const {
  throw CodecError(path_after(out_.written().substr(start_)).append(": ").append(text));
}

}  // namespace streams::json
