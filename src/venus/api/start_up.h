// The library's first line.
#pragma once

namespace magik::api {

// "INFO(magik): venus version:..." on stderr, at the first call in a process, and the flavour of all but the release
// library.
void print_version_once();

}  // namespace magik::api
