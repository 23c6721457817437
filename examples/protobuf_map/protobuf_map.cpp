#include <streams/codec/protobuf.hpp>
#include <streams/streams.hpp>

#include "shop.pb.h"
using namespace streams;

static shop::Receipt receipt(const shop::Order& order) {
  shop::Receipt receipt;
  receipt.set_order_id(order.id());
  for (const shop::Item& item : order.items()) {
    receipt.set_total_cents(receipt.total_cents() + item.cents() * item.count());
  }
  return receipt;
}

STREAMS_PIPELINE(protobuf_map) {
  const auto receipts = streaming_source("myinput", "orders")
                            .apply(Parser<shop::Order, ProtobufJsonFormat>("parser"))
                            .apply(Map("receipt", receipt));
  return pipeline(
      receipts.apply(Serializer<ProtobufJsonFormat>("as_json")).sink(StreamSink("mysink", "receipts")),
      receipts.apply(Serializer("as_binary")).sink(StreamSink("mybinarysink", "receipts-binary")));
}
