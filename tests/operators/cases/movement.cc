// Operators that move elements, and Resize, which interpolates too.
#include <algorithm>

#include "operators/cases/data.h"

namespace magik::check {
namespace {

using Integers = std::vector<int64_t>;

Result<TestNode> moved(const std::string& op, const Attributes& attributes, OwnedTensor x) {
  const OutputSpec spec = like(x);
  return try_make_node(op, attributes, {std::move(x)}, {spec});
}

int32_t size_of(const Shape& shape, int64_t axis) { return shape[static_cast<int>(axis)]; }

Result<TestNode> random_reshape(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 2, 4);
  Attributes attributes;
  attributes.set("shape", dice.any<Integers>({{-1}, {0, -1}, {-1, shape.back()}, {shape.elements(), 1}, {0, 1, -1}}));
  return moved(op, attributes, random_elements(dice, shape));
}

Result<TestNode> random_flatten(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  Attributes attributes;
  attributes.set("axis", dice.in(-shape.rank(), shape.rank()));
  return moved(op, attributes, random_elements(dice, shape));
}

Result<TestNode> random_squeeze(Dice& dice, const std::string& op) {
  const Shape shape = {1, dice.in(1, 9), 1, dice.channels()};
  Attributes attributes;
  if (dice.one_in(2)) attributes.set("axes", dice.any<Integers>({{0}, {2}, {-2, 0}}));
  return moved(op, attributes, random_elements(dice, shape));
}

Result<TestNode> random_unsqueeze(Dice& dice, const std::string& op) {
  Attributes attributes;
  attributes.set("axes", dice.any<Integers>({{0}, {-1}, {1, 2}, {0, -1}}));
  return moved(op, attributes, random_elements(dice, random_shape(dice, 2, 4)));
}

Result<TestNode> random_identity(Dice& dice, const std::string& op) {
  return moved(op, {}, random_elements(dice, random_shape(dice, 0, 5)));
}

Result<TestNode> random_permute(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 5);
  Attributes attributes;
  attributes.set("perm", random_axes(dice, shape.rank(), shape.rank()));
  return moved(op, attributes, random_elements(dice, shape));
}

// Of equal types, or of levels with other scales and widths.
Result<TestNode> random_concat(Dice& dice, const std::string& op) {
  Shape shape = random_shape(dice, 1, 4);
  const int axis = dice.in(0, shape.rank() - 1), count = dice.in(1, 4);
  const bool requantizes = dice.one_in(2);
  Attributes attributes;
  attributes.set("axis", dice.one_in(2) ? axis : axis - shape.rank());
  const OwnedTensor type = requantizes ? random_levels_tensor(dice, {}, {1}) : random_elements(dice, {1});
  std::vector<OwnedTensor> inputs;
  for (int i = 0; i < count; ++i) {
    shape[axis] = dice.any({1, 3, 8, 17});
    const bool same = !requantizes || dice.one_in(3);
    const OwnedTensor other = same ? type : random_levels_tensor(dice, {}, {1});
    inputs.push_back(random_like(dice, other, shape));
  }
  return try_make_node(op, attributes, std::move(inputs), {like(type)});
}

Result<TestNode> random_split(Dice& dice, const std::string& op) {
  Shape shape = random_shape(dice, 1, 4);
  const int axis = dice.in(0, shape.rank() - 1);
  const bool equal = dice.one_in(3);
  Integers sizes;
  for (int count = dice.in(1, 4); count > 0; --count)
    sizes.push_back(equal && !sizes.empty() ? sizes[0] : dice.in(1, 9));
  shape[axis] = 0;
  for (int64_t size : sizes) shape[axis] += static_cast<int32_t>(size);
  Attributes attributes;
  attributes.set("axis", axis);
  if (!equal) attributes.set("sizes", sizes);
  OwnedTensor x = random_elements(dice, shape);
  const std::vector<OutputSpec> specs(sizes.size(), like(x));
  return try_make_node(op, attributes, {std::move(x)}, specs);
}

Result<TestNode> random_slice(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  const Integers axes = random_axes(dice, shape.rank(), dice.in(1, shape.rank()));
  Integers starts, ends, steps;
  for (int64_t axis : axes) {
    const int32_t size = size_of(shape, axis);
    steps.push_back(dice.any({1, 1, 2, 3, -1, -2}));
    const bool forward = steps.back() > 0, negative = dice.one_in(3);
    starts.push_back((forward ? dice.in(0, size / 2) : size - 1) - (negative ? size : 0));
    ends.push_back(forward ? dice.in(size / 2 + 1, size + 2) : dice.any({-100, -size - 1}));
  }
  Attributes attributes;
  attributes.set("starts", starts);
  attributes.set("ends", ends);
  attributes.set("axes", axes);
  attributes.set("steps", steps);
  return moved(op, attributes, random_elements(dice, shape));
}

