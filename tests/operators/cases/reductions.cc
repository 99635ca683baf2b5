// ReduceMean, ReduceSum, ReduceMax, ReduceMin, ArgMax.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

// Floats, levels or, but for means, int32.
OwnedTensor random_numbers(Dice& dice, const Shape& shape, bool may_be_integers) {
  const int kind = dice.in(0, may_be_integers ? 5 : 4);
  if (kind == 5) return random_integers(dice, shape);
  if (kind <= 1) return random_floats(dice, shape);
  OwnedTensor tensor = random_levels_tensor(dice, {}, shape);
  return random_like(dice, tensor, shape);  // dense
}

Result<TestNode> random_reduction(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  Attributes attributes;
  attributes.set("keepdims", dice.in(0, 1));
  if (!dice.one_in(4)) attributes.set("axes", random_axes(dice, shape.rank(), dice.in(1, shape.rank())));
  OwnedTensor x = random_numbers(dice, shape, op != "ReduceMean");
  OutputSpec spec = like(x);
  if (x.quantization.enabled() && (op == "ReduceMean" || op == "ReduceSum")) {
    const bool words = x.quantization.bits > 8;
    const int bits = words ? dice.in(9, 12) : dice.in(2, 8);
    const float scale = dice.any({1.0f, 0.5f, 0.37f, 4.0f}) * x.quantization.scale[0];
    spec.quantization = levels(bits, scale, dice.in(0, (1 << bits) - 1));
  }
  return try_make_node(op, attributes, {std::move(x)}, {spec});
}

Result<TestNode> random_arg_max(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  Attributes attributes;
  attributes.set("axis", dice.in(-shape.rank(), shape.rank() - 1));
  attributes.set("keepdims", dice.in(0, 1));
  attributes.set("select_last_index", dice.in(0, 1));
  return try_make_node(op, attributes, {random_numbers(dice, shape, true)});
}

const OperatorCases kCases[] = {
    {"ReduceMean", 30, random_reduction}, {"ReduceSum", 30, random_reduction}, {"ReduceMax", 16, random_reduction},
    {"ReduceMin", 16, random_reduction},  {"ArgMax", 16, random_arg_max},
};

}  // namespace
}  // namespace magik::check
