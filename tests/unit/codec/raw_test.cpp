#include <string>

#include <gtest/gtest.h>

#include <streams/codec/json.hpp>
#include <streams/codec/raw.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

TEST(RawTest, IsTheDefaultOfBytesAndStrings) {
  static_assert(Codec<Bytes>::name == "raw");
  static_assert(Codec<std::string>::name == "raw");
  static_assert(Encodable<Bytes> && Encodable<std::string>);
  static_assert(EncodableIn<std::string, RawFormat> && EncodableIn<std::string, JsonFormat>);
  static_assert(EncodableIn<std::string, DefaultFormat>);
  static_assert(!EncodableIn<int, RawFormat>);
}

TEST(RawTest, SharesTheMemoryOfBytes) {
  const Bytes in = Bytes::copy_of(std::string_view("a\0b", 3));
  Bytes out;
  Codec<Bytes>::decode(in, out);
  EXPECT_EQ(out, in);
  EXPECT_EQ(out.data(), in.data());
}

TEST(RawTest, KeepsNullApartFromEmpty) {
  Bytes out = Bytes::literal("x");
  Codec<Bytes>::decode(Bytes(), out);
  EXPECT_TRUE(out.is_null());
  EXPECT_EQ(encode_error(Bytes()), "null bytes (a tombstone) cannot be serialised; send them on as Bytes");
  EXPECT_EQ(encode(Bytes::literal("")), "");
}

TEST(RawTest, CopiesStringsAndRefusesNull) {
  EXPECT_EQ(decode<std::string>("text"), "text");
  EXPECT_EQ(encode(std::string("te\"xt")), "te\"xt");
  std::string out;
  EXPECT_THROW(Codec<std::string>::decode(Bytes(), out), CodecError);
}

TEST(RawTest, WritesAStringAsJsonWhenAskedTo) {
  EXPECT_EQ((encode<std::string, CodecIn<JsonFormat, std::string>>("te\"xt")), R"("te\"xt")");
  EXPECT_EQ((decode<std::string, CodecIn<JsonFormat, std::string>>(R"("te\"xt")")), "te\"xt");
}

}  // namespace
