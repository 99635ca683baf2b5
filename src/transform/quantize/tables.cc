#include "transform/quantize/tables.h"

#include "venus/core/numerics.h"

namespace magik::transform {
namespace {

template <typename Level>
rt::Constant quantize_to(const std::vector<float>& values, const rt::Quantization& quantization) {
  const int32_t zero_point = quantization.zero_point[0];
  const rt::OutputRange range{static_cast<float>(-zero_point),
                              static_cast<float>((1 << quantization.bits) - 1 - zero_point), zero_point};
  std::vector<Level> levels;
  levels.reserve(values.size());
  for (float x : values) levels.push_back(static_cast<Level>(rt::quantize_clamped(x / quantization.scale[0], range)));
  return rt::Constant::copy_of(levels.data(), levels.size());
}

}  // namespace

rt::Constant make_levels(const std::vector<float>& values, const rt::Quantization& quantization) {
  return rt::activation_type(quantization.bits) == rt::ElementType::kUint8
             ? quantize_to<uint8_t>(values, quantization)
             : quantize_to<uint16_t>(values, quantization);
}

rt::Constant make_table(const rt::UnaryFunction& function, const rt::Quantization& input,
                        const rt::Quantization& output) {
  std::vector<float> values;
  for (int32_t q = 0; q < 1 << input.bits; ++q) {
    values.push_back(function(static_cast<float>(q - input.zero_point[0]) * input.scale[0]));
  }
  return make_levels(values, output);
}

}  // namespace magik::transform
