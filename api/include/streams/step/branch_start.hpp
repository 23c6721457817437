#pragma once

#include <source_location>
#include <string>
#include <utility>

#include <streams/branch.hpp>
#include <streams/step/pass_on.hpp>
#include <streams/stream.hpp>

namespace streams {

/// Begins a branch, to be given to `route()` or `broadcast()`. Its name is a step's name, and as unique.
template <class T>
Stream<T, Branch<T>> branch(std::string name, std::source_location where = std::source_location::current()) {
  Node node = detail::transform_node<T, T>({std::move(name), where}, "Branch");
  node.make = [](const Options&) { return detail::make_pass_on(); };
  return Stream<T, Branch<T>>(detail::begin_blueprint(std::move(node)));
}

}  // namespace streams
