// A string as JSON has it: quoted, with escapes.
#pragma once

#include <string>

namespace magik::rt {

std::string json_text(const std::string& text);

}  // namespace magik::rt
