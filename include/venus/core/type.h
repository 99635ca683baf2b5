/// @file
/// Element types and shapes.
#ifndef MAGIK_VENUS_CORE_TYPE_H_
#define MAGIK_VENUS_CORE_TYPE_H_

#include <cstdint>
#include <vector>

namespace magik {
namespace venus {

/// Dimensions, the slowest first.
using shape_t = std::vector<int32_t>;

/// Types of elements. Tensors have FP32, INT32, UINT8, INT8, UINT16, BOOL, or AUTO.
enum class DataType {
  NONE = -1,
  AUTO = 0,  ///< what a Tensor of the client's has: it stores floats and bytes alike
  FP32 = 1,
  UINT32,
  INT32,
  UINT16,
  INT16,
  UINT8 = 6,
  INT8,
  UINT6B,
  UINT6BP,
  UINT4B = 10,
  UINT2B,
  UINT10 = 12,
  INT10,
  UINT12,
  INT12,
  UINT14,
  INT14,
  BOOL = 18,
};

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_CORE_TYPE_H_
