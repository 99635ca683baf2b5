// The factories of kernels.inc: a family's kernel on an instruction set's inner loops.
#include "venus/kernels/conv2d/conv2d_gemm.h"
#include "venus/kernels/depthwise/depthwise.h"
#include "venus/kernels/elementwise/pair.h"
#include "venus/kernels/lookup/lookup.h"
#include "venus/kernels/pool/pool.h"

namespace magik::rt::kernels {

#define MAGIK_FACTORY(symbol, make, tiles) \
  Result<std::unique_ptr<Kernel>> symbol(const NodeTensors& tensors) { return make(tensors, tiles); }

#define MAGIK_GEMM_FACTORIES(isa)                                        \
  MAGIK_FACTORY(conv2d_gemm_##isa, make_conv2d_gemm, gemm_tiles_##isa()) \
  MAGIK_FACTORY(matmul_gemm_##isa, make_conv2d_gemm, gemm_tiles_##isa())

// Of the families that all instruction sets have.
#define MAGIK_FACTORIES(isa)                                              \
  MAGIK_GEMM_FACTORIES(isa)                                               \
  MAGIK_FACTORY(depthwise_##isa, make_depthwise, depthwise_tiles_##isa()) \
  MAGIK_FACTORY(pool_##isa, make_pool, pool_tiles_##isa())                \
  MAGIK_FACTORY(add_##isa, make_add, pair_tiles_##isa())                  \
  MAGIK_FACTORY(multiply_##isa, make_multiply, pair_tiles_##isa())

#if defined(__x86_64__)
MAGIK_FACTORIES(avx2)
MAGIK_FACTORY(lookup_avx2, make_lookup, lookup_loop_avx2)
MAGIK_GEMM_FACTORIES(avx512vnni)
#endif

#if defined(__aarch64__) || defined(__arm__)
MAGIK_FACTORIES(neon)
#endif
#if defined(__aarch64__)
MAGIK_GEMM_FACTORIES(dotprod)
#endif

#if defined(__mips__)
MAGIK_FACTORIES(mips32)
#endif
#if defined(MAGIK_MSA)
MAGIK_FACTORIES(msa)
#endif

#undef MAGIK_FACTORIES
#undef MAGIK_GEMM_FACTORIES
#undef MAGIK_FACTORY

}  // namespace magik::rt::kernels
