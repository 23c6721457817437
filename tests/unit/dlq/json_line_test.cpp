#include "dlq/json_line.hpp"

#include <gtest/gtest.h>

#include "dlq/terminal_text.hpp"

namespace streams::runtime::dlq {
namespace {

TEST(JsonLineTest, FieldsStandInTheirOrderOnOneLine) {
  EXPECT_EQ(JsonLine().text("a", "x\n\"y\"").number("b", -1).flag("c", true).null("d").str(),
            R"({"a":"x\n\"y\"","b":-1,"c":true,"d":null})");
  EXPECT_EQ(JsonLine().str(), "{}");
}

TEST(JsonLineTest, BytesThatAreNoTextAreBase64AndNullIsNotEmpty) {
  const auto field = [](const Bytes& bytes) { return JsonLine().bytes("v", bytes).str(); };
  EXPECT_EQ(field(Bytes()), R"({"v":null})");
  EXPECT_EQ(field(Bytes::literal("")), R"({"v":""})");
  EXPECT_EQ(field(Bytes::literal("gr\xC3\xBC\xC3\x9F")), "{\"v\":\"gr\xC3\xBC\xC3\x9F\"}");
  EXPECT_EQ(field(Bytes::literal("\xFF")), R"({"v_base64":"/w=="})");
  EXPECT_EQ(field(Bytes::literal("\xFF\xFE")), R"({"v_base64":"//4="})");
  EXPECT_EQ(field(Bytes::literal("\xFF\xFE\xFD")), R"({"v_base64":"//79"})");
}

TEST(JsonLineTest, ObjectsStandInside) {
  EXPECT_EQ(JsonLine()
                .object("o", JsonLine().number("n", 1))
                .objects("l", {JsonLine(), JsonLine().null("x")})
                .str(),
            R"({"o":{"n":1},"l":[{},{"x":null}]})");
}

TEST(TerminalTextTest, ATerminalObeysNothingOfIt) {
  EXPECT_EQ(terminal_text("a\x1b[2Jb\nc\td\x7f\xff\xC2\x9b"), "a\\x1b[2Jb\\nc\\td\\x7f?\\x9b");
  EXPECT_EQ(terminal_text("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(TerminalTextTest, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(shortened("0123456789", 10), "0123456789");
  EXPECT_EQ(shortened("0123456789x", 10), "0123456...");
  EXPECT_EQ(shortened("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", 4), "\xC3\xBC...");
}

}  // namespace
}  // namespace streams::runtime::dlq
