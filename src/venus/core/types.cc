#include "venus/core/types.h"

#include <algorithm>

namespace magik::rt {

const char* element_type_name(ElementType type) {
  switch (type) {
    case ElementType::kNone:
      return "none";
    case ElementType::kFloat32:
      return "float32";
    case ElementType::kInt32:
      return "int32";
    case ElementType::kUint8:
      return "uint8";
    case ElementType::kUint16:
      return "uint16";
    case ElementType::kInt8:
      return "int8";
    case ElementType::kBool:
      return "bool";
  }
  return "unknown";
}

bool Shape::operator==(const Shape& other) const {
  return rank_ == other.rank_ && std::equal(begin(), end(), other.begin());
}

std::string Shape::text() const {
  if (rank_ == 0) return "scalar";
  std::string text;
  for (int32_t dim : *this) {
    if (!text.empty()) text += 'x';
    text += std::to_string(dim);
  }
  return text;
}

}  // namespace magik::rt
