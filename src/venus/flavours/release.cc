// libvenus.so: runs, and nothing else.
#include "venus/flavours/flavour.h"

namespace magik::api {

const char* flavour_name() { return "release"; }

std::unique_ptr<Watch> watch_network(const std::string&) { return nullptr; }

}  // namespace magik::api
