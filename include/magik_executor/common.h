/// @file
/// What all headers of the executor share. C++11, needs nothing but the standard library.
#ifndef MAGIK_EXECUTOR_COMMON_H_
#define MAGIK_EXECUTOR_COMMON_H_

/// Marks what the library exports.
#define MAGIK_EXECUTOR_API __attribute__((visibility("default")))

namespace magik {
/// What runs on the PC alone.
namespace transformkit {
/// The executor, libmagikExecutor.
namespace magikexecutor {

/// Where networks run.
enum DEVICE { CPU = 0 };

}  // namespace magikexecutor
}  // namespace transformkit
}  // namespace magik

#endif  // MAGIK_EXECUTOR_COMMON_H_
