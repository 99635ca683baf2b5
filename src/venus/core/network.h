// A loaded network: chosen kernels, planned memory, run().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/kernel.h"
#include "venus/core/status.h"
#include "venus/core/tensor.h"

namespace magik::rt {

// Watches runs: the four library flavours, the converter's calibration and debug mode, magik-run --profile and --dump
// are observers. Called on the thread that runs; outputs of the node are complete and still alive.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void run_begins(const class Network&) {}
  virtual void node_done(const class Network&, size_t /*node_index*/, double /*milliseconds*/) {}
  virtual void run_ends(const class Network&) {}
};

struct NetworkOptions {
  Isa isa = best_isa();
  int threads = 1;
  bool keep_all_values = false;  // every value stays readable after run(): no reuse, no in-place
  bool external_arena = false;   // the caller supplies the arena by set_arena()
  const std::vector<KernelEntry>* extra_kernels = nullptr;  // tried before the built-in ones (the converter's oneDNN)
};

class Network {
 public:
  // Checks everything that a hostile file could have wrong. Constants are shared with `graph`, not copied.
  static Result<std::unique_ptr<Network>> create(std::shared_ptr<const Graph> graph,
                                                 const NetworkOptions& options = {});
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const Graph& graph() const;
  const NetworkOptions& options() const;

  // Views of a value's current memory. For inputs and outputs always valid; for others while the value is alive.
  // A pixel input of 3 channels has pitch 4 (RGBA or BGRA bytes, the fourth ignored).
  Tensor tensor(ValueId id) const;
  Tensor input(size_t index) const { return tensor(graph().inputs[index]); }
  Tensor output(size_t index) const { return tensor(graph().outputs[index]); }

  // Changes an input's shape (stored layout, logical channels) and plans again. Input contents are undefined after it.
  // On error the network keeps the error for the next run().
  Status reshape_input(size_t index, const Shape& shape);
  Status reshape_inputs(const std::vector<Shape>& shapes);  // all of them, whose sizes may belong together
  std::vector<Shape> input_shapes() const;
  // Gives back the memory of inputs (of those that are outputs too, nothing) until provide_inputs(), which zeroes it.
  void free_inputs();
  Status provide_inputs();

  // The arena holds all values but constants, inputs and outputs, and the kernels' scratch. 64-byte aligned.
  size_t arena_bytes() const;
  size_t least_arena_bytes() const;  // of the values and scratch that live at one time: no plan needs less
  // null: give it back; run() then fails, as after a reshape, which needs an arena of the new size.
  Status set_arena(void* memory);
  size_t weight_bytes() const;  // constants of the graph
  size_t packed_bytes() const;  // weights in the kernels' own order
  size_t tensor_bytes() const;  // memory of inputs and outputs

  size_t node_count() const { return graph().nodes.size(); }
  const NodeTensors& node_tensors(size_t node_index) const;
  const char* kernel_name(size_t node_index) const;  // "reference", "conv2d_gemm_avx2", "alias", ...

  Status run(Observer* observer = nullptr);
  // Runs nodes [first, last): run_step() of the public interface.
  Status run_nodes(size_t first, size_t last, Observer* observer = nullptr);

 private:
  struct Impl;
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace magik::rt
