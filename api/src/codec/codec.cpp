#include <streams/codec/codec.hpp>

namespace streams {
CodecError::~CodecError() = default;
}
