// The Venus runtime's public interface. C++11, needs nothing but the standard library.
#ifndef MAGIK_VENUS_VENUS_H_
#define MAGIK_VENUS_VENUS_H_

#include "common/common_def.h"
#include "common/common_inf.h"
#include "common/common_inf_c.h"
#include "common/common_type.h"
#include "common/common_utils.h"
#include "core/tensor.h"
#include "core/type.h"
#include "utils/all.h"

namespace venus = magik::venus;

#endif  // MAGIK_VENUS_VENUS_H_
