/// @file
/// Networks.
#ifndef MAGIK_VENUS_COMMON_COMMON_INF_H_
#define MAGIK_VENUS_COMMON_COMMON_INF_H_

#include <memory>
#include <string>
#include <vector>

#include "common/common_def.h"
#include "common/common_type.h"
#include "core/tensor.h"

namespace magik {
namespace venus {

/// A network. Functions that return int return 0 on success and a negative value otherwise; the reason of every failure
/// goes to stderr and to venus_last_error() (venus_ext.h). No exception leaves the library, and no call crashes on a
/// network that failed to load. One network may be used by one thread at a time; networks in different threads run at
/// the same time.
class VENUS_API BaseNet {
 public:
  /// Clients get networks from net_create().
  BaseNet() {}
  virtual ~BaseNet() = 0;
  BaseNet(const BaseNet&) = delete;
  BaseNet& operator=(const BaseNet&) = delete;

  /// Loads a file, or with memory_model the model's bytes at any address, which are copied (the length in their header
  /// is trusted). start_off: bytes to skip, for several models in one file. What was loaded before is gone, even if
  /// this fails.
  virtual int load_model(const char* path_or_memory, bool memory_model = false, int start_off = 0) = 0;

  /// Exact bytes of the memory for intermediate values, at the inputs' current shapes; 0 without a model.
  virtual int get_forward_memory_size(size_t& memory_size) = 0;
  /// With ShareMemoryMode::SET_FROM_EXTERNAL, which needs it before run(): the place of intermediate values, 64-byte
  /// aligned, of get_forward_memory_size() bytes, to be set again where a reshape makes that larger. The client frees
  /// it after the network or free_forward_memory(). With other modes an error.
  virtual int set_forward_memory(void* memory) = 0;
  /// Gives the network's own memory for intermediate values back, or forgets the client's; the next run() asks for it
  /// again.
  virtual int free_forward_memory() = 0;
  /// Gives the memory of inputs back. It is there again, elsewhere and zero, when a Tensor of the input is asked for
  /// its data, or at run().
  virtual int free_inputs_memory() = 0;
  /// A note of the client's: how memory is managed follows from ShareMemoryMode alone.
  virtual void set_internal_mm_status(bool status) = 0;
  /// What set_internal_mm_status() noted; true at first.
  virtual bool get_internal_mm_status() = 0;
  /// Profile library (libvenus.p.so): true prints the tables after each run, of that run alone; false, the default,
  /// when the network is freed, of all runs that were not printed yet. Other libraries have no profiler: no effect.
  virtual void set_profiler_per_frame(bool status = false) = 0;

  /// The input of an index from 0, never null (an input that does not exist is an error and gives a tensor that is not
  /// the network's). Pixels: uint8 {1, h, w, 4}, RGBA or BGRA as get_input_channel_layout() says, the fourth byte
  /// ignored; {1, h, w, 1} for grey; NV12 frames {1, h, w, 1} where the network was created so. Others: float32,
  /// image-like ones NHWC. run() keeps what is in it. It may outlive the network.
  virtual std::unique_ptr<Tensor> get_input(int index) = 0;
  /// The same by name.
  virtual std::unique_ptr<Tensor> get_input_by_name(std::string& name) = 0;
  /// Names in the order of indices; empty without a model.
  virtual std::vector<std::string> get_input_names() = 0;
  /// The output of an index from 0, never null: dense float32, dequantized, NHWC where image-like, else as in the
  /// source model. Its elements are valid until the next run().
  virtual std::unique_ptr<const Tensor> get_output(int index) = 0;
  /// The same by name.
  virtual std::unique_ptr<const Tensor> get_output_by_name(std::string& name) = 0;
  /// Names in the order of indices: as the conversion's OUTPUT lists them, else as in the source model.
  virtual std::vector<std::string> get_output_names() = 0;
  /// The outputs that are complete after step `step` (from 0) of run_step(), and were not before.
  virtual std::vector<std::string> get_output_names_step(int step) = 0;

  /// The pixels that an input takes, or what set_input_channel_layout() noted; FP where it is no image, NONE where
  /// there is no such input.
  virtual ChannelLayout get_input_channel_layout(std::string& name) = 0;
  /// A note for the client's own use: the network never swaps bytes.
  virtual void set_input_channel_layout(std::string name, ChannelLayout layout) = 0;

  /// All steps, from the first.
  virtual int run() = 0;
  /// The number of parts that a run consists of: one for each node, at most 8; 0 without a model.
  virtual int steps() = 0;
  /// Does the next part; the call after the last begins anew, with what is in the inputs then. A reshape and run()
  /// begin anew too. After the last part outputs have the same bytes as after run().
  virtual int run_step() = 0;
};

/// Prepares the library; to be paired with venus_deinit(). Networks and image processing do without. size: memory that
/// the program is about to use, which is not reserved; negative is an error. Fails where venus_check() does.
VENUS_API int venus_init(int size = 0);
/// Undoes one venus_init(); without one it is an error. Tensors and networks may live on.
VENUS_API int venus_deinit(void);
/// Whether networks can run here as the environment (VENUS_ISA, VENUS_NUM_THREADS) asks for it.
VENUS_API int venus_check();

/// A network without a model, never null. input_data_fmt NV12: it takes camera frames in place of pixels.
VENUS_API std::unique_ptr<BaseNet> net_create(TensorFormat input_data_fmt = TensorFormat::NHWC,
                                              ShareMemoryMode smem_mode = ShareMemoryMode::DEFAULT);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_COMMON_COMMON_INF_H_
