#ifndef MAGIK_VENUS_UTILS_ALL_H_
#define MAGIK_VENUS_UTILS_ALL_H_

#include "utils/imgproc.h"
#include "utils/imgproc_rm.h"
#include "utils/imgproc_type.h"
#include "utils/mem.h"
#include "utils/postproc.h"

#endif  // MAGIK_VENUS_UTILS_ALL_H_
