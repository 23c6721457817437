#pragma once

#include <memory>

#include <streams/export.hpp>
#include <streams/operator.hpp>

namespace streams::detail {

/// A step that only stands where streams part or meet: it sends on what it gets.
STREAMS_EXPORT std::unique_ptr<Operator> make_pass_on();

}  // namespace streams::detail
