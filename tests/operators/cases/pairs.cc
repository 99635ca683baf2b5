// Operators of two tensors that broadcasting makes equal, and Where.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

using MakeTensor = OwnedTensor (*)(Dice& dice, const Shape& shape);

Result<TestNode> pair_of(Dice& dice, const std::string& op, MakeTensor make, const Attributes& attributes = {}) {
  std::pair<Shape, Shape> shapes = rt::test::random_pair_shapes(dice);
  if (dice.one_in(2)) std::swap(shapes.first, shapes.second);
  return try_make_node(op, attributes, {make(dice, shapes.first), make(dice, shapes.second)});
}

// Levels, floats, int32.
Result<TestNode> random_arithmetic(Dice& dice, const std::string& op) {
  const int kind = dice.in(0, 7);
  if (kind == 0) return pair_of(dice, op, random_integers);
  Result<TestNode> node = random_pair(dice, {true}, op);
  return kind <= 2 ? as_floats(dice, std::move(node), 2) : std::move(node);
}

Result<TestNode> random_comparison(Dice& dice, const std::string& op) {
  if (op == "Equal" && dice.one_in(4)) return pair_of(dice, op, random_bools);
  return pair_of(dice, op, dice.any<MakeTensor>({random_floats, random_integers}));
}

Result<TestNode> random_power(Dice& dice, const std::string& op) {
  return pair_of(dice, op, dice.any<MakeTensor>({random_floats, random_floats, random_integers}));
}

Result<TestNode> random_modulo(Dice& dice, const std::string& op) {
  Attributes attributes;
  attributes.set("fmod", dice.in(0, 1));
  return pair_of(dice, op, dice.any<MakeTensor>({random_floats, random_floats, random_integers}), attributes);
}

Result<TestNode> random_logic(Dice& dice, const std::string& op) { return pair_of(dice, op, random_bools); }

Result<TestNode> random_where(Dice& dice, const std::string& op) {
  const std::pair<Shape, Shape> shapes = rt::test::random_pair_shapes(dice);
  const bool wide_condition = dice.one_in(2);
  OwnedTensor condition = random_bools(dice, wide_condition ? shapes.first : shapes.second);
  OwnedTensor a = random_elements(dice, wide_condition ? shapes.second : shapes.first);
  OwnedTensor b = random_like(dice, a, dice.one_in(2) ? shapes.first : shapes.second);
  const OutputSpec spec = like(a);
  return try_make_node(op, {}, {std::move(condition), std::move(a), std::move(b)}, {spec});
}

const OperatorCases kCases[] = {
    {"EltwiseAdd", 140, random_arithmetic},
    {"EltwiseSub", 40, random_arithmetic},
    {"EltwiseMul", 100, random_arithmetic},
    {"EltwiseDiv", 40, random_arithmetic},
    {"EltwiseMax", 40, random_arithmetic},
    {"EltwiseMin", 40, random_arithmetic},
    {"Pow", 24, random_power},
    {"Mod", 30, random_modulo},
    {"Equal", 10, random_comparison},
    {"Less", 8, random_comparison},
    {"Greater", 8, random_comparison},
    {"And", 5, random_logic},
    {"Or", 5, random_logic},
    {"Where", 20, random_where},
};

}  // namespace
}  // namespace magik::check
