/// @file
/// Runs .mgk and .bin models on the PC, with the same code and the same bytes as libvenus, and shows every node's
/// result.
#ifndef MAGIK_EXECUTOR_GRAPH_EXECUTOR_H_
#define MAGIK_EXECUTOR_GRAPH_EXECUTOR_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common.h"
#include "tensor.h"

namespace magik {
namespace transformkit {
namespace magikexecutor {

/// No exception leaves the executor. A call that fails logs one line on stderr, keeps it for error(), and returns
/// false, null or nothing. Tensors that the executor gives stay its own; their elements change with the next work().
/// Between a work() that failed and the next that succeeds there are no results: asking for a tensor fails.
//
/// VENUS_NUM_THREADS and VENUS_ISA count as for libvenus. With MAGIK_CPP_DUMPDATA=true in the environment each work()
/// writes the inputs and the bytes of every node to ./MAGIK_DATA_DUMP/; of further networks to ./MAGIK_DATA_DUMP.2/ and
/// so on.
class MAGIK_EXECUTOR_API GraphExecutor {
 public:
  /// Loads a model; error() tells whether that went well.
  explicit GraphExecutor(const std::string& mgk_path, DEVICE device = CPU);
  ~GraphExecutor();
  GraphExecutor(const GraphExecutor&) = delete;
  GraphExecutor& operator=(const GraphExecutor&) = delete;

  /// False: every node keeps memory of its own, and get_node_tensor() shows all of them after work(). True, at first:
  /// nodes share memory, and only inputs and outputs stay readable.
  void set_inplace(bool inplace);
  /// Dump as with MAGIK_CPP_DUMPDATA=true.
  void set_dump(bool dump);

  std::vector<std::string> get_input_names() const;   ///< in the model's order
  std::vector<std::string> get_output_names() const;  ///< sorted

  /// Pixels: {1, h, w, 3} RGB, for grey networks {1, h, w, 1}, DT_UINT8 or DT_FLOAT 0..255, before mean and normal. A
  /// network that wants BGR gets it. Other inputs: DT_FLOAT (indices DT_INT32) in the runtime's layout. Another size
  /// reshapes the network. The input is chosen by the tensor's name; a network's only input also takes a tensor without
  /// one. What the tensor holds when work() is called counts; the tensor itself may be deleted at any time.
  bool set_input(const Tensor* tensor);
  /// The same, whatever the tensor's name.
  bool set_input(const std::string& name, const Tensor* tensor);
  /// Several, by name. False where one of them could not be set; the others are.
  bool set_inputs(const std::map<std::string, Tensor*>& tensors);
  /// An image file, brought to the model's size and colours as the conversion did with calibration images.
  bool set_input_image(const std::string& name, const std::string& path);

  /// Runs the network, or a part of it: from the first of the nodes `from`, whose inputs an earlier work() after
  /// set_inplace(false) has left, to node `to`.
  bool work(const std::vector<std::string>& from = {}, const std::string& to = "");

  /// The node's result as it is stored: DT_FLOAT, DT_INT32, or the integers DT_UINT8 or DT_UINT16 of a quantized one.
  /// Its name may be that of its dump, NODE_Quantize.
  const Tensor* get_node_tensor(const std::string& name) const;
  /// An output, DT_FLOAT: dequantized.
  const Tensor* get_output_tensor(const std::string& name) const;
  /// The same, to be written by the caller's own post-processing.
  Tensor* get_mutable_output_tensor(const std::string& name);
  /// Real values of a tensor that get_node_tensor() or get_output_tensor() gave, or of any other.
  std::vector<float> get_node_float_data(const Tensor* tensor) const;

  /// Why the last call that failed did so; "" if none did.
  std::string error() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace magikexecutor
}  // namespace transformkit
}  // namespace magik

#endif  // MAGIK_EXECUTOR_GRAPH_EXECUTOR_H_
