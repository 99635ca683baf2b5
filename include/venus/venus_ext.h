/// @file
/// What this library has beyond the vendor's interface.
#ifndef MAGIK_VENUS_VENUS_EXT_H_
#define MAGIK_VENUS_VENUS_EXT_H_

#include "common/common_def.h"

namespace magik {
namespace venus {

/// Why the last call of this thread that failed did so; "" if none did.
VENUS_API const char* venus_last_error();

/// Threads of each run() of networks that are loaded from now on, the calling one included. Without it
/// VENUS_NUM_THREADS decides, or 1.
VENUS_API int venus_set_threads(int threads);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_VENUS_EXT_H_
