// Shape, ConstantOfShape, Range.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

Result<TestNode> random_shape_of(Dice& dice, const std::string& op) {
  return try_make_node(op, {}, {random_elements(dice, random_shape(dice, 0, 5))});
}

Result<TestNode> random_constant_of_shape(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  const ElementType to = dice.any({ElementType::kFloat32, ElementType::kInt32, ElementType::kBool});
  Attributes attributes;
  attributes.set("to", static_cast<int>(to));
  if (to == ElementType::kFloat32) {
    attributes.set("value", dice.any({0.0f, -0.0f, 1e-40f, 2.5f}));
  } else {
    attributes.set("value", dice.any({0, 1, -7}));
  }
  const std::vector<int32_t> dims(shape.begin(), shape.end());
  return try_make_node(op, attributes, {constant(tensor_of({shape.rank()}, dims))});
}

Result<TestNode> random_range(Dice& dice, const std::string& op) {
  std::vector<OwnedTensor> inputs;
  const int32_t start = dice.in(-20, 20), delta = dice.any({1, 2, 3, -1, -7});
  const int32_t limit = start + delta * dice.in(0, 40);
  const bool floats = dice.one_in(2);
  for (int32_t number : {start, limit, delta}) {
    const float third = static_cast<float>(number) / 3.0f;
    inputs.push_back(constant(floats ? tensor_of<float>({}, {third}) : tensor_of<int32_t>({}, {number})));
  }
  return try_make_node(op, {}, std::move(inputs));
}

const OperatorCases kCases[] = {
    {"Shape", 4, random_shape_of},
    {"ConstantOfShape", 6, random_constant_of_shape},
    {"Range", 8, random_range},
};

}  // namespace
}  // namespace magik::check
