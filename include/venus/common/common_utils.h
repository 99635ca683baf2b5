// Process-wide services.
#ifndef MAGIK_VENUS_COMMON_COMMON_UTILS_H_
#define MAGIK_VENUS_COMMON_COMMON_UTILS_H_

#include <cstdint>

#include "common/common_def.h"

namespace magik {
namespace venus {

// A process-wide mutex for the client's own use. Unlocking what is not locked is an error.
VENUS_API int venus_lock();
VENUS_API int venus_unlock();

VENUS_API uint32_t venus_get_version_info();   // 0x00MMmmpp
VENUS_API uint32_t venus_get_used_mem_size();  // bytes of nmem_malloc(), tensors and networks' forward memory

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_COMMON_COMMON_UTILS_H_
