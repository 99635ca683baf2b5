// The checksum that lines of the check programs have.
#pragma once

#include <cstddef>
#include <cstdint>

namespace magik::check {

// FNV-1a, 64 bit.
inline uint64_t checksum(const void* data, size_t bytes) {
  uint64_t sum = 0xcbf29ce484222325u;
  for (size_t i = 0; i < bytes; ++i) sum = (sum ^ static_cast<const uint8_t*>(data)[i]) * 0x100000001b3u;
  return sum;
}

}  // namespace magik::check
