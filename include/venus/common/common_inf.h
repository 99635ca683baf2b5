// Networks.
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

// Functions that return int return 0 on success and a negative value otherwise; the reason goes to stderr and to
// venus_last_error() (venus_ext.h). No exception leaves the library, and no call crashes on a network that failed to
// load. One network may be used by one thread at a time; networks in different threads run at the same time.
class VENUS_API BaseNet {
 public:
  BaseNet() {}
  virtual ~BaseNet() = 0;
  BaseNet(const BaseNet&) = delete;
  BaseNet& operator=(const BaseNet&) = delete;

  // A file, or with memory_model the model's bytes (which are copied; the length in their header is trusted).
  // start_off: bytes to skip, for several models in one file.
  virtual int load_model(const char* path_or_memory, bool memory_model = false, int start_off = 0) = 0;

  // The memory for intermediate values: its exact size, and with ShareMemoryMode::SET_FROM_EXTERNAL its place, 64-byte
  // aligned, to be set again where a reshape makes it larger.
  virtual int get_forward_memory_size(size_t& memory_size) = 0;
  virtual int set_forward_memory(void* memory) = 0;
  // Gives the memory back; the next run() asks for it again.
  virtual int free_forward_memory() = 0;
  // Inputs live as long as the network.
  virtual int free_inputs_memory() = 0;
  virtual void set_internal_mm_status(bool status) = 0;
  virtual bool get_internal_mm_status() = 0;
  virtual void set_profiler_per_frame(bool status = false) = 0;

  // Pixels: uint8 {1, h, w, 4}, RGBA or BGRA as get_input_channel_layout() says (the fourth byte is ignored), {1, h, w,
  // 1} for grey, NV12 frames {1, h, w, 1} where the network was created so. Others: float32, image-like ones NHWC.
  virtual std::unique_ptr<Tensor> get_input(int index) = 0;
  virtual std::unique_ptr<Tensor> get_input_by_name(std::string& name) = 0;
  virtual std::vector<std::string> get_input_names() = 0;
  // float32, valid until the next run().
  virtual std::unique_ptr<const Tensor> get_output(int index) = 0;
  virtual std::unique_ptr<const Tensor> get_output_by_name(std::string& name) = 0;
  virtual std::vector<std::string> get_output_names() = 0;
  // The outputs that are complete after the given step of run_step(), and were not before.
  virtual std::vector<std::string> get_output_names_step(int step) = 0;

  virtual ChannelLayout get_input_channel_layout(std::string& name) = 0;
  // A note for the client's own use: the network never swaps bytes.
  virtual void set_input_channel_layout(std::string name, ChannelLayout layout) = 0;

  virtual int run() = 0;
  // A run in `steps()` parts: each call does the next one, the call after the last begins anew.
  virtual int steps() = 0;
  virtual int run_step() = 0;
};

VENUS_API int venus_init(int size = 0);
VENUS_API int venus_deinit(void);
VENUS_API int venus_check();

VENUS_API std::unique_ptr<BaseNet> net_create(TensorFormat input_data_fmt = TensorFormat::NHWC,
                                              ShareMemoryMode smem_mode = ShareMemoryMode::DEFAULT);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_COMMON_COMMON_INF_H_
