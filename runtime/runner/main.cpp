#include <streams/kafka/kafka.hpp>
#include <streams/local/local.hpp>
#include <streams/objects/object_sink.hpp>
#include <streams/runtime/connector_library.hpp>
#include <streams/runtime/run.hpp>

int main(int argc, char** argv) {
  std::vector<streams::runtime::Connector> connectors = streams::objects::connectors();
  connectors.push_back(streams::runtime::late_connector(
      "ParquetSerializer", "parquet.so",
      "run `./dev deps parquet` and build and install Streams again with -DSTREAMS_PARQUET=ON"));
  return streams::runner_main(argc, argv, {streams::kafka::adapter(), streams::local::adapter()}, connectors);
}
