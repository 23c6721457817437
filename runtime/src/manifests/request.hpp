#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <streams/runtime/config.hpp>

#include "manifests/tree.hpp"

namespace streams::runtime::manifests {

/// A user's file that is merged into the manifests. `tree` is null when there is none.
struct Template {
  std::string file;
  Node tree;
};

/// All that the manifests are made of. Names are labels already (`dns_label`).
struct Request {
  std::string config_text;  ///< the deployment as it is in its file, nothing substituted
  DeploymentConfig config;

  std::string service;
  std::string pipeline;
  std::string application;              ///< for the label
  std::optional<std::string> run_name;  ///< of `--name`, as it was given
  std::string adapter;                  ///< empty: the program's default
  std::optional<std::string> module;    ///< path in the image; nothing: the program has its own pipeline
  std::string image;
  std::string container_name;
  std::string log_level;
  std::string log_format;

  std::optional<std::size_t> segment;  ///< nothing: all
  std::optional<std::uint32_t> replicas;
  bool canary = false;  ///< then there are two replicas or more
  std::optional<std::string> name_space;
  std::optional<std::string> http;  ///< `0.0.0.0:8080`; nothing: no pages, no probes over HTTP
  std::uint16_t http_port = 0;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;

  Template deployment_template;
  Template container_template;
  Template patch;
};

}  // namespace streams::runtime::manifests
