#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include <streams/codec/json.hpp>
#include <streams/output.hpp>

#include "fuzz/check.hpp"

// What the JSON codec reads it writes so that it reads the same again, and everything else it refuses.

namespace fuzzed {

enum class Color { red, green, blue };
BOOST_DESCRIBE_ENUM(Color, red, green, blue)

struct Inner {
  std::uint64_t big = 0;
  float small = 0;
  bool operator==(const Inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (big, small))

struct Every {
  std::int8_t i8 = 0;
  std::uint16_t u16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  double number = 0;
  bool flag = false;
  std::string text;
  std::optional<std::string> maybe;
  Inner inner;
  std::vector<Inner> inners;
  std::array<std::int16_t, 2> pair{};
  std::set<std::string> names;
  std::map<std::string, std::optional<std::int64_t>> map;
  std::unordered_map<std::int32_t, Color> colors;
  std::tuple<bool, std::string, std::optional<Inner>> tuple;
  std::variant<std::monostate, std::int64_t, double, std::string, Inner> variant;
  streams::Json any;
  Color color = Color::red;
  bool operator==(const Every&) const = default;
};
BOOST_DESCRIBE_STRUCT(Every, (),
                      (i8, u16, i32, i64, number, flag, text, maybe, inner, inners, pair, names, map, colors,
                       tuple, variant, any, color))

/// All but the text need not be there, so that a short input gets far.
constexpr auto json_fields(const Every*) {
  using namespace streams::json;
  return fields(field<&Every::i8>().may_be_absent(), field<&Every::u16>().may_be_absent(),
                field<&Every::i32>("int").may_be_absent(), field<&Every::i64>().may_be_absent(),
                field<&Every::number>().may_be_absent(), field<&Every::flag>().may_be_absent(),
                field<&Every::inner>().may_be_absent(), field<&Every::inners>().may_be_absent(),
                field<&Every::pair>().may_be_absent(), field<&Every::names>().may_be_absent(),
                field<&Every::map>().may_be_absent(), field<&Every::colors>().may_be_absent(),
                field<&Every::tuple>().may_be_absent(), field<&Every::variant>().may_be_absent(),
                field<&Every::any>().may_be_absent(), field<&Every::color>().may_be_absent());
}

}  // namespace fuzzed

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Codec = streams::JsonCodec<fuzzed::Every>;
  using streams_fuzz::check;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzzed::Every first;
  try {
    Codec::decode(text, first);
  } catch (const streams::CodecError& error) {
    check(!std::string_view(error.what()).empty(), "refused without a word");
    return 0;
  }
  streams::Output written;
  Codec::encode(first, written);
  const std::string again(written.written());
  fuzzed::Every second;
  Codec::decode(std::string_view(again), second);
  check(first == second, "what was written reads differently");
  if (first.colors.size() > 1) return 0;  // in no particular order
  streams::Output rewritten;
  Codec::encode(second, rewritten);
  check(rewritten.written() == again, "what was written is written differently");
  return 0;
}
