// How the public interface tells errors: a line on stderr, venus_last_error(), a negative return value.
#pragma once

#include <new>

#include "venus/core/status.h"

namespace magik::api {

constexpr int kFailure = -1;

// Logs and keeps an error; 0 for OK.
int report(const rt::Status& status);
const char* last_error();  // of this thread

// Runs `body`, which returns a Status. Memory that cannot be had is an error too: no exception leaves the library.
template <typename Body>
int guarded(const Body& body) noexcept {
  try {
    return report(body());
  } catch (const std::bad_alloc&) {
    return report(rt::Status::error("no memory"));
  } catch (...) {
    return report(rt::Status::error("internal error"));
  }
}

}  // namespace magik::api
