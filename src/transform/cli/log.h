// Log lines of the converter, as the vendor's tool writes them:
//
//   2022-07-20 10:42:39.991508: I magik_config.cc:74-dump_config_json] text
//
// local time with microseconds, level I, W or E, file:line-function. Information goes to stdout, where people look for
// it; warnings and errors go to stderr.
#pragma once

#include <fmt/format.h>

#include <string>

namespace magik::transform {

enum class LogLevel : char { kInfo = 'I', kWarning = 'W', kError = 'E' };

// The line without its newline. `file` may have a path, which is left out.
std::string log_line(LogLevel level, const char* file, int line, const char* function, const std::string& text);
void write_log(LogLevel level, const char* file, int line, const char* function, const std::string& text);

// While it lives, information goes to stderr too: for programs that print a result on stdout.
class InformationOnStderr {
 public:
  InformationOnStderr();
  ~InformationOnStderr();
  InformationOnStderr(const InformationOnStderr&) = delete;
  InformationOnStderr& operator=(const InformationOnStderr&) = delete;
};

}  // namespace magik::transform

#define MAGIK_LOG(level, ...) \
  ::magik::transform::write_log(level, __FILE__, __LINE__, __func__, ::fmt::format(__VA_ARGS__))
#define MAGIK_LOG_INFO(...) MAGIK_LOG(::magik::transform::LogLevel::kInfo, __VA_ARGS__)
#define MAGIK_LOG_WARNING(...) MAGIK_LOG(::magik::transform::LogLevel::kWarning, __VA_ARGS__)
#define MAGIK_LOG_ERROR(...) MAGIK_LOG(::magik::transform::LogLevel::kError, __VA_ARGS__)
