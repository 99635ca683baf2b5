// The toolkit's version, and where this build comes from.
#pragma once

#include <cstdint>
#include <string>

namespace magik::rt {

constexpr char kVersion[] = "0.1.0";
constexpr uint32_t kVersionNumber = 0x00000100;  // two hexadecimal digits each: 0, major, minor, patch; see kVersion

std::string version_with_revision();  // "0.1.0(00000100_2923907)"
std::string build_date();             // "20220721-2110", of the revision's first build in a build folder
std::string build_platform();         // "12.2.0 glibc2.36 x86_64": compiler, C library, architecture

}  // namespace magik::rt
