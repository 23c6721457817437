#include <gtest/gtest.h>

#include <boost/describe.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <streams/graph_print.hpp>
#include <streams/streams.hpp>

namespace shop {
struct Order {
  std::int64_t id = 0;
  std::string customer;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, customer))
}  // namespace shop

namespace streams {
namespace {

using namespace std::chrono_literals;

Graph orders() {
  const auto parsed =
      streaming_source("orders", "shop-orders",
                       {.header_filter = HeaderFilter{"env", "prod"}, .consumer_group = "billing"})
          .apply(Parser<shop::Order>("parser"));
  return pipeline(parsed.apply(Filter("known", [](const shop::Order& o) { return !o.customer.empty(); }))
                      .apply(Serializer("serializer"))
                      .sink(StreamSink("checked", "checked-orders")),
                  parsed.apply(Map("customers", [](const shop::Order& o) { return o.customer; }))
                      .sink(DevNullSink("ignored", {.batch_size = 500, .batch_time = 1500ms})))
      .graph("orders");
}

/// Compares with tests/golden/NAME; with STREAMS_UPDATE_GOLDEN set, writes it.
void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(STREAMS_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("STREAMS_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing; run with STREAMS_UPDATE_GOLDEN=1 to write it";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(text, expected.str()) << "in " << path;
}

TEST(GraphPrintTest, PrintsText) {
  expect_golden("graph_orders.txt", to_text(orders()));
}

TEST(GraphPrintTest, PrintsForGraphviz) {
  expect_golden("graph_orders.dot", to_dot(orders()));
}

TEST(GraphPrintTest, PrintsForMermaid) {
  expect_golden("graph_orders.mmd", to_mermaid(orders()));
}

TEST(GraphPrintTest, PrintsJson) {
  expect_golden("graph_orders.json", to_json(orders()));
}

TEST(GraphPrintTest, EscapesWhatTheFormatsWouldMisread) {
  Node node;
  node.name = "a\"b";
  node.kind = "Ki\\nd<T>";
  node.role = NodeRole::source;
  node.stream = "to\npic";
  node.options = {{"text", std::string("tab\there")}};
  const Graph graph("odd\"name", {node});
  EXPECT_EQ(to_dot(graph),
            "digraph \"odd\\\"name\" {\n  rankdir=LR;\n  node [shape=box];\n"
            "  \"a\\\"b\" [label=\"a\\\"b\\nKi\\\\nd<T> to\\npic\", style=rounded];\n}\n");
  EXPECT_EQ(to_mermaid(graph), "flowchart LR\n  s0([\"a#quot;b<br/>Ki\\nd#lt;T#gt; to pic\"])\n");
  EXPECT_EQ(
      to_json(graph),
      "{\"name\": \"odd\\\"name\", \"steps\": [\n  {\"name\": \"a\\\"b\", \"kind\": \"Ki\\\\nd<T>\", "
      "\"inputs\": [], \"stream\": \"to\\u000apic\", \"options\": {\"text\": \"tab\\u0009here\"}}\n]}\n");
}

TEST(GraphPrintTest, PrintsTheEmptyGraph) {
  EXPECT_EQ(to_text(Graph()), "pipeline \n");
  EXPECT_EQ(to_json(Graph()), "{\"name\": \"\", \"steps\": [\n]}\n");
}

}  // namespace
}  // namespace streams
