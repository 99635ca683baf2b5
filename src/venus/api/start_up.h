// The library's first line.
#pragma once

namespace magik::api {

// "INFO(magik): venus version:..." on stderr, at the first call in a process.
void print_version_once();

}  // namespace magik::api
