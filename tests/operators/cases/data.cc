#include "operators/cases/data.h"

#include <algorithm>

namespace magik::check {
namespace {

enum class Kind { kUsual, kHalves, kSubnormal, kAnyFinite, kSpecial };

// Bits, since a signalling NaN that goes through a floating-point register may come out as another.
uint32_t random_float(Dice& dice, Kind kind) {
  constexpr uint32_t kExponent = 0x7f800000u;
  const uint32_t bits = static_cast<uint32_t>(dice.engine());
  if (kind == Kind::kHalves) return rt::float_bits(static_cast<float>(dice.in(-12, 12)) * 0.5f);
  if (kind == Kind::kSubnormal) return bits & ~kExponent;
  if (kind == Kind::kAnyFinite) return (bits & kExponent) == kExponent ? bits & ~kExponent : bits;
  if (kind == Kind::kUsual || !dice.one_in(6)) return rt::float_bits(rt::test::uniform(dice.engine, -2.0f, 2.0f));
  return dice.any<uint32_t>({
      0x00000000u, 0x80000000u,                                         // zeros
      0x7f800000u, 0xff800000u,                                         // infinities
      0x7fc00000u, 0xffc00000u, 0x7fd23456u, 0x7f812345u, 0xffbfffffu,  // NaNs, quiet and signalling
      0x7f7fffffu, 0xff7fffffu, 0x00800000u, 0x80000001u, 0x007fffffu,  // largest, smallest normal, subnormals
      0x4b000001u, 0xcb800001u, 0x4effffffu, 0x4f000000u, 0xcf000000u,  // about 2^23, 2^24, 2^31
      0x3f7fffffu, 0x3effffffu, 0x3f000000u, 0xbf000000u,               // just below 1 and 0.5; halves
      0x42b17218u, 0xc2cff1b5u,                                         // where exp overflows and vanishes
  });
}

void fill(Dice& dice, OwnedTensor& tensor, Kind kind) {
  for (int64_t i = 0; i < tensor.shape.elements(); ++i) tensor.at<uint32_t>(i) = random_float(dice, kind);
}

}  // namespace

void fill_floats(Dice& dice, OwnedTensor& tensor) {
  fill(dice, tensor,
       dice.any({Kind::kUsual, Kind::kHalves, Kind::kSubnormal, Kind::kAnyFinite, Kind::kSpecial, Kind::kSpecial}));
}

void fill_finite(Dice& dice, OwnedTensor& tensor) {
  fill(dice, tensor, dice.any({Kind::kUsual, Kind::kUsual, Kind::kHalves, Kind::kSubnormal}));
}

OwnedTensor random_floats(Dice& dice, const Shape& shape) {
  OwnedTensor tensor(ElementType::kFloat32, shape);
  fill_floats(dice, tensor);
  return tensor;
}

OwnedTensor random_integers(Dice& dice, const Shape& shape) {
  OwnedTensor tensor(ElementType::kInt32, shape);
  const bool small = dice.one_in(2);
  for (int64_t i = 0; i < shape.elements(); ++i) {
    const int32_t any = static_cast<int32_t>(static_cast<uint32_t>(dice.engine()));
    tensor.at<int32_t>(i) = small ? dice.in(-9, 9) : dice.one_in(5) ? dice.any({INT32_MIN, INT32_MAX, 0, -1}) : any;
  }
  return tensor;
}

OwnedTensor random_bools(Dice& dice, const Shape& shape) {
  return random_tensor(dice.engine, ElementType::kBool, shape);
}

OwnedTensor random_like(Dice& dice, const OwnedTensor& other, const Shape& shape) {
  if (other.type == ElementType::kFloat32) return random_floats(dice, shape);
  if (other.type == ElementType::kInt32) return random_integers(dice, shape);
  return random_tensor(dice.engine, other.type, shape, other.quantization);
}

OwnedTensor random_elements(Dice& dice, const Shape& shape) {
  const int kind = dice.in(0, 5);
  OwnedTensor type(ElementType::kFloat32, {1});
  if (kind == 1) type.type = ElementType::kInt32;
  if (kind == 2) type.type = ElementType::kBool;
  if (kind >= 3) {
    type.quantization = random_levels(dice, {}, 0.02f);
    type.type = rt::activation_type(type.quantization.bits);
  }
  return random_like(dice, type, shape);
}

Shape random_shape(Dice& dice, int min_rank, int max_rank) {
  const int rank = dice.in(min_rank, max_rank);
  Shape shape;
  for (int axis = 0; axis < rank; ++axis) {
    shape.push_back(rank <= 2 ? dice.any({1, 2, 7, 16, 17, 33, 64, 65}) : dice.any({1, 2, 3, 4, 5, 7, 8, 9}));
  }
  return shape;
}

std::vector<int64_t> random_axes(Dice& dice, int rank, int count) {
  std::vector<int64_t> axes;
  for (int axis = 0; axis < rank; ++axis) axes.push_back(axis);
  for (int axis = rank - 1; axis > 0; --axis)
    std::swap(axes[static_cast<size_t>(axis)], axes[static_cast<size_t>(dice.in(0, axis))]);
  axes.resize(static_cast<size_t>(count));
  return axes;
}

OutputSpec like(const OwnedTensor& tensor) {
  OutputSpec spec;
  spec.quantization = tensor.quantization;
  spec.type = tensor.type;
  return spec;
}

Result<TestNode> as_floats(Dice& dice, Result<TestNode> node, size_t inputs) {
  if (!node.ok()) return node;
  std::vector<OwnedTensor> floats = node.value().inputs;
  floats.resize(std::min(floats.size(), inputs));
  for (OwnedTensor& input : floats) {
    if (input.type == ElementType::kNone || input.type == ElementType::kFloat32) continue;
    const bool constant = input.constant;
    input = OwnedTensor(ElementType::kFloat32, input.shape);
    input.constant = constant;
    constant ? fill_finite(dice, input) : fill_floats(dice, input);
  }
  OutputSpec spec;
  spec.pitch = node.value().outputs[0].pitch;
  return try_make_node(node.value().node.op, node.value().node.attributes, std::move(floats), {spec});
}

}  // namespace magik::check
