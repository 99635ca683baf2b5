// The 64-byte header of a model file (layout: model_file.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "venus/core/model_file.h"

namespace magik::rt {

struct ModelHeader {
  char magic[4];
  uint32_t version;
  uint64_t total_bytes;
  uint64_t flatbuffer_bytes;
  uint64_t weights_offset;
  uint64_t checksum;
  uint8_t zero[24];
};
static_assert(sizeof(ModelHeader) == kHeaderBytes, "the header has no padding");
#if defined(__BYTE_ORDER__)
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "model files are read in place and are little endian");
#endif

constexpr char kMagic[4] = {'M', 'G', 'K', '1'};

// FNV-1a over the 8-byte words of what follows the header, the last one padded with zeros.
inline uint64_t model_checksum(const uint8_t* data, size_t bytes) {
  uint64_t hash = 14695981039346656037u;
  for (size_t at = 0; at < bytes; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, data + at, bytes - at < 8 ? bytes - at : 8);
    hash = (hash ^ word) * 1099511628211u;
  }
  return hash;
}

}  // namespace magik::rt
