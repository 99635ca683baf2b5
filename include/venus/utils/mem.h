// Memory that the library's functions take: 64-byte aligned at least.
#ifndef MAGIK_VENUS_UTILS_MEM_H_
#define MAGIK_VENUS_UTILS_MEM_H_

#include "common/common_def.h"

namespace magik {
namespace venus {

// Null where there is no memory, or where `align` is no power of two.
VENUS_API void* nmem_malloc(unsigned size);
VENUS_API void* nmem_memalign(unsigned align, unsigned size);
VENUS_API void nmem_free(void* memory);
VENUS_API void memcopy(void* dst, void* src, int n);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_MEM_H_
