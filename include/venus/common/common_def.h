/// @file
/// Export macros of the public headers.
#ifndef MAGIK_VENUS_COMMON_COMMON_DEF_H_
#define MAGIK_VENUS_COMMON_COMMON_DEF_H_

/// Marks what the library exports.
#define VENUS_API __attribute__((visibility("default")))

/// The same for functions that C programs call.
#ifdef __cplusplus
#define VENUS_C_API extern "C" VENUS_API
#else
#define VENUS_C_API VENUS_API
#endif

#endif  // MAGIK_VENUS_COMMON_COMMON_DEF_H_
