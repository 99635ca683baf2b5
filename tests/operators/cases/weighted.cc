// Conv2D, MatMul, BatchMatMul, BatchNormScale.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

constexpr size_t kInputsWithoutTable = 4;

void use_wide_accumulator(Result<TestNode>& node) {
  if (node.ok()) node.value().node.attributes.set("accumulator_bits", 64);
}

Result<TestNode> random_convolution(Dice& dice, const std::string&) {
  using rt::test::ConvGroups;
  const int kind = dice.in(0, 9);
  const auto groups = dice.any({ConvGroups::kWide, ConvGroups::kDepthwise, ConvGroups::kSmall});
  if (kind <= 2) return random_conv2d(dice, {false}, ConvGroups::kWide);
  if (kind <= 4) return random_conv2d(dice, {true}, ConvGroups::kWide);
  if (kind <= 6) return random_conv2d(dice, {kind == 5}, ConvGroups::kDepthwise);
  if (kind == 7) return random_conv2d(dice, {true}, ConvGroups::kSmall);
  Result<TestNode> node = random_conv2d(dice, {true}, groups);
  if (kind == 8) return as_floats(dice, std::move(node), kInputsWithoutTable);
  use_wide_accumulator(node);
  return node;
}

Result<TestNode> random_product(Dice& dice, const std::string&) {
  const int kind = dice.in(0, 5);
  Result<TestNode> node = random_matmul(dice, {kind % 2 == 0});
  if (kind == 4) return as_floats(dice, std::move(node), kInputsWithoutTable);
  if (kind == 5) use_wide_accumulator(node);
  return node;
}

Result<TestNode> random_batch_product(Dice& dice, const std::string& op) {
  const int32_t m = dice.in(1, 9), k = dice.in(1, 20), n = dice.channels();
  const bool transpose_a = dice.one_in(3), transpose_b = dice.one_in(3);
  Shape a = dice.any<Shape>({{}, {2}, {1, 3}, {2, 3}}), b = dice.any<Shape>({{}, {1}, {2, 1}});
  a.push_back(transpose_a ? k : m);
  a.push_back(transpose_a ? m : k);
  b.push_back(transpose_b ? n : k);
  b.push_back(transpose_b ? k : n);
  Attributes attributes;
  attributes.set("transpose_a", transpose_a ? 1 : 0);
  attributes.set("transpose_b", transpose_b ? 1 : 0);
  return try_make_node(op, attributes, {random_floats(dice, a), random_floats(dice, b)});
}

// Pixels, levels or floats; to levels where the input has some, else to floats.
Result<TestNode> random_batch_norm(Dice& dice, const std::string& op) {
  const bool pixels = dice.one_in(3), floats = !pixels && dice.one_in(2);
  const int32_t channels = pixels ? 3 : dice.channels();
  const Shape shape = {1, dice.in(1, 6), dice.in(1, 6), channels};
  OwnedTensor x = random_levels_tensor(dice, {}, shape);
  if (pixels) x = random_tensor(dice.engine, ElementType::kUint8, shape, {}, 4);
  if (floats) x = random_floats(dice, shape);
  std::vector<OwnedTensor> inputs = {std::move(x)};
  OwnedTensor term(ElementType::kFloat32, {channels});
  term.constant = true;
  for (int i = 0; i < 2; ++i) {
    if (dice.one_in(4)) {
      inputs.emplace_back();  // left out
      continue;
    }
    fill_finite(dice, term);
    inputs.push_back(term);
  }
  OutputSpec spec;
  if (!floats && dice.one_in(2)) spec.quantization = random_levels(dice, {}, 0.02f);
  spec.pitch = dice.pitch(channels);
  return try_make_node(op, {}, std::move(inputs), {spec});
}

const OperatorCases kCases[] = {
    {"Conv2D", 240, random_convolution},
    {"MatMul", 100, random_product},
    {"BatchMatMul", 24, random_batch_product},
    {"BatchNormScale", 40, random_batch_norm},
};

}  // namespace
}  // namespace magik::check
