// The percentage of a long step: rewrites its line on a terminal, prints a few plain lines into a file or pipe.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace magik::transform {

class Progress {
 public:
  // Ends as "LABEL: 100.00 %" once `total` is reached; at once where there is nothing to do. A step that fails shows
  // no more.
  Progress(std::string label, size_t total);

  // Safe from any thread.
  void advance(size_t by = 1);

 private:
  void show();

  const std::string label_;
  const size_t total_;
  std::mutex mutex_;
  size_t done_ = 0;
  size_t shown_quarter_ = 0;
  std::chrono::steady_clock::time_point last_shown_;
};

}  // namespace magik::transform
