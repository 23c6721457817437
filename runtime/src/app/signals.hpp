#pragma once

#include <csignal>
#include <thread>

#include <streams/runtime/engine.hpp>
#include <streams/runtime/log.hpp>

namespace streams::runtime {

/// While it lives, SIGTERM and SIGINT stop a run; a second one ends the process at once, as if nobody had
/// caught it. SIGPIPE is ignored, so that a reader that goes away is an error of the write.
///
/// Make it on the main thread before any other thread is started: threads inherit that both signals are
/// blocked, and one thread of its own waits for them. Destroy it on the same thread.
class SignalWatch {
 public:
  /// Both outlive it.
  SignalWatch(StopSignal& stop, Log& log);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void watch(StopSignal& stop, Log& log) const;

  sigset_t watched_{};
  sigset_t before_{};
  struct sigaction pipe_before_ {};
  int signals_ = -1;
  int end_ = -1;
  std::thread thread_;
};

}  // namespace streams::runtime
