#pragma once

#include <utility>

#include <streams/branch.hpp>
#include <streams/step/pass_on.hpp>
#include <streams/step/step.hpp>

namespace streams::detail {

/// Every output of a step gets every message, so there is nothing more to do.
template <class T>
Node broadcast_node(StepHead head) {
  Node node = transform_node<T, T>(std::move(head), "Broadcast");
  node.make = [](const Options&) { return make_pass_on(); };
  return node;
}

}  // namespace streams::detail
