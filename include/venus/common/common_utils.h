/// @file
/// Process-wide services.
#ifndef MAGIK_VENUS_COMMON_COMMON_UTILS_H_
#define MAGIK_VENUS_COMMON_COMMON_UTILS_H_

#include <cstdint>

#include "common/common_def.h"

namespace magik {
namespace venus {

/// Waits for a process-wide mutex for the client's own use. Unlocking what is not locked is an error.
VENUS_API int venus_lock();
/// Lets the next one in; any thread may do it.
VENUS_API int venus_unlock();

/// The library's version, 0x00MMmmpp.
VENUS_API uint32_t venus_get_version_info();
/// Bytes of nmem_malloc(), tensors, and networks' forward memory, inputs, outputs and packed weights in this process.
VENUS_API uint32_t venus_get_used_mem_size();

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_COMMON_COMMON_UTILS_H_
