// For tests of data movement and broadcasting: multi-dimensional indices, written plainly.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "venus/core/test_util.h"

namespace magik::rt::test {

using Index = std::vector<int32_t>;

// Calls body for every index of a shape, in row-major order.
inline void for_each_index(const Shape& shape, const std::function<void(const Index&)>& body) {
  for (int64_t i = 0; i < shape.elements(); ++i) {
    Index index(static_cast<size_t>(shape.rank()));
    int64_t rest = i;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      index[axis] = static_cast<int32_t>(rest % shape[axis]);
      rest /= shape[axis];
    }
    body(index);
  }
}

// Row-major position of an index.
inline int64_t flat(const Shape& shape, const Index& index) {
  int64_t result = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) result = result * shape[axis] + index[axis];
  return result;
}

// Position in `shape` of the element that broadcasting puts at `index`.
inline int64_t broadcast_flat(const Shape& shape, const Index& index) {
  Index own(index.end() - shape.rank(), index.end());
  for (int axis = 0; axis < shape.rank(); ++axis) own[axis] = shape[axis] == 1 ? 0 : own[axis];
  return flat(shape, own);
}

// Elements 0, 1, 2, ...
inline OwnedTensor counting_tensor(Shape shape, ElementType type = ElementType::kInt32, int64_t pitch = 0) {
  OwnedTensor tensor(type, shape, {}, pitch);
  for (int64_t i = 0; i < shape.elements(); ++i) {
    switch (element_size(type)) {
      case 1:
        tensor.at<uint8_t>(i) = static_cast<uint8_t>(i);
        break;
      case 2:
        tensor.at<uint16_t>(i) = static_cast<uint16_t>(i);
        break;
      default:
        tensor.at<int32_t>(i) = static_cast<int32_t>(i);
    }
  }
  return tensor;
}

inline Attributes attributes(std::initializer_list<std::pair<const char*, Attributes::Data>> entries) {
  Attributes result;
  for (const auto& entry : entries) result.put(entry.first, entry.second);
  return result;
}
inline Attributes::Data ints(std::vector<int64_t> values) { return values; }
inline Attributes::Data floats(std::vector<float> values) { return values; }
inline Attributes::Data text(const char* value) { return std::string(value); }

inline Shape random_shape(std::mt19937& random, int rank, int most) {
  Shape shape;
  for (int axis = 0; axis < rank; ++axis) shape.push_back(uniform_int(random, 1, most));
  return shape;
}

}  // namespace magik::rt::test
