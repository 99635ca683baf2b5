#include "venus/api/error.h"

#include <cstdio>
#include <string>

#include "venus_ext.h"

namespace magik::api {
namespace {

thread_local std::string last;

}  // namespace

int report(const rt::Status& status) {
  if (status.ok()) return 0;
  last = status.message();
  std::fprintf(stderr, "ERROR(magik): %s\n", last.c_str());
  return kFailure;
}

const char* last_error() { return last.c_str(); }

}  // namespace magik::api

namespace magik {
namespace venus {

const char* venus_last_error() { return api::last_error(); }

}  // namespace venus
}  // namespace magik
