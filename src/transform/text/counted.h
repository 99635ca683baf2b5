// Numbers with their noun in messages: "1 input", "2 inputs", "1 axis", "3 axes".
#pragma once

#include <cstddef>
#include <string>

namespace magik::transform {

inline std::string counted(size_t count, const std::string& noun, const std::string& plural) {
  return std::to_string(count) + " " + (count == 1 ? noun : plural);
}
inline std::string counted(size_t count, const std::string& noun) { return counted(count, noun, noun + "s"); }

}  // namespace magik::transform
