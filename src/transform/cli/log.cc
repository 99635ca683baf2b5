#include "transform/cli/log.h"

#include <fmt/chrono.h>

#include <chrono>
#include <cstring>

#include "transform/cli/console.h"

namespace magik::transform {
namespace {

std::FILE* information = stdout;

}  // namespace

std::string log_line(LogLevel level, const char* file, int line, const char* function, const std::string& text) {
  const char* slash = std::strrchr(file, '/');
  const auto now = std::chrono::system_clock::now();
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1'000'000;
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}: {} {}:{}-{}] {}",
                     fmt::localtime(std::chrono::system_clock::to_time_t(now)), microseconds, static_cast<char>(level),
                     slash ? slash + 1 : file, line, function, text);
}

InformationOnStderr::InformationOnStderr() { information = stderr; }

InformationOnStderr::~InformationOnStderr() { information = stdout; }

void write_log(LogLevel level, const char* file, int line, const char* function, const std::string& text) {
  console::print_line(level == LogLevel::kInfo ? information : stderr, log_line(level, file, line, function, text));
}

}  // namespace magik::transform
