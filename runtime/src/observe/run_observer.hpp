#pragma once

#include <memory>
#include <optional>
#include <string>

#include <absl/status/statusor.h>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/runtime/snapshot.hpp>

#include "observe/http_address.hpp"
#include "observe/measure.hpp"
#include "observe/tap.hpp"

namespace streams::runtime {

struct ObserverOptions {
  std::optional<HttpAddress> http{};
  MetricsConfig metrics{};
  HealthConfig health{};
  std::optional<std::string> health_file{};  ///< touched once a second while healthy
  RunLabels labels{};
  std::string config{};      ///< the deployment, secrets masked; shown to whoever looks
  TapBoard* taps = nullptr;  ///< null where nobody may look at records; outlives the observer
};

/// Tells the outside how a run goes: HTTP pages, metrics that are sent, the health file. All on one thread of
/// its own, which does not exist when nothing of that is wanted.
///
/// Lifecycle: `start` before the run, destroyed behind it; the last measurements are sent then, for which it
/// blocks up to two seconds.
class RunObserver {
 public:
  /// Listens and begins. What is referred to outlives the observer. Fails when the port cannot be had or a
  /// receiver's name is not known.
  static absl::StatusOr<std::unique_ptr<RunObserver>> start(ObserverOptions options, const Plan& plan,
                                                            const Segment& segment, const RunWindow& window,
                                                            const Clock& clock, Log& log);
  ~RunObserver();
  RunObserver(const RunObserver&) = delete;
  RunObserver& operator=(const RunObserver&) = delete;

  /// Where it listens; empty when it does not.
  std::string url() const;

 private:
  class Body;
  explicit RunObserver(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace streams::runtime
