#include "venus/imgproc/kernels.h"

#include "venus/core/environment.h"

namespace magik::imgproc {

const Kernels kReferenceKernels = {};

const Kernels& best_kernels() {
#if defined(__x86_64__)
  // A wrong VENUS_ISA is reported where a network is loaded.
  static const bool avx2 = [] {
    rt::Result<rt::NetworkOptions> options = rt::options_from_environment();
    return options.ok() && rt::isa_includes(options.value().isa, rt::Isa::kAvx2) && rt::cpu_has(rt::Isa::kAvx2);
  }();
  if (avx2) return kernels_avx2();
#endif
  return kReferenceKernels;
}

}  // namespace magik::imgproc
