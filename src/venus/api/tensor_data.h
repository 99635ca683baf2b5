// What a public Tensor shows: the client's own data, or an input or output of a network.
#pragma once

#include <cstdint>
#include <memory>

#include "core/tensor.h"
#include "venus/core/status.h"

namespace magik::api {

class TensorData {
 public:
  virtual ~TensorData() = default;
  virtual venus::shape_t shape() const = 0;
  virtual venus::DataType type() const = 0;
  virtual void* memory() = 0;         // null where there is none
  virtual uint64_t room() const = 0;  // bytes of it
  virtual rt::Status reshape(const venus::shape_t& shape) = 0;
  virtual rt::Status set_data(void* data, size_t bytes) = 0;
  virtual void free_data() {}
};

// A Tensor's get_tsx() points to one of these.
using TensorHandle = std::shared_ptr<TensorData>;

// What clients get in place of an input or output that does not exist: they use it unchecked.
std::unique_ptr<venus::Tensor> stand_in_tensor();

// A public Tensor that shows `data`.
std::unique_ptr<venus::Tensor> make_tensor(TensorHandle data);

// Bytes of a public Tensor's memory; 0 where there is none.
uint64_t room_of(const venus::Tensor& tensor);

// Its memory as `count` floats, or an error that begins with `what`.
rt::Result<float*> floats_of(const venus::Tensor& tensor, uint64_t count, const char* what);

// Elements of a shape, or an error for dimensions out of 0..2^31 and products above it.
rt::Result<int64_t> count_elements(const venus::shape_t& shape);

}  // namespace magik::api
