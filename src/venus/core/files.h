// Writing files. Errors name the path and the system's reason.
#pragma once

#include <string>

#include "venus/core/status.h"

namespace magik::rt {

Status write_file(const std::string& path, const void* data, size_t bytes);
// With its parents; a folder that is there already is fine.
Status make_directory(const std::string& path);

}  // namespace magik::rt
