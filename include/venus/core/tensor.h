// Tensors of the public interface.
#ifndef MAGIK_VENUS_CORE_TENSOR_H_
#define MAGIK_VENUS_CORE_TENSOR_H_

#include <cstddef>
#include <initializer_list>

#include "common/common_def.h"
#include "common/common_type.h"
#include "core/type.h"

namespace magik {
namespace venus {

// A handle: copies share the data. One that the client builds has room for 4 bytes an element, rounded up to 64 bytes,
// and a reshape() that needs more memory moves it; one of a network's input or output shows the network's own memory.
// Data is 64-byte aligned unless the client supplied it.
class VENUS_API Tensor {
 public:
  Tensor(shape_t shape, TensorFormat format = TensorFormat::NHWC);
  Tensor(std::initializer_list<int32_t> shape, TensorFormat format = TensorFormat::NHWC);
  // The client's memory, which has to live as long as the tensor. The shape is {bytes} until reshape().
  Tensor(void* data, size_t bytes, TensorFormat format = TensorFormat::NHWC);
  explicit Tensor(void* tsx);        // internal
  explicit Tensor(const void* tsx);  // internal
  Tensor(const Tensor& other);
  Tensor& operator=(const Tensor& other);
  virtual ~Tensor();

  shape_t shape() const;
  DataType data_type() const;
  // Of a network's input: plans the network again at once, for {1, h, w, 4} say. What was in the input is lost. An
  // error is kept for the next run().
  void reshape(shape_t& shape) const;
  void reshape(std::initializer_list<int32_t> shape) const;

  // Null where there is no memory.
  template <typename T>
  const T* data() const {
    return static_cast<const T*>(raw());
  }
  template <typename T>
  T* mudata() const {
    return static_cast<T*>(raw());
  }
  // Gives memory back that the client's tensor owns.
  void free_data() const;
  // Uses the client's memory from now on. A network's input is read from there at each run().
  int set_data(void* data, size_t bytes);
  void* get_tsx() const;
  // Elements from one index of the dimension to the next.
  int step(int dim) const;

 private:
  void* raw() const;
  void* tsx_;
};

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_CORE_TENSOR_H_
