// What sets the four libraries apart. All have the same core and interface; each links one of release.cc, profile.cc,
// debug.cc and nmem.cc, which define the functions below.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "venus/core/network.h"

namespace magik::api {

// Bytes that belong to one network.
struct NetworkMemory {
  uint64_t weights = 0;  // in the model, which is mapped from its file where that is possible
  uint64_t packed = 0;   // weights in the order that kernels want
  uint64_t tensors = 0;  // inputs and outputs
  uint64_t forward = 0;  // get_forward_memory_size()

  uint64_t used() const { return packed + tensors + forward; }
};

// Sees a loaded network's runs until it is freed.
class Watch : public rt::Observer {
 public:
  // BaseNet::set_profiler_per_frame().
  virtual void print_per_frame(bool /*status*/) {}
  // After loading, a reshape, and before each run.
  virtual void memory_is(const NetworkMemory&) {}
};

const char* flavour_name();
// Null where the library watches nothing. `model` is the file's path, or "memory".
std::unique_ptr<Watch> watch_network(const std::string& model);

}  // namespace magik::api
