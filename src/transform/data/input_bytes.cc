#include "transform/data/input_bytes.h"

#include <algorithm>
#include <cstring>

#include "venus/core/math.h"

namespace magik::transform {
namespace {

using rt::ElementType;
using rt::Result;
using rt::Status;

template <typename T>
void append_floats(const std::vector<uint8_t>& bytes, std::vector<float>& floats) {
  for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, &bytes[i], sizeof value);
    floats.push_back(static_cast<float>(value));
  }
}

std::vector<float> to_floats(const FileElements& elements) {
  std::vector<float> floats;
  floats.reserve(elements.bytes.size() / std::max<size_t>(1, rt::element_size(elements.type)));
  switch (elements.type) {
    case ElementType::kFloat32:
      append_floats<float>(elements.bytes, floats);
      break;
    case ElementType::kInt32:
      append_floats<int32_t>(elements.bytes, floats);
      break;
    case ElementType::kUint16:
      append_floats<uint16_t>(elements.bytes, floats);
      break;
    case ElementType::kInt8:
      append_floats<int8_t>(elements.bytes, floats);
      break;
    case ElementType::kUint8:
    case ElementType::kBool:
      append_floats<uint8_t>(elements.bytes, floats);
      break;
    case ElementType::kNone:
      break;
  }
  return floats;
}

// Whole numbers of an integer input.
template <typename T>
Status append_integers(const std::string& file, const std::vector<float>& floats, float low, float high,
                       const char* expected, std::vector<uint8_t>& bytes) {
  for (const float value : floats) {
    if (!(value >= low && value <= high)) {
      return Status::error("%s: it has the value %g, expected %s", file.c_str(), static_cast<double>(value), expected);
    }
    const T whole = static_cast<T>(rt::round_of(value));
    const size_t at = bytes.size();
    bytes.resize(at + sizeof whole);
    std::memcpy(&bytes[at], &whole, sizeof whole);
  }
  return {};
}

std::vector<uint8_t> drop_fourth_bytes(const std::vector<uint8_t>& bytes) {
  std::vector<uint8_t> result;
  result.reserve(bytes.size() / 4 * 3);
  for (size_t i = 0; i + 4 <= bytes.size(); i += 4) result.insert(result.end(), &bytes[i], &bytes[i] + 3);
  return result;
}

bool has_fourth_bytes(const rt::Value& input, size_t bytes) {
  return input.type == ElementType::kUint8 && input.shape.back() == 3 &&
         bytes == static_cast<size_t>(input.shape.elements()) / 3 * 4;
}

}  // namespace

Result<ElementType> element_type_of_file(const std::string& file, uint64_t file_bytes, const rt::Value& input) {
  const auto elements = static_cast<uint64_t>(input.shape.elements());
  if (file_bytes == 4 * elements) return ElementType::kFloat32;
  if (file_bytes == elements || has_fourth_bytes(input, file_bytes)) return ElementType::kUint8;
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  return Status::error("%s: it has %llu bytes, expected %llu (float32) or %llu (uint8) for the input %s of shape %s",
                       file.c_str(), number(file_bytes), number(4 * elements), number(elements), input.name.c_str(),
                       input.shape.text().c_str());
}

Result<std::vector<uint8_t>> to_input(const std::string& file, const FileElements& given, const rt::Value& input) {
  FileElements elements = given;
  if (elements.type == ElementType::kUint8 && !elements.source_layout &&
      has_fourth_bytes(input, elements.bytes.size())) {
    elements.bytes = drop_fourth_bytes(elements.bytes);
  }
  if (elements.bytes.size() != static_cast<size_t>(input.shape.elements()) * rt::element_size(elements.type)) {
    return Status::error("%s: it has %zu bytes of %s, the input %s has shape %s", file.c_str(), elements.bytes.size(),
                         rt::element_type_name(elements.type), input.name.c_str(), input.shape.text().c_str());
  }
  if (elements.source_layout && !input.source_axes.empty()) {
    elements.bytes = transpose(elements.bytes, rt::element_size(elements.type),
                               source_shape(input.shape, input.source_axes), input.source_axes);
  }
  if (elements.type == input.type) return std::move(elements.bytes);

  const std::vector<float> floats = to_floats(elements);
  std::vector<uint8_t> bytes;
  bytes.reserve(floats.size() * rt::element_size(input.type));
  switch (input.type) {
    case ElementType::kFloat32:
      bytes.resize(floats.size() * sizeof(float));
      if (!bytes.empty()) std::memcpy(bytes.data(), floats.data(), bytes.size());
      return bytes;
    case ElementType::kUint8:
      MAGIK_RETURN_IF_ERROR(append_integers<uint8_t>(file, floats, 0, 255,
                                                     "pixels from 0 to 255: raw ones, before mean and normal", bytes));
      return bytes;
    case ElementType::kInt32:
      MAGIK_RETURN_IF_ERROR(
          append_integers<int32_t>(file, floats, -2147483648.0f, 2147483520.0f, "numbers of 32 bits", bytes));
      return bytes;
    default:
      return Status::error("input %s has the element type %s, which files do not hold", input.name.c_str(),
                           rt::element_type_name(input.type));
  }
}

std::vector<uint8_t> transpose(const std::vector<uint8_t>& bytes, size_t element_size,
                               const std::vector<int64_t>& shape, const std::vector<uint8_t>& axes) {
  const size_t rank = shape.size();
  std::vector<size_t> strides(rank, element_size);
  for (size_t i = rank; i-- > 1;) strides[i - 1] = strides[i] * static_cast<size_t>(shape[i]);
  std::vector<uint8_t> result;
  result.reserve(bytes.size());
  std::vector<int64_t> index(rank, 0);
  size_t offset = 0;
  while (result.size() < bytes.size()) {
    result.insert(result.end(), &bytes[offset], &bytes[offset] + element_size);
    for (size_t i = rank; i-- > 0;) {
      const size_t axis = axes[i];
      offset += strides[axis];
      if (++index[i] < shape[axis]) break;
      offset -= strides[axis] * static_cast<size_t>(shape[axis]);
      index[i] = 0;
    }
  }
  return result;
}

std::vector<int64_t> source_shape(const rt::Shape& stored, const std::vector<uint8_t>& source_axes) {
  std::vector<int64_t> shape(stored.begin(), stored.end());
  for (size_t i = 0; i < source_axes.size(); ++i) shape[source_axes[i]] = stored[static_cast<int>(i)];
  return shape;
}

std::vector<uint8_t> inverse_axes(const std::vector<uint8_t>& axes) {
  std::vector<uint8_t> result(axes.size());
  for (size_t i = 0; i < axes.size(); ++i) result[axes[i]] = static_cast<uint8_t>(i);
  return result;
}

}  // namespace magik::transform
