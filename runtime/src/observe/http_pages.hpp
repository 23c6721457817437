#pragma once

#include <functional>
#include <string>

#include <streams/runtime/plan.hpp>

#include "observe/http_message.hpp"
#include "observe/measure.hpp"
#include "observe/tap.hpp"

namespace streams::runtime {

/// What the pages are made of.
struct PageContext {
  const Plan& plan;
  const Segment& segment;
  RunLabels labels;
  std::function<Observation()> observe;         ///< the run as it is now
  std::function<const Observation&()> earlier;  ///< as it was some seconds ago
  std::string config{};                         ///< the deployment, secrets masked
  TapBoard* taps = nullptr;  ///< null where nobody may look at records; outlives the pages' streams
};

/// The pages of the HTTP port: `/` for browsers, `/healthz`, `/readyz`, `/metrics`, `/plan`, `/status`, `/config`,
/// `/tap`.
class HttpPages {
 public:
  explicit HttpPages(PageContext context) : context_(std::move(context)) {}

  HttpReply answer(const HttpRequest& request) const;

 private:
  HttpReply plan(const HttpRequest& request) const;

  PageContext context_;
};

}  // namespace streams::runtime
