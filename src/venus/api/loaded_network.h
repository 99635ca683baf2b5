// A network as the public interface shows it: pixel inputs of 4 bytes, NV12 frames, float outputs, and the ways to
// supply its memory. Tensors of its inputs and outputs keep it alive.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/common_type.h"
#include "venus/api/memory.h"
#include "venus/api/observers.h"
#include "venus/api/tensor_data.h"
#include "venus/core/network.h"
#include "venus/flavours/flavour.h"

namespace magik::api {

class LoadedNetwork {
 public:
  // `name`: of the model, for people.
  static rt::Result<std::shared_ptr<LoadedNetwork>> create(std::shared_ptr<const rt::Graph> graph,
                                                           const std::string& name, venus::TensorFormat format,
                                                           venus::ShareMemoryMode mode);

  const rt::Graph& graph() const { return network_->graph(); }

  // Forward memory.
  size_t memory_bytes() const { return network_->arena_bytes(); }
  rt::Status set_memory(void* memory);
  void free_memory();

  // Inputs.
  size_t input_count() const { return inputs_.size(); }
  venus::ChannelLayout& layout(size_t input) { return inputs_[input].layout; }
  venus::shape_t input_shape(size_t input) const;
  venus::DataType input_type(size_t input) const;
  void* input_memory(size_t input);
  uint64_t input_room(size_t input) const;  // bytes
  void free_inputs();                       // until input_memory() or run() need it again
  // With several inputs, a size that the network refuses is no error yet: another input's may mend it. The next run()
  // tells.
  rt::Status reshape_input(size_t input, const venus::shape_t& shape);
  rt::Status set_input_data(size_t input, void* data, size_t bytes);

  // Outputs.
  size_t output_count() const { return outputs_.size(); }
  venus::shape_t output_shape(size_t output) const;
  void* output_memory(size_t output);
  uint64_t output_room(size_t output) const;

  rt::Status run();
  int steps() const;
  rt::Status run_step();
  void print_profile_per_frame(bool status);
  // The step after which the output is complete.
  int step_of_output(size_t output) const { return outputs_[output].step; }

 private:
  // Memory that networks of one thread share; it grows with the largest.
  struct SharedArena {
    Buffer buffer;
  };

  struct Input {
    bool pixels = false;
    bool nv12 = false;
    venus::ChannelLayout layout = venus::ChannelLayout::NONE;
    Buffer frame;                 // the NV12 frame
    void* client_data = nullptr;  // set_data(): read at each run
    // A reshape that failed: the client writes its data to `refused` all the same, and run() gives the reason, unless a
    // reshape of another input makes both fit.
    std::string refused_reason;
    venus::shape_t refused_shape;
    Buffer refused;
  };

  struct Output {
    int step = 0;   // after which it is complete
    Buffer floats;  // where the network's own output is not dense float32
  };

  LoadedNetwork(std::unique_ptr<rt::Network> network, venus::TensorFormat format, venus::ShareMemoryMode mode);

  void find_steps();
  rt::Status provide_memory();
  rt::Status provide_buffers();
  rt::Status provide_inputs();
  rt::Result<rt::Shape> network_shape(size_t input, const venus::shape_t& shape) const;
  rt::Status reshape_network(size_t input, const rt::Shape& shape);
  uint64_t input_bytes(size_t input) const;
  bool needs_floats(const rt::Tensor& tensor) const;
  void read_inputs();
  void write_output(size_t output);
  size_t first_node(int step) const;

  void watch(const std::string& name);
  void tell_memory();

  // Before the network: it reports when the memory of the rest is free.
  Observers observers_;
  Watch* watch_ = nullptr;  // one of the observers, or null
  std::unique_ptr<rt::Network> network_;
  venus::ShareMemoryMode mode_;
  Buffer own_arena_;
  std::shared_ptr<SharedArena> shared_arena_;
  void* external_arena_ = nullptr;
  size_t external_bytes_ = 0;  // what the network needed when it got it
  void* bound_arena_ = nullptr;
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
  int next_step_ = 0;
};

// Tensors of a network's input and output.
TensorHandle input_tensor(std::shared_ptr<LoadedNetwork> network, size_t input);
TensorHandle output_tensor(std::shared_ptr<LoadedNetwork> network, size_t output);

// Of networks that are created from now on; overrides VENUS_NUM_THREADS.
void set_default_threads(int threads);

}  // namespace magik::api
