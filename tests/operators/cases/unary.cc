// Functions of one variable, PRelu, Softmax, LogSoftmax, Cast.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

// Bytes or words through a table, or floats with random parameters.
Result<TestNode> random_unary(Dice& dice, const std::string& op) {
  const int kind = dice.in(0, 4);
  Result<TestNode> node = random_lookup(dice, op, kind == 0);
  if (kind <= 2 || !node.ok()) return node;
  Attributes& attributes = node.value().node.attributes;
  attributes.set("alpha", dice.any({0.01f, 0.2f, 1.5f, 1e-40f, -3.0f}));
  attributes.set("beta", dice.any({0.5f, -0.25f, 0.0f}));
  attributes.set("min", dice.any({-1.0f, 0.0f, -1e-40f}));
  attributes.set("max", dice.any({6.0f, 0.5f, 1e-40f}));
  return as_floats(dice, std::move(node), 1);
}

Result<TestNode> random_integer_unary(Dice& dice, const std::string& op) {
  if (!dice.one_in(3)) return random_unary(dice, op);
  return try_make_node(op, {}, {random_integers(dice, random_shape(dice, 0, 4))});
}

Result<TestNode> random_not(Dice& dice, const std::string& op) {
  return try_make_node(op, {}, {random_bools(dice, random_shape(dice, 0, 4))});
}

Result<TestNode> random_prelu(Dice& dice, const std::string& op) {
  const int32_t channels = dice.channels();
  const bool floats = dice.one_in(3);
  const Shape shape = {1, dice.in(1, 6), dice.in(1, 6), channels};
  OwnedTensor slopes(ElementType::kFloat32, {dice.any({1, channels})});
  fill_finite(dice, slopes);
  slopes.constant = true;
  OutputSpec spec;
  if (!floats) spec.quantization = random_levels(dice, {}, 0.02f);
  spec.pitch = dice.pitch(channels);
  OwnedTensor x = floats ? random_floats(dice, shape) : random_levels_tensor(dice, {}, shape);
  return try_make_node(op, {}, {std::move(x), std::move(slopes)}, {spec});
}

Result<TestNode> random_softmax(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  Attributes attributes;
  attributes.set("axis", dice.in(-shape.rank(), shape.rank() - 1));
  OutputSpec spec;
  spec.type = ElementType::kFloat32;
  if (dice.one_in(2)) {
    const int bits = dice.in(2, 12);
    spec = OutputSpec{levels(bits, op == "Softmax" ? 0.004f : 0.1f, dice.any({0, 3}))};
  }
  OwnedTensor x = dice.one_in(2) ? random_floats(dice, shape) : random_levels_tensor(dice, {}, shape, 0.2f);
  return try_make_node(op, attributes, {std::move(x)}, {spec});
}

// From and to each type of plain numbers.
Result<TestNode> random_cast(Dice& dice, const std::string& op) {
  const std::initializer_list<ElementType> types = {ElementType::kFloat32, ElementType::kInt32, ElementType::kUint8,
                                                    ElementType::kUint16,  ElementType::kInt8,  ElementType::kBool};
  const Shape shape = random_shape(dice, 0, 4);
  OwnedTensor type;
  type.type = dice.any(types);
  Attributes attributes;
  attributes.set("to", static_cast<int>(dice.any(types)));
  return try_make_node(op, attributes, {random_like(dice, type, shape)});
}

const OperatorCases kCases[] = {
    {"Relu", 16, random_unary},       {"Clip", 16, random_unary},         {"LeakyRelu", 16, random_unary},
    {"Sigmoid", 16, random_unary},    {"Tanh", 16, random_unary},         {"HardSigmoid", 16, random_unary},
    {"HardSwish", 16, random_unary},  {"SiLU", 16, random_unary},         {"Gelu", 16, random_unary},
    {"Elu", 16, random_unary},        {"Softplus", 16, random_unary},     {"Mish", 16, random_unary},
    {"Exp", 16, random_unary},        {"Log", 16, random_unary},          {"Sqrt", 16, random_unary},
    {"Erf", 16, random_unary},        {"Abs", 20, random_integer_unary},  {"Neg", 20, random_integer_unary},
    {"Reciprocal", 16, random_unary}, {"Floor", 16, random_unary},        {"Ceil", 16, random_unary},
    {"Round", 16, random_unary},      {"Sign", 20, random_integer_unary}, {"Not", 5, random_not},
    {"PRelu", 24, random_prelu},      {"Softmax", 30, random_softmax},    {"LogSoftmax", 30, random_softmax},
    {"Cast", 60, random_cast},
};

}  // namespace
}  // namespace magik::check
