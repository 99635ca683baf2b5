// A deliberately broken kernel: EltwiseAdd whose last step rounds down instead of to the nearest level. The tests of
// operator_check and magik-data-check must find it.
#include "venus/core/kernel.h"
#include "venus/core/numerics.h"
#include "venus/ops/activation.h"

namespace magik::rt::kernels {
namespace {

int32_t level_at(const Tensor& tensor, int64_t i) {
  const int32_t level = tensor.type == ElementType::kUint8 ? tensor.as<uint8_t>()[i] : tensor.as<uint16_t>()[i];
  return level - tensor.zero_point();
}

int32_t round_down(float t) {
  const int32_t truncated = static_cast<int32_t>(t);
  return static_cast<float>(truncated) > t ? truncated - 1 : truncated;
}

class AddRoundingDown : public Kernel {
 public:
  AddRoundingDown(const NodeTensors& tensors, const OutputRange& range)
      : ma_(scale_ratio(tensors.inputs[0].scale(), tensors.outputs[0].scale())),
        mb_(scale_ratio(tensors.inputs[1].scale(), tensors.outputs[0].scale())),
        range_(range) {}

  void run(const NodeTensors& tensors, const RunContext&) override {
    const Tensor& y = tensors.outputs[0];
    for (int64_t i = 0; i < y.elements(); ++i) {
      const float t = static_cast<float>(level_at(tensors.inputs[0], i)) * ma_ +
                      static_cast<float>(level_at(tensors.inputs[1], i)) * mb_;
      const int32_t level = round_down(clamp(t, range_.lo, range_.hi)) + range_.zero_point;
      if (y.type == ElementType::kUint8) {
        y.as<uint8_t>()[i] = static_cast<uint8_t>(level);
      } else {
        y.as<uint16_t>()[i] = static_cast<uint16_t>(level);
      }
    }
  }

 private:
  const float ma_, mb_;
  const OutputRange range_;
};

}  // namespace

// Takes what residual networks have: equal shapes, levels, an activation that only clamps.
Result<std::unique_ptr<Kernel>> add_rounding_down(const NodeTensors& tensors) {
  std::unique_ptr<Kernel> declined;
  const Tensor& a = tensors.inputs[0];
  const Tensor& b = tensors.inputs[1];
  if (!a.quantized() || !b.quantized() || !tensors.outputs[0].quantized() || a.shape != b.shape) return declined;
  Result<Activation> activation = parse_activation(tensors.node->attributes);
  if (!activation.ok()) return activation.take_status();
  if (activation.value().has_slope() || activation.value().kind == Activation::Kind::kSmooth) return declined;
  Result<LevelTail> tail = make_level_tail(tensors, activation.value(), 2);
  if (!tail.ok()) return tail.take_status();
  return std::unique_ptr<Kernel>(new AddRoundingDown(tensors, tail.value().range));
}

}  // namespace magik::rt::kernels
