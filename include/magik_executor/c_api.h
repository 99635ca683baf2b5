/** @file
    The executor for other languages; the Python package magik_executor is built on it. C99. */
#ifndef MAGIK_EXECUTOR_C_API_H_
#define MAGIK_EXECUTOR_C_API_H_

#ifdef __cplusplus
extern "C" {
#endif

/** A loaded model. */
typedef struct MagikExecutor MagikExecutor;

/** Never null but where memory is short: whether the model was loaded is told by magik_executor_error(). */
__attribute__((visibility("default"))) MagikExecutor* magik_executor_create(const char* path, int dump);
/** Frees it; null does nothing. */
__attribute__((visibility("default"))) void magik_executor_destroy(MagikExecutor* executor);

/** Why the last call that failed did so; "" if none did. Valid until the next call. */
__attribute__((visibility("default"))) const char* magik_executor_error(const MagikExecutor* executor);

/** An input's name by index, null behind the last; valid as long as the executor. */
__attribute__((visibility("default"))) const char* magik_executor_input_name(const MagikExecutor* executor, int index);
/** The same of outputs. */
__attribute__((visibility("default"))) const char* magik_executor_output_name(const MagikExecutor* executor, int index);

/** `type` is a Tensor::DataType. 0, or -1 on failure. The elements are copied. */
__attribute__((visibility("default"))) int magik_executor_set_input(MagikExecutor* executor, const char* name,
                                                                    const int* shape, int dims, int type,
                                                                    const void* elements);
/** 0, or -1 on failure. */
__attribute__((visibility("default"))) int magik_executor_run(MagikExecutor* executor);

/** Float elements of an output, valid until the next run; null on failure, also where the last run failed. `shape` has
    room for 8 dimensions. */
__attribute__((visibility("default"))) const float* magik_executor_output(MagikExecutor* executor, const char* name,
                                                                          int* shape, int* dims);

#ifdef __cplusplus
}
#endif

#endif /* MAGIK_EXECUTOR_C_API_H_ */
