#include "venus/core/status.h"

#include <cstdio>

namespace magik::rt {

Status Status::error(const char* format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  std::string text(length > 0 ? static_cast<size_t>(length) : 0, '\0');
  std::vsnprintf(&text[0], text.size() + 1, format, again);
  va_end(again);
  Status status;
  status.message_ = std::make_unique<std::string>(std::move(text));
  return status;
}

}  // namespace magik::rt
