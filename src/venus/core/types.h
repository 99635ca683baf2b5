// Element types, shapes and quantization parameters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace magik::rt {

// Values are those of the model file (schema/model.fbs). Sources' int64 and bool index tensors are kInt32 and kBool.
enum class ElementType : uint8_t { kNone = 0, kFloat32 = 1, kInt32 = 2, kUint8 = 3, kUint16 = 4, kInt8 = 5, kBool = 6 };

constexpr size_t element_size(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
    case ElementType::kInt32:
      return 4;
    case ElementType::kUint16:
      return 2;
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kBool:
      return 1;
    case ElementType::kNone:
      break;
  }
  return 0;
}
const char* element_type_name(ElementType type);  // "float32", "uint8", ...

constexpr int kMaxRank = 8;
// Bounds every dimension and every tensor's element count, so that index arithmetic in int64_t cannot overflow and a
// hostile model cannot ask for absurd memory.
constexpr int64_t kMaxElements = int64_t{1} << 31;

// Dimensions of a tensor, row-major, rank 0 (a scalar) to kMaxRank.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int32_t> dims) : Shape(dims.begin(), dims.end()) {}
  template <typename It>
  Shape(It first, It last) {
    for (; first != last && rank_ < kMaxRank; ++first) dims_[rank_++] = static_cast<int32_t>(*first);
  }

  int rank() const { return rank_; }
  int32_t operator[](int axis) const { return dims_[axis]; }
  int32_t& operator[](int axis) { return dims_[axis]; }
  int32_t back() const { return rank_ == 0 ? 1 : dims_[rank_ - 1]; }
  const int32_t* begin() const { return dims_.data(); }
  const int32_t* end() const { return dims_.data() + rank_; }
  void push_back(int32_t dim) {
    if (rank_ < kMaxRank) dims_[rank_++] = dim;
  }

  int64_t elements() const { return elements(0, rank_); }
  // Product of the dimensions in [first, last).
  int64_t elements(int first, int last) const {
    int64_t product = 1;
    for (int i = first; i < last; ++i) product *= dims_[i];
    return product;
  }
  bool operator==(const Shape& other) const;
  bool operator!=(const Shape& other) const { return !(*this == other); }
  std::string text() const;  // "1x3x224x224", "scalar"

 private:
  std::array<int32_t, kMaxRank> dims_{};
  int rank_ = 0;
};

// real = scale * (q - zero_point). One entry per tensor, or one per index of `axis`. Activations are unsigned (u8 up to
// 8 bits, else u16); weights are signed and symmetric (zero_point empty, |q| <= 2^(bits-1) - 1). bits == 0: not
// quantized.
struct Quantization {
  int bits = 0;
  std::vector<float> scale;
  std::vector<int32_t> zero_point;
  int axis = -1;

  bool enabled() const { return bits > 0; }
  bool operator==(const Quantization& o) const {
    return bits == o.bits && scale == o.scale && zero_point == o.zero_point && axis == o.axis;
  }
};

constexpr ElementType activation_type(int bits) { return bits <= 8 ? ElementType::kUint8 : ElementType::kUint16; }

}  // namespace magik::rt
