#include "executor/values.h"

#include <algorithm>

#include "transform/data/input_bytes.h"

namespace magik::transformkit::magikexecutor {
namespace {

using rt::ElementType;
using rt::Result;
using rt::Status;

bool is_pixels(const rt::Preprocessing& preprocessing) { return preprocessing.kind == rt::InputKind::kPixels; }

template <typename T>
std::vector<float> convert(const void* elements, size_t count, size_t channels, const rt::Quantization& q) {
  const T* from = static_cast<const T*>(elements);
  std::vector<float> values(count);
  const bool by_channel = q.enabled() && q.scale.size() == channels;
  for (size_t i = 0; i < count; ++i) {
    const size_t c = by_channel ? i % channels : 0;
    values[i] = q.enabled() ? static_cast<float>(static_cast<int32_t>(from[i]) - q.zero_point[c]) * q.scale[c]
                            : static_cast<float>(from[i]);
  }
  return values;
}

}  // namespace

Tensor::DataType data_type_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return Tensor::DT_FLOAT;
    case ElementType::kInt32:
      return Tensor::DT_INT32;
    case ElementType::kUint8:
    case ElementType::kBool:
      return Tensor::DT_UINT8;
    case ElementType::kUint16:
      return Tensor::DT_UINT16;
    case ElementType::kInt8:
      return Tensor::DT_INT8;
    case ElementType::kNone:
      break;
  }
  return Tensor::DT_UNDEFINED;
}

ElementType element_type_of(Tensor::DataType type) {
  switch (type) {
    case Tensor::DT_FLOAT:
      return ElementType::kFloat32;
    case Tensor::DT_INT32:
      return ElementType::kInt32;
    case Tensor::DT_UINT8:
      return ElementType::kUint8;
    case Tensor::DT_UINT16:
      return ElementType::kUint16;
    case Tensor::DT_INT8:
      return ElementType::kInt8;
    default:
      return ElementType::kNone;
  }
}

std::string shape_text(const std::vector<int>& shape) {
  std::string text = "{";
  for (const int dim : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(dim);
  return text + "}";
}

Status check_input(const Tensor& tensor, const rt::Value& input, const rt::Preprocessing& preprocessing) {
  const char* name = input.name.c_str();
  const std::vector<int> shape = tensor.shape();
  const bool pixels = is_pixels(preprocessing) && input.shape.rank() == 4;
  if (pixels && (shape.size() != 4 || shape[3] != input.shape[3])) {
    return Status::error("input '%s': the tensor has shape %s, expected {1, h, w, %d}", name, shape_text(shape).c_str(),
                         static_cast<int>(input.shape[3]));
  }
  if (static_cast<int>(shape.size()) != input.shape.rank()) {
    return Status::error("input '%s': the tensor has shape %s, expected %s as in the model", name,
                         shape_text(shape).c_str(),
                         shape_text(std::vector<int>(input.shape.begin(), input.shape.end())).c_str());
  }
  const ElementType type = element_type_of(tensor.data_type());
  if (type == ElementType::kNone || (pixels && type != ElementType::kUint8 && type != ElementType::kFloat32)) {
    return Status::error("input '%s': the tensor has the data type %d, expected %s", name,
                         static_cast<int>(tensor.data_type()), pixels ? "DT_UINT8 or DT_FLOAT" : "DT_FLOAT");
  }
  if (tensor.get_ptr() == nullptr || tensor.total() == 0) {
    return Status::error("input '%s': the tensor of shape %s has no data", name, shape_text(shape).c_str());
  }
  return {};
}

Result<std::vector<uint8_t>> input_bytes(const Tensor& tensor, const rt::Value& input,
                                         const rt::Preprocessing& preprocessing) {
  const auto* elements = static_cast<const uint8_t*>(tensor.get_ptr());
  transform::FileElements given;
  given.type = element_type_of(tensor.data_type());
  given.bytes.assign(elements, elements + tensor.byte_size());
  Result<std::vector<uint8_t>> bytes = transform::to_input("input '" + input.name + "'", given, input);
  if (!bytes.ok() || !is_pixels(preprocessing) || preprocessing.color != "BGR") return bytes;
  std::vector<uint8_t> swapped = bytes.take();
  for (size_t i = 0; i + 3 <= swapped.size(); i += 3) std::swap(swapped[i], swapped[i + 2]);
  return swapped;
}

std::vector<float> real_values(const void* elements, ElementType type, size_t count, size_t channels,
                               const rt::Quantization& quantization) {
  switch (type) {
    case ElementType::kFloat32:
      return convert<float>(elements, count, channels, quantization);
    case ElementType::kInt32:
      return convert<int32_t>(elements, count, channels, quantization);
    case ElementType::kUint16:
      return convert<uint16_t>(elements, count, channels, quantization);
    case ElementType::kInt8:
      return convert<int8_t>(elements, count, channels, quantization);
    case ElementType::kUint8:
    case ElementType::kBool:
      return convert<uint8_t>(elements, count, channels, quantization);
    case ElementType::kNone:
      break;
  }
  return {};
}

}  // namespace magik::transformkit::magikexecutor
