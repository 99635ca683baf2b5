#include "venus/ops/checks.h"

#include "venus/core/math.h"

namespace magik::rt {

Status check_arity(const InferContext& context, size_t min, size_t max) {
  if (context.outputs.size() != 1) {
    return Status::error("has %zu outputs instead of 1", context.outputs.size());
  }
  if (context.inputs.size() < min || context.inputs.size() > max) {
    return min == max ? Status::error("has %zu inputs instead of %zu", context.inputs.size(), min)
                      : Status::error("has %zu inputs instead of %zu to %zu", context.inputs.size(), min, max);
  }
  for (size_t i = 0; i < min; ++i) {
    if (!context.has_input(i)) return Status::error("input %zu is missing", i);
  }
  return {};
}

Status check_rank(const InferContext& context, size_t index, int rank) {
  const Shape& shape = context.inputs[index].shape;
  if (shape.rank() == rank) return {};
  return Status::error("input %zu has rank %d (shape %s) instead of %d", index, shape.rank(), shape.text().c_str(),
                       rank);
}

Status check_type(const InferContext& context, size_t index, std::initializer_list<ElementType> allowed) {
  std::string names;
  for (ElementType type : allowed) {
    if (context.inputs[index].type == type) return {};
    names += (names.empty() ? "" : ", ") + std::string(element_type_name(type));
  }
  return Status::error("input %zu is %s; allowed are %s", index, element_type_name(context.inputs[index].type),
                       names.c_str());
}

Status check_activation(const Tensor& tensor, const char* what) {
  const Quantization& q = *tensor.quantization;
  if (q.bits < 1 || q.bits > 16 || tensor.type != activation_type(q.bits)) {
    return Status::error("%s must be quantized to uint8 (1 to 8 bits) or uint16 (9 to 16 bits), but is %s with %d bits",
                         what, element_type_name(tensor.type), q.bits);
  }
  if (q.scale.size() != 1 || q.zero_point.size() != 1) {
    return Status::error("%s must have one scale and one zero point, but has %zu and %zu", what, q.scale.size(),
                         q.zero_point.size());
  }
  if (!(q.scale[0] > 0 && q.scale[0] < kInfinity)) {
    return Status::error("%s has scale %g; it must be finite and greater than 0", what,
                         static_cast<double>(q.scale[0]));
  }
  if (q.zero_point[0] < 0 || q.zero_point[0] > tensor.max_level()) {
    return Status::error("%s has zero point %d outside of its levels 0..%d", what, q.zero_point[0], tensor.max_level());
  }
  return {};
}

Status check_equal_quantization(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  if (x.type != y.type) return no_kernel_for_types(tensors);
  if (*x.quantization == *y.quantization) return {};
  return Status::error(
      "input and output have different quantizations, but the operator only moves or compares elements");
}

OutputRange full_range(const Tensor& tensor) {
  const int32_t zero_point = tensor.zero_point();
  return {static_cast<float>(-zero_point), static_cast<float>(tensor.max_level() - zero_point), zero_point};
}

Status check_table(const Tensor& table, const Tensor& output, int64_t entries) {
  if (!table.constant || table.type != output.type || table.elements() != entries) {
    return Status::error("the table must be a constant of %lld %s entries, but it is %s of shape %s",
                         static_cast<long long>(entries), element_type_name(output.type), element_type_name(table.type),
                         table.shape.text().c_str());
  }
  for (int64_t i = 0; i < entries; ++i) {
    const int32_t level = table.type == ElementType::kUint8 ? table.as<uint8_t>()[i] : table.as<uint16_t>()[i];
    if (level > output.max_level()) {
      return Status::error("entry %lld of the table is %d, but the output's levels end at %d",
                           static_cast<long long>(i), level, output.max_level());
    }
  }
  return {};
}

Status check_multiplier(float multiplier) {
  if (multiplier >= 0 && multiplier < kInfinity) return {};
  return Status::error("the scales of inputs and output give the multiplier %g; it must be finite and not negative",
                       static_cast<double>(multiplier));
}

Result<int> normalize_axis(int64_t axis, int rank) {
  if (axis >= -rank && axis < rank) return static_cast<int>(axis < 0 ? axis + rank : axis);
  return Status::error("axis %lld does not exist in a tensor of rank %d", static_cast<long long>(axis), rank);
}

Status no_kernel_for_types(const NodeTensors& tensors) {
  std::string text;
  const auto append = [&text](const Tensor& tensor) {
    if (!text.empty() && text.back() != ' ') text += ", ";
    text += element_type_name(tensor.type);
    if (tensor.quantized()) text += " (" + std::to_string(tensor.quantization->bits) + " bits)";
  };
  for (const Tensor& tensor : tensors.inputs) append(tensor);
  text += " -> ";
  for (const Tensor& tensor : tensors.outputs) append(tensor);
  return Status::error("has no kernel for the types %s", text.c_str());
}

}  // namespace magik::rt
