#include "transform/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "transform/cli/console.h"

namespace magik::transform {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery{50};

}  // namespace

Progress::Progress(std::string label, size_t total) : label_(std::move(label)), total_(total) {
  if (total_ == 0) show();
}

void Progress::advance(size_t by) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (done_ == total_) return;
  done_ = std::min(total_, done_ + by);
  show();
}

void Progress::show() {
  const bool finished = done_ == total_;
  const double percent = finished ? 100.0 : 100.0 * static_cast<double>(done_) / static_cast<double>(total_);
  const std::string text = fmt::format("{}: {:.2f} %", label_, percent);
  if (console::is_terminal()) {
    const auto now = std::chrono::steady_clock::now();
    if (!finished && now - last_shown_ < kRedrawEvery) return;
    last_shown_ = now;
    console::show_progress(text, finished);
    return;
  }
  const size_t quarter = static_cast<size_t>(percent / 25);
  if (quarter == shown_quarter_) return;
  shown_quarter_ = quarter;
  console::print_line(stdout, text);
}

}  // namespace magik::transform
