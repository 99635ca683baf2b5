// Writing files. Errors name the path and the system's reason.
#pragma once

#include <string>

#include "venus/core/status.h"

namespace magik::rt {

// A name beside `path` for a file that will take its place, which no other thread or process uses: .magik.*.tmp.
std::string temporary_name(const std::string& path);
// Appears complete or not at all: it is written under another name and renamed, so that a full disk leaves an older
// file as it was. Devices, pipes and links are written in place.
Status write_file(const std::string& path, const void* data, size_t bytes);
// Flushes stdout. An error where something that was printed has not arrived, so that a cut text does not look whole.
Status flush_stdout();
// With its parents; a folder that is there already is fine.
Status make_directory(const std::string& path);

}  // namespace magik::rt
