#include "dlq/dead_letter_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dlq/dead_letter_groups.hpp"
#include "fake_store.hpp"

namespace streams::runtime::dlq {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(DeadLetterPrinter::Form form, bool payload) {
  const DeadLetterFacts facts = sample_facts(42);
  Message<Bytes> record = letter_of(facts, "secret payload");
  record.origin = {"in.dlq", 3, 17};
  DeadLetterPrinter printer(form, payload);
  std::string text = printer.add({record, facts, true});
  text += printer.finish();
  return text;
}

TEST(DeadLetterTextTest, ARowSaysWhereAndWhyAndShowsNoPayload) {
  EXPECT_EQ(
      shown(DeadLetterPrinter::Form::table, false),
      "PLACE  STEP    ERROR  REFUSED AT                ATTEMPT  REDRIVEN  ORIGIN   KEY  VALUE  MESSAGE\n"
      "3/17   parser  parse  1970-01-01T00:00:02.042Z        1  yes       in 0/42    3     14  byte 7 is no "
      "number\n");
}

TEST(DeadLetterTextTest, PayloadKeyAndHeadersComeWhenAskedFor) {
  const std::string text = shown(DeadLetterPrinter::Form::table, true);
  EXPECT_THAT(text, HasSubstr("dead letter 3/17\n"));
  EXPECT_THAT(text, HasSubstr("header      trace: \"t1\"\n"));
  EXPECT_THAT(text, HasSubstr("key         \"key\"\n"));
  EXPECT_THAT(text, HasSubstr("value       \"secret payload\"\n"));
  EXPECT_THAT(text, Not(HasSubstr("streams.dlq")));
}

TEST(DeadLetterTextTest, JsonHasTheSameInOneLine) {
  EXPECT_EQ(
      shown(DeadLetterPrinter::Form::json, false),
      R"({"partition":3,"offset":17,"pipeline":"metrics","segment":"0","step":"parser","error":"parse",)"
      R"("message":"byte 7 is no number","time":"1970-01-01T00:00:02.042Z","attempt":1,"redriven":true,)"
      R"("origin":{"topic":"in","partition":0,"offset":42,"timestamp":"1970-01-01T00:00:01.042Z"},)"
      R"("key_size":3,"value_size":14})"
      "\n");
  EXPECT_THAT(
      shown(DeadLetterPrinter::Form::json, true),
      HasSubstr(R"("headers":[{"name":"trace","value":"t1"}],"key":"key","value":"secret payload"})"));
}

TEST(DeadLetterGroupsTest, CountsByStepErrorAndTextAndKnowsFirstAndLast) {
  DeadLetterGroups groups;
  DeadLetterFacts other = sample_facts(9);
  other.step = "transform";
  other.error = "function";
  groups.add(other, false);
  for (const std::int64_t offset : {5, 1, 7}) {
    DeadLetterFacts facts = sample_facts(offset);
    facts.message = "byte " + std::to_string(offset) + " is no number";
    groups.add(facts, offset == 1);
  }
  EXPECT_EQ(
      table_of(groups.sorted()),
      "COUNT  REDRIVEN  STEP       ERROR     FIRST                     LAST                      MESSAGE\n"
      "    3         1  parser     parse     1970-01-01T00:00:02.001Z  1970-01-01T00:00:02.007Z  byte # is "
      "no number\n"
      "    1         0  transform  function  1970-01-01T00:00:02.009Z  1970-01-01T00:00:02.009Z  byte # is "
      "no number\n"
      "4 dead letters, 1 of them redriven\n");
  EXPECT_THAT(
      json_of(groups.sorted()),
      HasSubstr(R"({"step":"parser","error":"parse","message":"byte # is no number","count":3,"redriven":1,)"
                R"("first":"1970-01-01T00:00:02.001Z","last":"1970-01-01T00:00:02.007Z"})"));
}

TEST(DeadLetterGroupsTest, AnEmptyQueueIsSaidInOneLine) {
  EXPECT_EQ(table_of({}), "0 dead letters, 0 of them redriven\n");
  EXPECT_EQ(json_of({}), "");
}

}  // namespace
}  // namespace streams::runtime::dlq