Result<TestNode> random_pad(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  const std::string mode = dice.any<const char*>({"constant", "constant", "reflect", "edge", "wrap"});
  Integers pads;
  for (int i = 0; i < 2 * shape.rank(); ++i) pads.push_back(dice.any({0, 1, 3, 4}));
  if (dice.one_in(4)) pads[0] = dice.in(1 - shape[0], 0);
  Attributes attributes;
  attributes.set("mode", mode);
  attributes.set("pads", pads);
  attributes.set("value", dice.any({0.0f, -0.37f, 1.5f, 1e20f}));
  return moved(op, attributes, random_elements(dice, shape));
}

// Indices that are no constants may lie outside: they are clamped.
Result<TestNode> random_gather(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  const int axis = dice.in(0, shape.rank() - 1);
  const bool constant = dice.one_in(2);
  const int32_t outside = constant ? 0 : 2;
  OwnedTensor indices(ElementType::kInt32, dice.any<Shape>({{}, {1}, {5}, {2, 3}}));
  for (int64_t i = 0; i < indices.shape.elements(); ++i) {
    indices.at<int32_t>(i) = dice.in(-shape[axis] - outside, shape[axis] - 1 + outside);
  }
  indices.constant = constant;
  Attributes attributes;
  attributes.set("axis", axis);
  OwnedTensor x = random_elements(dice, shape);
  const OutputSpec spec = like(x);
  return try_make_node(op, attributes, {std::move(x), std::move(indices)}, {spec});
}

Result<TestNode> random_expand(Dice& dice, const std::string& op) {
  const std::pair<Shape, Shape> shapes = rt::test::random_pair_shapes(dice);
  Attributes attributes;
  attributes.set("shape", Integers(shapes.first.begin(), shapes.first.end()));
  return moved(op, attributes, random_elements(dice, shapes.second));
}

Result<TestNode> random_tile(Dice& dice, const std::string& op) {
  const Shape shape = random_shape(dice, 1, 4);
  Integers repeats;
  for (int axis = 0; axis < shape.rank(); ++axis) repeats.push_back(dice.in(1, 3));
  Attributes attributes;
  attributes.set("repeats", repeats);
  return moved(op, attributes, random_elements(dice, shape));
}

Result<TestNode> random_blocks(Dice& dice, const std::string& op) {
  const int32_t block = dice.in(1, 3);
  const int32_t h = dice.in(1, 4), w = dice.in(1, 4), channels = dice.any({1, 3, 8, 17});
  Attributes attributes;
  attributes.set("blocksize", block);
  attributes.set("mode", dice.any<const char*>({"DCR", "CRD"}));
  const Shape deep = {1, h, w, channels * block * block}, wide = {1, h * block, w * block, channels};
  return moved(op, attributes, random_elements(dice, op == "DepthToSpace" ? deep : wide));
}

Result<TestNode> random_resize(Dice& dice, const std::string& op) {
  const Shape shape = {dice.in(1, 2), dice.in(2, 8), dice.in(2, 8), dice.any({1, 3, 8, 17})};
  const std::string mode = dice.any<const char*>({"nearest", "linear", "linear", "cubic"});
  Attributes attributes;
  attributes.set("mode", mode);
  attributes.set("coordinate_mode", dice.any<const char*>({"half_pixel", "asymmetric", "align_corners",
                                                           "pytorch_half_pixel", "half_pixel_symmetric"}));
  attributes.set("nearest_mode", dice.any<const char*>({"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}));
  attributes.set("exclude_outside", dice.in(0, 1));
  if (dice.one_in(2)) {
    attributes.set("sizes", Integers{shape[0], dice.in(1, 17), dice.in(1, 17), shape[3]});
  } else {
    const float y = dice.any({0.5f, 1.5f, 2.0f, 2.3f}), x = dice.any({0.6f, 1.0f, 2.0f, 3.0f});
    attributes.set("scales", std::vector<float>{1.0f, y, x, 1.0f});
  }
  if (mode == "nearest") return moved(op, attributes, random_elements(dice, shape));
  if (dice.one_in(3)) return moved(op, attributes, random_floats(dice, shape));
  OwnedTensor x = random_like(dice, random_levels_tensor(dice, {}, {1}), shape);
  OutputSpec spec = like(x);
  if (dice.one_in(2)) spec.quantization.scale[0] *= dice.any({0.5f, 0.81f, 2.0f});
  return try_make_node(op, attributes, {std::move(x)}, {spec});
}

const OperatorCases kCases[] = {
    {"Reshape", 8, random_reshape},      {"Flatten", 8, random_flatten},
    {"Squeeze", 6, random_squeeze},      {"Unsqueeze", 6, random_unsqueeze},
    {"Identity", 6, random_identity},    {"Permute", 30, random_permute},
    {"Concat", 40, random_concat},       {"Split", 14, random_split},
    {"Slice", 30, random_slice},         {"Pad", 30, random_pad},
    {"Gather", 14, random_gather},       {"Expand", 10, random_expand},
    {"Tile", 10, random_tile},           {"DepthToSpace", 12, random_blocks},
    {"SpaceToDepth", 12, random_blocks}, {"Resize", 80, random_resize},
};

}  // namespace
}  // namespace magik::check
