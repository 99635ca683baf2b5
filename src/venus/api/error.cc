#include "venus/api/error.h"

#include <cstdio>

#include "venus_ext.h"

namespace magik::api {
namespace {

// No std::string, which the main thread destroys before networks of static storage, whose end may report errors.
thread_local char last[1024];

}  // namespace

int report(const rt::Status& status) {
  if (status.ok()) return 0;
  std::snprintf(last, sizeof last, "%s", status.message().c_str());
  std::fprintf(stderr, "ERROR(magik): %s\n", status.message().c_str());
  return kFailure;
}

const char* last_error() { return last; }

}  // namespace magik::api

namespace magik {
namespace venus {

const char* venus_last_error() { return api::last_error(); }

}  // namespace venus
}  // namespace magik
