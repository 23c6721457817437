#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <streams/streams.hpp>

namespace streams {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string line(unsigned number) {
  return std::string(__FILE__) + ":" + std::to_string(number) + ": ";
}

TEST(PipelineTest, WithoutFaultsIsValid) {
  EXPECT_THAT(streaming_source("in-1", "t").sink(DevNullSink("out_2.x")).validate(), IsEmpty());
}

TEST(PipelineTest, SaysThatItIsEmpty) {
  EXPECT_THAT(Pipeline().validate(),
              ElementsAre("the pipeline is empty; return what .sink(...) gave from the pipeline function"));
}

TEST(PipelineTest, NamesBothPlacesOfADuplicateName) {
  const auto in = streaming_source("in", "t");
  const unsigned at = __LINE__;
  const auto filtered = in.apply(HeadersFilter("same", "h", 1));
  const auto p = filtered.sink(DevNullSink("same"));
  EXPECT_THAT(p.validate(),
              ElementsAre(line(at + 2) + "sink 'same' (DevNullSink) has the name of the HeadersFilter at " +
                          __FILE__ + ":" + std::to_string(at + 1) +
                          "; rename one of them: names are unique in a pipeline"));
}

TEST(PipelineTest, FindsADuplicateNameAcrossSources) {
  const auto p = pipeline(streaming_source("a", "t").sink(DevNullSink("out")),
                          streaming_source("b", "t").sink(DevNullSink("out")));
  EXPECT_EQ(p.validate().size(), 1u);
}

TEST(PipelineTest, SaysThatANameIsEmpty) {
  const unsigned at = __LINE__ + 1;
  const auto p = streaming_source("in", "t").apply(HeadersFilter("", "h", 1)).sink(DevNullSink(""));
  EXPECT_THAT(
      p.validate(),
      ElementsAre(line(at) + "step '' (HeadersFilter) has no name; give it one: it is the step's key in the "
                             "deployment YAML",
                  line(at) + "sink '' (DevNullSink) has no name; give it one: it is the step's key in the "
                             "deployment YAML"));
}

TEST(PipelineTest, RefusesNamesThatAreNoKeysOrTopicParts) {
  for (const char* name : {"a b", "a/b", "a:b", "\xc3\xa4", "a\n"}) {
    const auto p = streaming_source("in", "t").sink(DevNullSink(name));
    ASSERT_EQ(p.validate().size(), 1u) << name;
    EXPECT_THAT(p.validate()[0],
                testing::HasSubstr("other characters than letters, digits, '_', '-' and '.'; it is a key"));
  }
}

TEST(PipelineTest, NamesTheLastStepOfAStreamWithoutASink) {
  const auto in = streaming_source("in", "t");
  const auto first = in.apply(HeadersFilter("first", "h", 1));
  const unsigned at = __LINE__ + 1;
  [[maybe_unused]] const auto last = first.apply(HeadersFilter("last", "h", 1));
  EXPECT_THAT(
      in.sink(DevNullSink("out")).validate(),
      ElementsAre(line(at) + "step 'last' (HeadersFilter) is the end of a stream without a sink; end the "
                             "stream with .sink(...) or remove it"));
}

TEST(PipelineTest, SaysThatASinkWasNotReturned) {
  const auto in = streaming_source("in", "t");
  const unsigned at = __LINE__ + 1;
  [[maybe_unused]] const auto forgotten = in.sink(DevNullSink("forgotten"));
  EXPECT_THAT(in.sink(DevNullSink("out")).validate(),
              ElementsAre(line(at) + "sink 'forgotten' (DevNullSink) was built and not returned; return what "
                                     ".sink(...) gave, several as pipeline(a, b)"));
}

TEST(PipelineTest, SaysThatAStreamNameIsEmpty) {
  const unsigned at = __LINE__ + 1;
  const auto p = streaming_source("in", "").sink(StreamSink("out", ""));
  EXPECT_THAT(
      p.validate(),
      ElementsAre(line(at) + "step 'in' (StreamingSource) has an empty stream name; name the stream that it "
                             "reads",
                  line(at) + "sink 'out' (StreamSink) has an empty stream name; name the stream that it "
                             "writes"));
}

TEST(PipelineTest, SaysWhatContradictsItselfInTheOptions) {
  const unsigned at = __LINE__ + 1;
  const auto in = streaming_source("in", "t", {.dlq_stream_name = "t"});
  const auto p = in.sink(DevNullSink("out", {.batch_size = 0}));
  EXPECT_THAT(
      p.validate(),
      ElementsAre(line(at) + "step 'in' (StreamingSource): dlq_stream_name is the stream that is read, so "
                             "refused records would come back; name another",
                  line(at + 1) + "sink 'out' (DevNullSink): batch_size is 0; it must be at least 1"));
}

TEST(PipelineTest, ReportsAllFaultsAtOnceAndThrowsThemTogether) {
  const auto in = streaming_source("in", "");
  [[maybe_unused]] const auto open = in.apply(HeadersFilter("", "h", 1));
  const auto p = in.sink(DevNullSink("in", {.average_sleep_time = 1s}));
  EXPECT_EQ(p.validate().size(), 5u);
  try {
    p.graph("bad");
    FAIL() << "a pipeline with faults became a graph";
  } catch (const PipelineError& error) {
    EXPECT_EQ(error.faults(), p.validate());
    EXPECT_NE(std::string(error.what()).find(error.faults()[4]), std::string::npos);
  }
}

}  // namespace
}  // namespace streams
