#include <streams/http/http_client.hpp>
#include <streams/streams.hpp>

using namespace streams;

STREAMS_PIPELINE(lookup) {
  const http::HttpClient client({.base_url = "http://127.0.0.1:9"});
  return streaming_source("ids", "ids")
      .apply(AsyncMap("ask",
                      [client](const Bytes& id, Reply<Bytes> reply) {
                        client.get("/" + http::percent_encoded(id.view()), {}, [reply](const http::HttpAnswer& answer) {
                          if (!answer.ok()) return reply.fail(answer.fault);
                          reply.send(Bytes::copy_of(answer.body));
                        });
                      }))
      .sink(StreamSink("named", "named"));
}
