// Tensors of the executor.
#ifndef MAGIK_EXECUTOR_TENSOR_H_
#define MAGIK_EXECUTOR_TENSOR_H_

#include <memory>
#include <string>
#include <vector>

#include "common.h"

namespace magik {
namespace transformkit {
namespace magikexecutor {

/// Dense elements, row-major, and a name. A handle: copies share elements, shape and name.
class MAGIK_EXECUTOR_API Tensor {
 public:
  /// Types of elements.
  enum DataType {
    DT_UNDEFINED = 0,
    DT_FLOAT = 1,
    DT_INT32 = 3,
    DT_UINT8 = 4,
    DT_INT16 = 5,
    DT_INT8 = 6,
    DT_UINT16 = 17,
    DT_UINT32 = 22,
  };

  /// Memory of its own, zeros, 64-byte aligned; or `buffer`, the caller's, which has to have room for the elements and
  /// live as long as the tensor and what it was given to. A shape that no memory can hold gives a tensor without data.
  /// `device`: there is only "cpu".
  Tensor(const std::vector<int>& shape, DataType type, void* buffer = nullptr, std::string device = "cpu");

  /// Inputs are matched by name.
  void set_name(const std::string& name);
  std::string name() const;        ///< what set_name() set, or the node's
  std::vector<int> shape() const;  ///< dimensions, the slowest first
  int dims() const;                ///< dimensions
  int total() const;               ///< elements
  int byte_size() const;           ///< bytes of all elements
  DataType data_type() const;      ///< of the elements
  /// Own memory grows where it is too small, which loses the elements; the caller's has to have the room.
  void reshape(const std::vector<int>& shape);

  /// Element `i` of all, counted row by row. T is the C++ type of data_type(); nothing is checked.
  template <typename T>
  const T& data(int i) const {
    return static_cast<const T*>(get_ptr())[i];
  }
  /// The same, to be written.
  template <typename T>
  T& mutable_data(int i) {
    return static_cast<T*>(get_mutable_ptr())[i];
  }
  const void* get_ptr() const;  ///< null where there is no memory
  void* get_mutable_ptr();      ///< the same, to be written

 private:
  friend class GraphExecutor;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace magikexecutor
}  // namespace transformkit
}  // namespace magik

#endif  // MAGIK_EXECUTOR_TENSOR_H_
