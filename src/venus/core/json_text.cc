#include "venus/core/json_text.h"

#include <cstdio>

namespace magik::rt {
namespace {

// Of the UTF-8 sequence that starts at `start`, 0 where none does (RFC 3629, section 4).
size_t sequence_bytes(const std::string& text, size_t start) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(start), second = byte(start + 1);
  const size_t bytes = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(start + i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second > 0x9f;
  const bool beyond_unicode = first == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond_unicode ? 0 : bytes;
}

}  // namespace

std::string json_text(const std::string& text) {
  std::string result = "\"";
  for (size_t i = 0; i < text.size();) {
    const size_t bytes = sequence_bytes(text, i);
    const auto first = static_cast<unsigned char>(text[i]);
    if (bytes == 0) {
      result += "\\ufffd";  // Unicode's replacement character
    } else if (first == '"' || first == '\\') {
      result += '\\';
      result += text[i];
    } else if (first < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(first));
      result += escape;
    } else {
      result.append(text, i, bytes);
    }
    i += bytes == 0 ? 1 : bytes;
  }
  return result + "\"";
}

}  // namespace magik::rt
