// The factories of kernels.inc: a family's kernel on an instruction set's inner loops.
#include "venus/kernels/conv2d/conv2d_gemm.h"
#include "venus/kernels/depthwise/depthwise.h"
#include "venus/kernels/elementwise/pair.h"
#include "venus/kernels/lookup/lookup.h"
#include "venus/kernels/pool/pool.h"

namespace magik::rt::kernels {

#define MAGIK_FACTORY(symbol, make, tiles) \
  Result<std::unique_ptr<Kernel>> symbol(const NodeTensors& tensors) { return make(tensors, tiles); }

#if defined(__x86_64__)
MAGIK_FACTORY(conv2d_gemm_avx512vnni, make_conv2d_gemm, gemm_tiles_avx512vnni())
MAGIK_FACTORY(matmul_gemm_avx512vnni, make_conv2d_gemm, gemm_tiles_avx512vnni())
MAGIK_FACTORY(conv2d_gemm_avx2, make_conv2d_gemm, gemm_tiles_avx2())
MAGIK_FACTORY(matmul_gemm_avx2, make_conv2d_gemm, gemm_tiles_avx2())
MAGIK_FACTORY(depthwise_avx2, make_depthwise, depthwise_tiles_avx2())
MAGIK_FACTORY(pool_avx2, make_pool, pool_tiles_avx2())
MAGIK_FACTORY(add_avx2, make_add, pair_tiles_avx2())
MAGIK_FACTORY(multiply_avx2, make_multiply, pair_tiles_avx2())
MAGIK_FACTORY(lookup_avx2, make_lookup, lookup_loop_avx2)
#endif

#if defined(__aarch64__)
MAGIK_FACTORY(conv2d_gemm_dotprod, make_conv2d_gemm, gemm_tiles_dotprod())
MAGIK_FACTORY(matmul_gemm_dotprod, make_conv2d_gemm, gemm_tiles_dotprod())
#endif
#if defined(__aarch64__) || defined(__arm__)
MAGIK_FACTORY(conv2d_gemm_neon, make_conv2d_gemm, gemm_tiles_neon())
MAGIK_FACTORY(matmul_gemm_neon, make_conv2d_gemm, gemm_tiles_neon())
MAGIK_FACTORY(depthwise_neon, make_depthwise, depthwise_tiles_neon())
MAGIK_FACTORY(pool_neon, make_pool, pool_tiles_neon())
MAGIK_FACTORY(add_neon, make_add, pair_tiles_neon())
MAGIK_FACTORY(multiply_neon, make_multiply, pair_tiles_neon())
#endif

#if defined(MAGIK_MSA)
MAGIK_FACTORY(conv2d_gemm_msa, make_conv2d_gemm, gemm_tiles_msa())
MAGIK_FACTORY(matmul_gemm_msa, make_conv2d_gemm, gemm_tiles_msa())
MAGIK_FACTORY(depthwise_msa, make_depthwise, depthwise_tiles_msa())
MAGIK_FACTORY(pool_msa, make_pool, pool_tiles_msa())
MAGIK_FACTORY(add_msa, make_add, pair_tiles_msa())
MAGIK_FACTORY(multiply_msa, make_multiply, pair_tiles_msa())
#endif
#if defined(__mips__)
MAGIK_FACTORY(conv2d_gemm_mips32, make_conv2d_gemm, gemm_tiles_mips32())
MAGIK_FACTORY(matmul_gemm_mips32, make_conv2d_gemm, gemm_tiles_mips32())
MAGIK_FACTORY(depthwise_mips32, make_depthwise, depthwise_tiles_mips32())
MAGIK_FACTORY(pool_mips32, make_pool, pool_tiles_mips32())
MAGIK_FACTORY(add_mips32, make_add, pair_tiles_mips32())
MAGIK_FACTORY(multiply_mips32, make_multiply, pair_tiles_mips32())
#endif

#undef MAGIK_FACTORY

}  // namespace magik::rt::kernels
