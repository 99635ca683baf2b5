// The converter's user errors: one clear line that says what is wrong, where, what was expected and what to do.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "venus/core/status.h"

namespace magik::transform {

// Thrown anywhere in the converter, caught in main(), which prints it and exits with status 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An error in what the user set, a key of the config: convert() puts the config's path in front.
class SettingError : public Error {
 public:
  using Error::Error;
};

template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
[[noreturn]] void fail_setting(fmt::format_string<Args...> format, Args&&... args) {
  throw SettingError(fmt::format(format, std::forward<Args>(args)...));
}

// Turns the runtime's error values into the converter's exceptions.
inline void check(const rt::Status& status) {
  if (!status.ok()) throw Error(status.message());
}
template <typename T>
T check(rt::Result<T> result) {
  if (!result.ok()) throw Error(result.message());
  return result.take();
}

}  // namespace magik::transform
