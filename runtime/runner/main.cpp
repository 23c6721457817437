#include <streams/kafka/kafka.hpp>
#include <streams/local/local.hpp>
#include <streams/objects/object_sink.hpp>
#include <streams/runtime/run.hpp>
#ifdef STREAMS_HAS_PARQUET
#include <streams/parquet/serializer.hpp>
#endif

int main(int argc, char** argv) {
  std::vector<streams::runtime::Connector> connectors = streams::objects::connectors();
#ifdef STREAMS_HAS_PARQUET
  connectors.push_back(streams::parquet::connector());
#else
  connectors.push_back(
      {.kind = "ParquetSerializer",
       .make = {},
       .absent = "needs the Parquet library, which this streams-runner was built without: run `./dev deps "
                 "parquet` and build again with -DSTREAMS_PARQUET=ON"});
#endif
  return streams::runner_main(argc, argv, {streams::kafka::adapter(), streams::local::adapter()}, connectors);
}
