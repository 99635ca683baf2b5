// Kernels: the code that computes one node, and the ordered lists from which the runtime chooses them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "venus/core/status.h"
#include "venus/core/tensor.h"
#include "venus/core/thread_pool.h"

namespace magik::rt {

struct RunContext {
  ThreadPool& pool;
  std::byte* scratch;  // pool.threads() blocks of scratch_stride bytes, 64-byte aligned
  size_t scratch_stride;
  std::byte* scratch_of(int thread) const { return scratch + static_cast<size_t>(thread) * scratch_stride; }
};

// A kernel bound to one node. create() (see KernelEntry) may allocate and pack weights; run() allocates nothing, calls
// no libm, and writes every element of its outputs.
class Kernel {
 public:
  virtual ~Kernel() = default;

  // Shapes are known (data pointers of non-constants are not); called once after create() and after each reshape.
  virtual Status prepare(const NodeTensors&) { return {}; }
  // Scratch bytes that each thread needs, valid after prepare().
  virtual size_t scratch_bytes() const { return 0; }
  // Bytes of weights that create() packed into memory of the kernel's own (allocate_aligned()).
  virtual size_t weight_bytes() const { return 0; }
  // Whether input `index`, or the outputs, may have pitch != shape.back(). The planner only then places them so.
  virtual bool reads_pitch(size_t /*index*/) const { return false; }
  virtual bool writes_pitch() const { return false; }
  // Whether output 0 may be the very memory of input `index` when shapes and types are equal and nobody else reads it.
  virtual bool runs_in_place(size_t /*index*/) const { return false; }

  virtual void run(const NodeTensors&, const RunContext&) = 0;
};

enum class Isa : uint8_t { kReference, kAvx2, kAvx512Vnni, kMips32, kMsa, kNeon, kDotprod };
const char* isa_name(Isa isa);                       // "reference", "avx2", "avx512vnni", ...
Result<Isa> isa_from_name(const std::string& name);  // an error that lists the known names
bool isa_includes(Isa isa, Isa other);               // `other` is `isa` or one that it builds on
bool cpu_has(Isa isa);                               // asks the CPU and the operating system once
bool build_has(Isa isa);                             // some kernel of it is compiled in
Isa best_isa();                                      // the best that both have

using KernelFactory = Result<std::unique_ptr<Kernel>> (*)(const NodeTensors&);

// One line of a kernel list. `create` returns a null kernel where it declines this node (its Result is OK), an error
// where the node is invalid.
struct KernelEntry {
  const char* op;    // operator it computes
  const char* name;  // e.g. "conv2d_gemm_avx2"
  Isa isa;
  KernelFactory create;
};

// The kernels of kernels/kernels.inc that are compiled in, in order of preference. The reference kernels stand in the
// operators' definitions (operator.h).
const std::vector<KernelEntry>& kernel_list();

}  // namespace magik::rt
