// Entry points for C.
#ifndef MAGIK_VENUS_COMMON_COMMON_INF_C_H_
#define MAGIK_VENUS_COMMON_COMMON_INF_C_H_

#include "common/common_def.h"

VENUS_C_API int magik_venus_init(int size);
VENUS_C_API int magik_venus_deinit(void);
VENUS_C_API int magik_venus_check(void);

#endif  // MAGIK_VENUS_COMMON_COMMON_INF_C_H_
