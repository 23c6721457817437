#include <streams/kafka/kafka.hpp>
#include <streams/local/local.hpp>
#include <streams/runtime/run.hpp>

int main(int argc, char** argv) {
  return streams::runner_main(argc, argv, {streams::kafka::adapter(), streams::local::adapter()});
}
