// magik-transform-tools from its arguments to its exit status.
#pragma once

#include <string>
#include <vector>

namespace magik::transform {

// `arguments` without the program's name. Errors become one log line and status 1.
int run_command(const std::vector<std::string>& arguments);

}  // namespace magik::transform
