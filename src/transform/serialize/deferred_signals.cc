#include "transform/serialize/deferred_signals.h"

namespace magik::transform {
namespace {

volatile std::sig_atomic_t arrived = 0;

}  // namespace

DeferredSignals::DeferredSignals() {
  struct sigaction action {};
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    action.sa_handler = kSignals[i] == SIGXFSZ ? SIG_IGN : [](int signal) { arrived = signal; };
    sigaction(kSignals[i], &action, &before_[i]);
  }
}

DeferredSignals::~DeferredSignals() {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  const int signal = arrived;
  arrived = 0;
  if (signal != 0) std::raise(signal);
}

}  // namespace magik::transform
