// Whole files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace magik::transform {

// Throws Error naming the file and the system's reason.
std::vector<uint8_t> read_file(const std::string& path);

}  // namespace magik::transform
