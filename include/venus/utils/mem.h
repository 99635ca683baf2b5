/// @file
/// Memory that the library's functions take: 64-byte aligned at least.
#ifndef MAGIK_VENUS_UTILS_MEM_H_
#define MAGIK_VENUS_UTILS_MEM_H_

#include "common/common_def.h"

namespace magik {
namespace venus {

/// 64-byte aligned; null where there is no memory.
VENUS_API void* nmem_malloc(unsigned size);
/// Aligned to `align` and to 64 bytes; null where there is no memory, or where `align` is no power of two.
VENUS_API void* nmem_memalign(unsigned align, unsigned size);
/// Gives back what those two gave; null does nothing.
VENUS_API void nmem_free(void* memory);
/// Copies n bytes between memories that do not overlap. Null or a negative n are an error and copy nothing.
VENUS_API void memcopy(void* dst, void* src, int n);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_MEM_H_
