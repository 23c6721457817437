#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

enum class Color { red, green, blue };
BOOST_DESCRIBE_ENUM(Color, red, green, blue)

struct Inner {
  std::uint64_t big = 0;
  float small = 0;
  bool operator==(const Inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (big, small))

struct Outer {
  std::optional<std::string> text;
  std::int8_t tiny = 0;
  double number = 0;
  std::vector<Inner> inners;
  std::map<std::string, std::optional<std::int64_t>> map;
  std::unordered_map<std::int32_t, Color> colors;
  std::tuple<bool, std::string, std::optional<Inner>> tuple;
  std::variant<std::monostate, std::int64_t, double, std::string, Inner> variant;
  std::optional<Color> color;
  bool operator==(const Outer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (text, tiny, number, inners, map, colors, tuple, variant, color))

class Values {
 public:
  explicit Values(std::uint64_t seed) : random_(seed) {}

  std::uint64_t bits() { return random_(); }
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
  bool coin() { return below(2) == 0; }
  template <class I>
  I integer() {
    return static_cast<I>(bits() >> below(64));
  }
  double number() {
    const double value = std::bit_cast<double>(bits());
    return std::isfinite(value) ? value : static_cast<double>(integer<std::int64_t>());
  }
  float small() {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(bits()));
    return std::isfinite(value) ? value : 1.5f;
  }
  std::string text() {
    static const std::vector<std::string> kPieces = {"a", "Z", " ", "\"", "\\", "\n", "\x01",      "\x7f",
                                                     "é", "€", "😀", "{",  "]",  ",:", "plain text"};
    std::string out;
    for (std::size_t i = below(12); i > 0; --i) out += kPieces[below(kPieces.size())];
    return out;
  }
  Color color() { return static_cast<Color>(below(3)); }
  Inner inner() { return {integer<std::uint64_t>(), small()}; }

  Outer outer() {
    Outer out;
    if (coin()) out.text = text();
    out.tiny = integer<std::int8_t>();
    out.number = number();
    for (std::size_t i = below(4); i > 0; --i) out.inners.push_back(inner());
    for (std::size_t i = below(4); i > 0; --i) {
      auto& value = out.map[text()];
      if (coin()) value = integer<std::int64_t>();
    }
    for (std::size_t i = below(4); i > 0; --i) out.colors[integer<std::int32_t>()] = color();
    out.tuple = {coin(), text(), coin() ? std::optional(inner()) : std::nullopt};
    switch (below(5)) {
      case 0:
        break;
      case 1:
        out.variant = integer<std::int64_t>();
        break;
      case 2:
        out.variant = coin() ? number() : static_cast<double>(integer<std::int32_t>());
        break;
      case 3:
        out.variant = text();
        break;
      default:
        out.variant = inner();
    }
    if (coin()) out.color = color();
    return out;
  }

 private:
  std::mt19937_64 random_;
};

TEST(JsonRoundTripTest, GivesEveryGeneratedValueBack) {
  Values values(20240229);
  for (int i = 0; i < 3000; ++i) {
    const Outer value = values.outer();
    const std::string text = encode(value);
    ASSERT_EQ(decode<Outer>(text), value) << text;
    ASSERT_EQ(Json::parse(text).text(), text);
  }
}

TEST(JsonRoundTripTest, GivesEveryDoubleAndFloatBackBitByBit) {
  Values values(7);
  for (int i = 0; i < 20000; ++i) {
    const double number = values.number();
    ASSERT_EQ(std::bit_cast<std::uint64_t>(decode<double>(encode(number))),
              std::bit_cast<std::uint64_t>(number));
    const float small = values.small();
    ASSERT_EQ(std::bit_cast<std::uint32_t>(decode<float>(encode(small))),
              std::bit_cast<std::uint32_t>(small));
  }
}

TEST(JsonRoundTripTest, RefusesOrReadsDamagedTextsButNeverBreaks) {
  Values values(99);
  for (int i = 0; i < 3000; ++i) {
    std::string text = encode(values.outer());
    for (std::size_t edits = 1 + values.below(3); edits > 0; --edits) {
      const std::size_t at = values.below(text.size());
      switch (values.below(4)) {
        case 0:
          text[at] = static_cast<char>(values.below(256));
          break;
        case 1:
          text.erase(at, 1 + values.below(5));
          break;
        case 2:
          text.insert(at, 1, "{}[],:\"\\0-.ent "[values.below(15)]);
          break;
        default:
          text.resize(at);
      }
      if (text.empty()) break;
    }
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());
    Outer value{};
    try {
      JsonCodec<Outer>::decode(view, value);
    } catch (const CodecError&) {
      continue;
    }
    // What one reader takes as an object of ours, the other must take as JSON.
    EXPECT_NO_THROW(Json::parse(view)) << text;
  }
}

}  // namespace
