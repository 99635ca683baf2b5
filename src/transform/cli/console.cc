#include "transform/cli/console.h"

#include <unistd.h>

#include <mutex>

namespace magik::transform::console {
namespace {

std::mutex mutex;
bool progress_is_shown = false;

constexpr char kEraseLine[] = "\r\033[K";

}  // namespace

void print_line(std::FILE* stream, const std::string& text) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (progress_is_shown) {
    std::fputs(kEraseLine, stdout);
    std::fflush(stdout);
    progress_is_shown = false;
  }
  std::fputs(text.c_str(), stream);
  std::fputc('\n', stream);
  std::fflush(stream);
}

bool is_terminal() {
  static const bool terminal = isatty(STDOUT_FILENO) == 1;
  return terminal;
}

void show_progress(const std::string& text, bool last) {
  const std::lock_guard<std::mutex> lock(mutex);
  std::fputs(kEraseLine, stdout);
  std::fputs(text.c_str(), stdout);
  if (last) std::fputc('\n', stdout);
  std::fflush(stdout);
  progress_is_shown = !last;
}

}  // namespace magik::transform::console
