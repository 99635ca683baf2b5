/// @file
/// Entry points for C.
#ifndef MAGIK_VENUS_COMMON_COMMON_INF_C_H_
#define MAGIK_VENUS_COMMON_COMMON_INF_C_H_

#include "common/common_def.h"

/// As magik::venus::venus_init().
VENUS_C_API int magik_venus_init(int size);
/// As magik::venus::venus_deinit().
VENUS_C_API int magik_venus_deinit(void);
/// As magik::venus::venus_check().
VENUS_C_API int magik_venus_check(void);

#endif  // MAGIK_VENUS_COMMON_COMMON_INF_C_H_
