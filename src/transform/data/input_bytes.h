// From the elements of a file to those of a network's input. Written for C++17 and the runtime's errors alone, since
// magik-run on boards has it too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/status.h"
#include "venus/core/tensor.h"

namespace magik::transform {

// Elements as a file holds them, row-major.
struct FileElements {
  rt::ElementType type = rt::ElementType::kNone;
  std::vector<uint8_t> bytes;
  bool source_layout = false;  // axes as the source model has them, not as stored
};

// The type of a file's elements told from its size: float32 or uint8; pixels with an ignored fourth byte too. An error
// names `file` and the sizes that were expected.
rt::Result<rt::ElementType> element_type_of_file(const std::string& file, uint64_t file_bytes, const rt::Value& input);

// Dense elements of the input's type in its stored layout. A pixel input also takes floats, before mean and normal,
// rounded; an error names `file` where they are none of 0..255.
rt::Result<std::vector<uint8_t>> to_input(const std::string& file, const FileElements& elements,
                                          const rt::Value& input);

// Moves axes: axis i of the result is axis `axes[i]` of `shape`.
std::vector<uint8_t> transpose(const std::vector<uint8_t>& bytes, size_t element_size,
                               const std::vector<int64_t>& shape, const std::vector<uint8_t>& axes);
// The shape that the source model has for a stored one, and the axes that lead back to it.
std::vector<int64_t> source_shape(const rt::Shape& stored, const std::vector<uint8_t>& source_axes);
std::vector<uint8_t> inverse_axes(const std::vector<uint8_t>& axes);

}  // namespace magik::transform
