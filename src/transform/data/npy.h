// NumPy's .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Written for C++17 and
// the runtime's errors alone, since magik-run on boards has it too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "venus/core/status.h"
#include "venus/core/types.h"

namespace magik::transform {

struct NpyArray {
  std::vector<int64_t> shape;
  rt::ElementType type = rt::ElementType::kNone;  // float32, int32, uint8, uint16, int8 or bool
  std::vector<uint8_t> bytes;                     // row-major
};

// Reads versions 1 to 3, row-major, little endian. float64 becomes float32; int64 and uint32 saturate to int32.
rt::Result<NpyArray> read_npy(const std::string& path);
rt::Status write_npy(const std::string& path, const NpyArray& array);

}  // namespace magik::transform
