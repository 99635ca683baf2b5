// What magik-data-check tells people.
#pragma once

#include <string>

#include "data_check/check.h"

namespace magik::data_check {

// `all`: also a line for each value.
std::string report(const DumpFolder& a, const DumpFolder& b, const Check& check, bool all);

// One line about the nodes that only one dump has; empty where there are none.
std::string missing_nodes(const DumpFolder& a, const DumpFolder& b, const Check& check);

}  // namespace magik::data_check
