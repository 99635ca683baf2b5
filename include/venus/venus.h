/// @file
/// The Venus runtime's public interface. C++11, needs nothing but the standard library.
///
/// @mainpage
/// - venus.h: networks on boards and on the PC. It includes common/common_inf.h (networks), core/tensor.h,
/// utils/imgproc.h
///   (image processing), utils/postproc.h (detectors), utils/mem.h and common/common_utils.h; venus_ext.h is separate.
/// - graph_executor.h: the PC executor, which shows every node's result.
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

/// The toolkit.
namespace magik {
/// The runtime, libvenus.
namespace venus {}
}  // namespace magik

/// Short for magik::venus.
namespace venus = magik::venus;

#endif  // MAGIK_VENUS_VENUS_H_
