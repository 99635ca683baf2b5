#include "data_check/difference.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace magik::data_check {
namespace {

template <typename T>
T element(const std::vector<uint8_t>& bytes, size_t index) {
  T value;
  std::memcpy(&value, &bytes[index * sizeof value], sizeof value);
  return value;
}

template <typename T>
std::string text_of(T value) {
  if constexpr (std::is_same_v<T, float>) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return fmt::format("{:.9g} (0x{:08x})", value, bits);  // zeros and NaNs differ in bits alone
  } else {
    return std::to_string(value);
  }
}

template <typename T>
Difference compare_as(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  Difference result;
  result.elements = a.size() / sizeof(T);
  size_t first = 0, largest = 0;
  for (size_t i = 0; i < result.elements; ++i) {
    if (std::memcmp(&a[i * sizeof(T)], &b[i * sizeof(T)], sizeof(T)) == 0) continue;
    double distance = std::fabs(static_cast<double>(element<T>(a, i)) - static_cast<double>(element<T>(b, i)));
    if (std::isnan(distance)) distance = std::numeric_limits<double>::infinity();
    if (result.differing == 0) first = largest = i;
    if (distance > result.largest_distance) {
      largest = i;
      result.largest_distance = distance;
    }
    ++result.differing;
  }
  if (result.equal()) return result;
  result.first = {first, text_of(element<T>(a, first)), text_of(element<T>(b, first))};
  result.largest = {largest, text_of(element<T>(a, largest)), text_of(element<T>(b, largest))};
  return result;
}

}  // namespace

Difference compare(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b, rt::ElementType type) {
  switch (type) {
    case rt::ElementType::kFloat32:
      return compare_as<float>(a, b);
    case rt::ElementType::kInt32:
      return compare_as<int32_t>(a, b);
    case rt::ElementType::kUint16:
      return compare_as<uint16_t>(a, b);
    case rt::ElementType::kInt8:
      return compare_as<int8_t>(a, b);
    case rt::ElementType::kUint8:
    case rt::ElementType::kBool:
    case rt::ElementType::kNone:
      break;
  }
  return compare_as<uint8_t>(a, b);
}

std::string coordinates(const rt::Shape& shape, size_t index) {
  std::vector<size_t> position(static_cast<size_t>(shape.rank()));
  for (int axis = shape.rank(); axis-- > 0;) {
    const auto dim = static_cast<size_t>(shape[axis]);
    position[static_cast<size_t>(axis)] = index % dim;
    index /= dim;
  }
  if (shape.rank() != 4) return fmt::format("[{}]", fmt::join(position, ", "));
  return fmt::format("n {}, h {}, w {}, c {}", position[0], position[1], position[2], position[3]);
}

}  // namespace magik::data_check
