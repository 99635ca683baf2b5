// Errors of the runtime: no exception is thrown in it. A Status is either OK or carries one line for the user that says
// what is wrong, where, and what was expected.
#pragma once

#include <cstdarg>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace magik::rt {

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK

  bool ok() const { return message_ == nullptr; }
  const std::string& message() const {
    static const std::string none;
    return ok() ? none : *message_;
  }

  // printf-style.
  static Status error(const char* format, ...) __attribute__((format(printf, 1, 2)));

 private:
  std::unique_ptr<std::string> message_;
};

// A value or the error that prevented it.
template <typename T>
class [[nodiscard]] Result {
 public:
  // From a T, or from anything that converts to it: `return std::make_unique<Derived>()` for a unique_ptr of the base.
  template <typename U, typename = std::enable_if_t<std::is_convertible<U&&, T>::value>>
  Result(U&& value) : value_(std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Status&& error) : status_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return status_.ok(); }
  Status take_status() { return std::move(status_); }
  const std::string& message() const { return status_.message(); }
  T& value() { return value_; }
  T take() { return std::move(value_); }

 private:
  T value_{};
  Status status_;
};

#define MAGIK_RETURN_IF_ERROR(expression)                            \
  do {                                                               \
    if (::magik::rt::Status status_ = (expression); !status_.ok()) { \
      return status_;                                                \
    }                                                                \
  } while (false)

}  // namespace magik::rt
