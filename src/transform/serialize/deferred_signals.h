// Holds Ctrl-C and its like back while files are put in their places.
#pragma once

#include <array>
#include <csignal>

namespace magik::transform {

// SIGINT, SIGTERM and SIGHUP that arrive while one of these lives take effect when it ends; a file past the process's
// size limit becomes an error of the write. One at a time.
class DeferredSignals {
 public:
  DeferredSignals();
  ~DeferredSignals();
  DeferredSignals(const DeferredSignals&) = delete;
  DeferredSignals& operator=(const DeferredSignals&) = delete;

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ};
  std::array<struct sigaction, kSignals.size()> before_;
};

}  // namespace magik::transform
