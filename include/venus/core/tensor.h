/// @file
/// Tensors of the public interface.
#ifndef MAGIK_VENUS_CORE_TENSOR_H_
#define MAGIK_VENUS_CORE_TENSOR_H_

#include <cstddef>
#include <initializer_list>

#include "common/common_def.h"
#include "common/common_type.h"
#include "core/type.h"

namespace magik {
namespace venus {

/// A handle: copies share the data. One that the client builds has room for 4 bytes an element, rounded up to 64 bytes,
/// and a reshape() that needs more memory moves it; one of a network's input or output shows the network's own memory.
/// Data is 64-byte aligned unless the client supplied it.
class VENUS_API Tensor {
 public:
  /// Zeros. A shape with a dimension below 1 or more than 2^31 - 1 elements is an error; the tensor then has no shape
  /// and no memory. The format does not matter: functions that take images are told the layout.
  Tensor(shape_t shape, TensorFormat format = TensorFormat::NHWC);
  /// The same.
  Tensor(std::initializer_list<int32_t> shape, TensorFormat format = TensorFormat::NHWC);
  /// The client's memory, which has to live as long as the tensor. The shape is {bytes} until reshape(). Null or no
  /// bytes are an error.
  Tensor(void* data, size_t bytes, TensorFormat format = TensorFormat::NHWC);
  explicit Tensor(void* tsx);              ///< another handle of what get_tsx() gave
  explicit Tensor(const void* tsx);        ///< another handle of what get_tsx() gave
  Tensor(const Tensor& other);             ///< shares the data
  Tensor& operator=(const Tensor& other);  ///< shares the data
  virtual ~Tensor();

  /// Dimensions; none where the constructor failed.
  shape_t shape() const;
  /// A network's: UINT8 for pixels, FP32, INT32. A client's: AUTO.
  DataType data_type() const;
  /// A client's tensor: keeps its memory and content where they suffice, else takes new memory. A network's input:
  /// plans the network again at once, for {1, h, w, 4} say; what was in the input is lost. An output's: an error.
  /// Errors are told by venus_last_error(); a network's run() fails until a reshape succeeds. Inputs whose sizes belong
  /// together are reshaped one after the other: the last reshape succeeds and takes those that failed with it.
  void reshape(shape_t& shape) const;
  /// The same.
  void reshape(std::initializer_list<int32_t> shape) const;

  /// The elements; null where there is no memory.
  template <typename T>
  const T* data() const {
    return static_cast<const T*>(raw());
  }
  /// The elements, to be written.
  template <typename T>
  T* mudata() const {
    return static_cast<T*>(raw());
  }
  /// Gives back the memory of a client's tensor, or forgets the client's own. No effect on a network's.
  void free_data() const;
  /// Uses the client's memory from now on; it has to live as long. A network's input is read from there at each run(),
  /// and takes no less than its size. Null or no bytes are an error.
  int set_data(void* data, size_t bytes);
  /// For the constructors from a pointer; valid as long as the tensor.
  void* get_tsx() const;
  /// Elements from one index of the dimension to the next; negative, an error, where there is no such dimension.
  int step(int dim) const;

 private:
  void* raw() const;
  void* tsx_;
};

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_CORE_TENSOR_H_
