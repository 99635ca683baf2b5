// A string as JSON has it: quoted, with escapes. JSON is UTF-8; of other bytes each becomes U+FFFD.
#pragma once

#include <string>

namespace magik::rt {

std::string json_text(const std::string& text);

}  // namespace magik::rt
