// The model file: a 64-byte header, a FlatBuffer (schema/model.fbs), then the weights, each 64-byte aligned.
//
//   offset  size  what
//        0     4  magic "MGK1"
//        4     4  format version (uint32, little endian like everything here)
//        8     8  total length of the file
//       16     8  length of the FlatBuffer, which starts at byte 64
//       24     8  offset of the weight section
//       32     8  checksum: FNV-1a, 64 bit, over the 8-byte words of all that follows the header (zero-padded)
//       40    24  zero
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/status.h"

namespace magik::rt {

constexpr uint32_t kFormatVersion = 1;
constexpr size_t kHeaderBytes = 64;

// Parses and verifies a model. Constants point into `data`, which `owner` keeps alive (null: the caller promises to).
// `data` must be 64-byte aligned; sizes of every table are checked. Errors name the byte or table that is wrong.
Result<std::shared_ptr<const Graph>> parse_model(const void* data, size_t bytes, std::shared_ptr<const void> owner);

// Reads `path` from byte `offset` on and parses it.
Result<std::shared_ptr<const Graph>> load_model_file(const std::string& path, size_t offset = 0);

// The header of a model in memory, whose length has to be trusted: total length, or an error.
Result<size_t> model_length(const void* header);

// Serializes a graph, byte-identical for equal graphs.
std::vector<uint8_t> serialize_model(const Graph& graph);

}  // namespace magik::rt
