#include <stdexcept>

#include <streams/module.hpp>

STREAMS_PIPELINE(throwing) {
  throw std::runtime_error("there is no table of countries");
}
