#include "venus/ops/activation.h"

#include "venus/ops/checks.h"

namespace magik::rt {
namespace {

Status check_bounds(const Activation& activation) {
  if (activation.lo <= activation.hi) return {};  // false for NaN too
  return Status::error("activation 'clip' has act_min %g and act_max %g; act_min must not be greater",
                       static_cast<double>(activation.lo), static_cast<double>(activation.hi));
}

}  // namespace

Result<Activation> parse_activation(const Attributes& attributes) {
  Activation result;
  const std::string name = attributes.text("activation");
  if (name.empty()) return result;
  if (name == "relu" || name == "clip") {
    result.kind = Activation::Kind::kClamp;
    result.lo = name == "relu" ? 0.0f : attributes.number("act_min", result.lo);
    result.hi = name == "relu" ? result.hi : attributes.number("act_max", result.hi);
    MAGIK_RETURN_IF_ERROR(check_bounds(result));
    return result;
  }
  if (name == "leaky_relu") {
    result.kind = Activation::Kind::kLeaky;
    result.alpha = attributes.number("act_alpha", 0.01f);
    if (!(absolute(result.alpha) < kInfinity)) return Status::error("attribute 'act_alpha' is not finite");
    return result;
  }
  if (name == "prelu") {
    result.kind = Activation::Kind::kPRelu;
    return result;
  }
  result.kind = Activation::Kind::kSmooth;
  Result<UnaryFunction> function = make_smooth_activation(name, attributes);
  if (!function.ok()) return function.take_status();
  result.function = function.value();
  return result;
}

Result<LevelTail> make_level_tail(const NodeTensors& tensors, const Activation& activation, size_t table_index) {
  const Tensor& output = tensors.outputs[0];
  MAGIK_RETURN_IF_ERROR(check_activation(output, "output"));
  LevelTail tail;
  if (activation.kind != Activation::Kind::kSmooth) {
    const OutputRange full = full_range(output);
    tail.scale = output.scale();
    tail.range = full;
    if (activation.kind == Activation::Kind::kClamp) {
      tail.range.lo = static_cast<float>(round_to_even(clamp(activation.lo / tail.scale, full.lo, full.hi)));
      tail.range.hi = static_cast<float>(round_to_even(clamp(activation.hi / tail.scale, full.lo, full.hi)));
    }
    return tail;
  }

  const Attributes& attributes = tensors.node->attributes;
  const int64_t bits = attributes.integer("pre_bits", 0);
  const int64_t zero_point = attributes.integer("pre_zero_point", 0);
  tail.scale = attributes.number("pre_scale", 0.0f);
  if (bits < 1 || bits > 16 || !(tail.scale > 0 && tail.scale < kInfinity) || zero_point < 0 ||
      zero_point >= (int64_t{1} << bits)) {
    return Status::error(
        "the pre-activation's quantization is invalid: pre_bits %lld, pre_scale %g, pre_zero_point %lld",
        static_cast<long long>(bits), static_cast<double>(tail.scale), static_cast<long long>(zero_point));
  }
  const int32_t max_level = (int32_t{1} << bits) - 1, zero = static_cast<int32_t>(zero_point);
  tail.range = {static_cast<float>(-zero), static_cast<float>(max_level - zero), zero};
  if (!tensors.has_input(table_index)) {
    return Status::error("a smooth activation with a quantized output needs its table as input %zu", table_index);
  }
  const Tensor& table = tensors.inputs[table_index];
  MAGIK_RETURN_IF_ERROR(check_table(table, output, max_level + 1));
  if (output.type == ElementType::kUint8) {
    tail.table8 = table.as<uint8_t>();
  } else {
    tail.table16 = table.as<uint16_t>();
  }
  return tail;
}

}  // namespace magik::rt
