// The entries of kernels.inc.
#include "venus/kernels/conv2d/conv2d_gemm.h"

namespace magik::rt::kernels {

#if defined(__x86_64__)
Result<std::unique_ptr<Kernel>> conv2d_gemm_avx2(const NodeTensors& tensors) {
  return make_conv2d_gemm(tensors, gemm_tiles_avx2());
}
Result<std::unique_ptr<Kernel>> conv2d_gemm_avx512vnni(const NodeTensors& tensors) {
  return make_conv2d_gemm(tensors, gemm_tiles_avx512vnni());
}
Result<std::unique_ptr<Kernel>> matmul_gemm_avx2(const NodeTensors& tensors) {
  return make_conv2d_gemm(tensors, gemm_tiles_avx2());
}
Result<std::unique_ptr<Kernel>> matmul_gemm_avx512vnni(const NodeTensors& tensors) {
  return make_conv2d_gemm(tensors, gemm_tiles_avx512vnni());
}
#endif

}  // namespace magik::rt::kernels
