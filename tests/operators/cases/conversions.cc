// Quantize, Dequantize, Requantize.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

Result<TestNode> random_conversion(Dice& dice, const std::string& op) {
  const int32_t channels = dice.channels();
  const Shape shape = {dice.in(1, 9), channels};
  OutputSpec spec;
  if (op != "Dequantize") spec.quantization = random_levels(dice, {}, 0.02f);
  spec.pitch = dice.pitch(channels);
  OwnedTensor x = op == "Quantize" ? random_floats(dice, shape) : random_levels_tensor(dice, {}, shape);
  return try_make_node(op, {}, {std::move(x)}, {spec});
}

const OperatorCases kCases[] = {
    {"Quantize", 18, random_conversion},
    {"Dequantize", 12, random_conversion},
    {"Requantize", 18, random_conversion},
};

}  // namespace
}  // namespace magik::check
