#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <streams/graph.hpp>
#include <streams/streams.hpp>

namespace streams {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> names(const Graph& graph) {
  std::vector<std::string> all;
  for (const Node& node : graph.nodes()) all.push_back(node.name);
  return all;
}

TEST(GraphTest, JoinsStepsInTheOrderOfTheText) {
  const Graph graph = streaming_source("in", "topic")
                          .apply(Parser<std::string>("parser"))
                          .apply(Serializer("serializer"))
                          .sink(StreamSink("out", "other"))
                          .graph("line");
  EXPECT_EQ(graph.name(), "line");
  EXPECT_EQ(names(graph), (std::vector<std::string>{"in", "parser", "serializer", "out"}));
  EXPECT_EQ(graph.nodes()[0].role, NodeRole::source);
  EXPECT_EQ(graph.nodes()[0].stream, "topic");
  EXPECT_EQ(graph.nodes()[1].inputs, std::vector<std::size_t>{0});
  EXPECT_EQ(graph.nodes()[1].outputs, std::vector<std::size_t>{2});
  EXPECT_EQ(graph.nodes()[3].role, NodeRole::sink);
  EXPECT_EQ(graph.nodes()[3].stream, "other");
  EXPECT_TRUE(graph.nodes()[3].outputs.empty());
  EXPECT_FALSE(graph.nodes()[0].make);
  EXPECT_FALSE(graph.nodes()[3].make);
}

TEST(GraphTest, AStreamThatIsUsedTwiceSendsBothWays) {
  const auto parsed = streaming_source("in", "topic").apply(Parser<std::string>("parser"));
  const Graph graph =
      pipeline(parsed.apply(Filter("short", [](const std::string& s) { return s.size() < 5; }))
                   .sink(DevNullSink("short_sink")),
               parsed.apply(Filter("long", [](const std::string& s) { return s.size() >= 5; }))
                   .sink(DevNullSink("long_sink")))
          .graph("fan_out");
  EXPECT_EQ(names(graph),
            (std::vector<std::string>{"in", "parser", "short", "short_sink", "long", "long_sink"}));
  EXPECT_EQ(graph.nodes()[1].outputs, (std::vector<std::size_t>{2, 4}));
  EXPECT_EQ(graph.nodes()[4].inputs, std::vector<std::size_t>{1});
}

TEST(GraphTest, PathsStandInTheOrderInWhichTheyAreReturned) {
  const auto in = streaming_source("in", "topic");
  const Pipeline first = in.sink(DevNullSink("written_first"));
  const Pipeline second = in.sink(DevNullSink("written_second"));
  EXPECT_EQ(names(pipeline(second, first).graph("g")),
            (std::vector<std::string>{"in", "written_second", "written_first"}));
}

TEST(GraphTest, HoldsSeveralSources) {
  const Graph graph = pipeline(streaming_source("a", "ta").sink(DevNullSink("sa")),
                               streaming_source("b", "tb").sink(DevNullSink("sb")))
                          .graph("two");
  EXPECT_EQ(names(graph), (std::vector<std::string>{"a", "sa", "b", "sb"}));
  EXPECT_EQ(graph.nodes()[3].inputs, std::vector<std::size_t>{2});
}

TEST(GraphTest, APathThatIsReturnedTwiceIsThereOnce) {
  const Pipeline once = streaming_source("a", "ta").sink(DevNullSink("sa"));
  EXPECT_EQ(pipeline(once, once).graph("g").nodes().size(), 2u);
}

TEST(GraphTest, FindsAStepByItsName) {
  const Graph graph = streaming_source("in", "t").sink(DevNullSink("out")).graph("g");
  EXPECT_EQ(graph.find("out"), 1u);
  EXPECT_EQ(graph.find("nothing"), std::nullopt);
}

TEST(GraphTest, IsEmptyWhenMadeFromNothing) {
  const Graph graph;
  EXPECT_EQ(graph.name(), "");
  EXPECT_TRUE(graph.nodes().empty());
  EXPECT_EQ(graph.find("x"), std::nullopt);
}

TEST(GraphTest, LongChainsAreNoTroubleForTheStack) {
  Stream<Bytes> stream = streaming_source("in", "t");
  for (int i = 0; i < 20'000; ++i) {
    stream = stream.apply(HeadersFilter("f" + std::to_string(i), "h", i));
  }
  EXPECT_EQ(stream.sink(DevNullSink("out")).graph("long").nodes().size(), 20'002u);
}

TEST(OptionTest, IsFoundOnlyWhenItIsSet) {
  const Options options{{"set", true}, {"unset", {}}};
  ASSERT_NE(find_option(options, "set"), nullptr);
  EXPECT_EQ(find_option(options, "unset"), nullptr);
  EXPECT_EQ(find_option(options, "other"), nullptr);
}

TEST(OptionTest, PrintsItsValueAsTheYamlWritesIt) {
  EXPECT_EQ(to_string(OptionValue{}), "");
  EXPECT_EQ(to_string(OptionValue{true}), "true");
  EXPECT_EQ(to_string(OptionValue{std::int64_t{-5}}), "-5");
  EXPECT_EQ(to_string(OptionValue{0.1}), "0.1");
  EXPECT_EQ(to_string(OptionValue{std::chrono::milliseconds(5000)}), "5s");
  EXPECT_EQ(to_string(OptionValue{std::chrono::milliseconds(1500)}), "1500ms");
  EXPECT_EQ(to_string(OptionValue{std::chrono::milliseconds(0)}), "0ms");
  EXPECT_EQ(to_string(OptionValue{std::string("text")}), "text");
}

TEST(StreamingSourceTest, SaysItsOptions) {
  const Graph graph = streaming_source("in", "orders",
                                       {.header_filter = HeaderFilter{"env", "prod"},
                                        .consumer_group = "group",
                                        .dlq_stream_name = "orders-dlq"})
                          .sink(DevNullSink("out"))
                          .graph("g");
  const Node& source = graph.nodes()[0];
  EXPECT_EQ(source.kind, "StreamingSource");
  EXPECT_EQ(source.options, (Options{{"header_filter_name", "env"},
                                     {"header_filter_value", "prod"},
                                     {"consumer_group", "group"},
                                     {"dlq_stream_name", "orders-dlq"}}));
  const Graph plain = streaming_source("in", "orders").sink(DevNullSink("out")).graph("g");
  for (const Option& option : plain.nodes()[0].options) EXPECT_EQ(option.value, OptionValue{}) << option.name;
}

}  // namespace
}  // namespace streams
