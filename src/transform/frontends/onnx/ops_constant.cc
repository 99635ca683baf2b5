// Operators whose result is known when the graph is built.
#include <algorithm>

#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

void constant(OnnxNode& n) {
  GraphBuilder& builder = n.builder();
  const std::string name = n.output_name();
  const auto count = [](const auto& list) { return static_cast<int32_t>(list.size()); };
  const auto int32s = [](const Ints& list) {
    std::vector<int32_t> saturated;
    for (int64_t v : list) saturated.push_back(static_cast<int32_t>(std::clamp<int64_t>(v, INT32_MIN, INT32_MAX)));
    return saturated;
  };
  if (const onnx::TensorProto* tensor = n.tensor("value")) {
    rt::HostTensor data = tensor_of(*tensor, n.model_path());
    return n.set_output(0, builder.constant(name, data.type, data.shape, std::move(data.data)));
  }
  if (n.has("value_float")) {
    return n.set_output(0, builder.constant_floats(name, {}, {n.number("value_float", 0)}));
  }
  if (n.has("value_floats")) {
    const Floats values = n.numbers("value_floats");
    return n.set_output(0, builder.constant_floats(name, {count(values)}, values));
  }
  if (n.has("value_int")) {
    return n.set_output(0, builder.constant_ints(name, {}, int32s({n.integer("value_int", 0)})));
  }
  if (n.has("value_ints")) {
    const Ints values = n.integers("value_ints");
    return n.set_output(0, builder.constant_ints(name, {count(values)}, int32s(values)));
  }
  if (n.has("sparse_value")) unsupported("a sparse value");
  if (n.has("value_string") || n.has("value_strings")) unsupported("strings");
  n.fail("attribute 'value' is missing");
}

void shape(OnnxNode& n) {
  const rt::Shape& shape = n.shape(n.input(0));
  const auto bound = [&](const char* name, int64_t otherwise) {
    const int64_t value = n.integer(name, otherwise);
    return std::clamp<int64_t>(value < 0 ? value + shape.rank() : value, 0, shape.rank());
  };
  const int64_t start = bound("start", 0), end = std::max(start, bound("end", shape.rank()));
  const std::vector<int32_t> dims(shape.begin() + start, shape.begin() + end);
  n.set_output(0, n.builder().constant_ints(n.output_name(), {static_cast<int32_t>(dims.size())}, dims));
}

void size(OnnxNode& n) {
  const int32_t elements = static_cast<int32_t>(n.shape(n.input(0)).elements());
  n.set_output(0, n.builder().constant_ints(n.output_name(), {}, {elements}));
}

// A constant of one value: float 0 unless the attribute says otherwise.
void constant_of_shape(OnnxNode& n) {
  n.constant_ints(0);  // the shape has to be known
  rt::Attributes attrs;
  if (const onnx::TensorProto* tensor = n.tensor("value")) {
    const rt::HostTensor value = tensor_of(*tensor, n.model_path());
    if (value.shape.elements() != 1) n.fail("its value has {} elements, expected one", value.shape.elements());
    attrs.set("to", static_cast<int64_t>(value.type));
    switch (value.type) {
      case rt::ElementType::kFloat32:
        attrs.set("value", *value.data.as<float>());
        break;
      case rt::ElementType::kInt32:
        attrs.set("value", *value.data.as<int32_t>());
        break;
      default:
        attrs.set("value", static_cast<int>(*value.data.as<uint8_t>()));
        break;
    }
  }
  n.emit("ConstantOfShape", {n.input(0)}, attrs);
}

void range(OnnxNode& n) {
  for (size_t i = 0; i < 3; ++i) {
    if (!n.builder().is_constant(n.input(i))) unsupported("limits that are not constant");
  }
  n.emit("Range", {n.input(0), n.input(1), n.input(2)});
}

// A row of indices for each axis. How many there are is known of constants only.
void non_zero(OnnxNode& n) {
  if (!n.builder().is_constant(n.input(0))) unsupported("an input that is not constant");
  const rt::Shape shape = n.shape(n.input(0));
  if (shape.rank() == 0) unsupported("a scalar");
  const ValueId is_set =
      n.emit_helper("is_set", "Cast", {n.input(0)}, attributes("to", static_cast<int64_t>(rt::ElementType::kBool)));
  const Ints elements = n.builder().constant_as_ints(is_set);
  std::vector<int64_t> found;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (elements[i] != 0) found.push_back(static_cast<int64_t>(i));
  }
  std::vector<int32_t> indices;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const int64_t stride = shape.elements(axis + 1, shape.rank());
    for (int64_t i : found) indices.push_back(static_cast<int32_t>(i / stride % shape[axis]));
  }
  const rt::Shape result = {shape.rank(), static_cast<int32_t>(found.size())};
  n.set_output(0, n.builder().constant_ints(n.output_name(), result, indices));
}

constexpr OnnxOp kOps[] = {
    {"Constant", constant}, {"ConstantOfShape", constant_of_shape},
    {"NonZero", non_zero},  {"Range", range},
    {"Shape", shape},       {"Size", size},
};

}  // namespace

std::span<const OnnxOp> constant_ops() { return kOps; }

}  // namespace magik::transform
