#include <streams/local/local.hpp>
#include <streams/runtime/run.hpp>

streams::Pipeline shout();

int main(int argc, char** argv) { return streams::run_main(argc, argv, &shout, {streams::local::adapter()}); }
