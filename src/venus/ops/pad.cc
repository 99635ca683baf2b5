// Pad: adds to both ends of each axis or, where a pad is negative, takes away. What is added is one value ("constant"),
// the mirror image without the border itself ("reflect"), the border ("edge"), or the other end ("wrap").
#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/ops/checks.h"
#include "venus/ops/indexed_copy.h"
#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

enum class Mode { kConstant, kReflect, kEdge, kWrap };

struct Padding {
  Mode mode = Mode::kConstant;
  std::vector<int64_t> pads;  // begins, then ends
};

Status parse(const Attributes& attributes, const Shape& input, Padding* padding) {
  const std::string mode = attributes.text("mode", "constant");
  if (mode == "constant") {
    padding->mode = Mode::kConstant;
  } else if (mode == "reflect") {
    padding->mode = Mode::kReflect;
  } else if (mode == "edge") {
    padding->mode = Mode::kEdge;
  } else if (mode == "wrap") {
    padding->mode = Mode::kWrap;
  } else {
    return Status::error("attribute mode is '%s', expected constant, reflect, edge or wrap", mode.c_str());
  }
  padding->pads = attributes.integers("pads");
  MAGIK_RETURN_IF_ERROR(check_length("pads", padding->pads.size(), 2 * input.rank()));
  for (int64_t pad : padding->pads) {
    if (pad <= -kMaxElements || pad >= kMaxElements) {
      return Status::error("attribute pads has the impossible entry %lld", static_cast<long long>(pad));
    }
  }
  return {};
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  Padding padding;
  MAGIK_RETURN_IF_ERROR(parse(context.attributes(), input, &padding));
  std::vector<int64_t> dims;
  for (int axis = 0; axis < input.rank(); ++axis) {
    const int64_t begin = padding.pads[axis], end = padding.pads[axis + input.rank()];
    dims.push_back(input[axis] + begin + end);
    if (dims.back() < 0) {
      return Status::error("pads %lld and %lld take more than the %d elements of axis %d away",
                           static_cast<long long>(begin), static_cast<long long>(end), input[axis], axis);
    }
    if (padding.mode != Mode::kConstant && input[axis] == 0 && dims.back() > 0) {
      return Status::error("axis %d is empty and can only be padded with mode constant", axis);
    }
    if (padding.mode != Mode::kConstant && dims.back() > kMaxTable) {
      return Status::error("axis %d would have %lld elements; only mode constant allows more than %d", axis,
                           static_cast<long long>(dims.back()), kMaxTable);
    }
  }
  return set_output(context, 0, context.inputs[0].type, dims);
}

// The position in 0..size-1 whose element stands at `position`, which may be outside.
int64_t source_position(Mode mode, int64_t position, int64_t size) {
  const int64_t period = mode == Mode::kReflect ? std::max<int64_t>(1, 2 * (size - 1)) : size;
  if (mode == Mode::kEdge) return std::min(std::max<int64_t>(position, 0), size - 1);
  position %= period;
  if (position < 0) position += period;
  return position < size ? position : period - position;
}

// The bits of the padding: the real value in the tensor's representation.
uint32_t value_bits(float value, const Tensor& tensor) {
  if (tensor.type == ElementType::kFloat32) return float_bits(value);
  if (tensor.quantized()) {
    const int32_t zero = tensor.zero_point();
    const OutputRange range = {static_cast<float>(-zero), static_cast<float>(tensor.max_level() - zero), zero};
    return static_cast<uint32_t>(quantize_clamped(value / tensor.scale(), range));
  }
  if (tensor.type == ElementType::kBool) return value != 0;
  if (tensor.type == ElementType::kInt32) {
    if (!(value > -2147483648.0f)) return 0x80000000u;
    return value < 2147483648.0f ? static_cast<uint32_t>(static_cast<int32_t>(value)) : 0x7fffffffu;
  }
  const bool is_signed = tensor.type == ElementType::kInt8;
  const float most = tensor.type == ElementType::kUint16 ? 65535.0f : is_signed ? 127.0f : 255.0f;
  return static_cast<uint32_t>(round_to_even(clamp(value, is_signed ? -128.0f : 0.0f, most)));
}

template <typename T>
void fill(const Tensor& tensor, uint32_t bits, ThreadPool& pool) {
  constexpr int64_t kGrain = 16384;
  pool.parallel_for(tensor.elements(), kGrain, [&](int64_t begin, int64_t end, int) {
    std::fill(tensor.as<T>() + begin, tensor.as<T>() + end, static_cast<T>(bits));
  });
}

class PadKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    const Shape& input = tensors.inputs[0].shape;
    const Shape& output = tensors.outputs[0].shape;
    MAGIK_RETURN_IF_ERROR(parse(tensors.node->attributes, input, &padding_));
    value_ = value_bits(tensors.node->attributes.number("value", 0.0f), tensors.outputs[0]);
    if (padding_.mode == Mode::kConstant) return {};
    for (int axis = 0; axis < output.rank(); ++axis) {
      tables_[axis].resize(static_cast<size_t>(output[axis]));
      for (int32_t i = 0; i < output[axis]; ++i) {
        tables_[axis][i] = static_cast<int32_t>(source_position(padding_.mode, i - padding_.pads[axis], input[axis]));
      }
    }
    return {};
  }
  bool reads_pitch(size_t) const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    if (padding_.mode == Mode::kConstant) {
      pad_constant(tensors.inputs[0], tensors.outputs[0], context.pool);
    } else {
      indexed_copy(tensors.inputs[0], tensors.outputs[0], tables_, context.pool);
    }
  }

 private:
  void pad_constant(const Tensor& input, const Tensor& output, ThreadPool& pool) const {
    switch (element_size(output.type)) {
      case 1:
        fill<uint8_t>(output, value_, pool);
        break;
      case 2:
        fill<uint16_t>(output, value_, pool);
        break;
      case 4:
        fill<uint32_t>(output, value_, pool);
        break;
    }
    // What remains of the input: along each axis without what negative pads take away.
    const Strides from = strides_of(input);
    const Strides to = strides_of(output);
    const int rank = input.shape.rank();
    int64_t first_input = 0, first_output = 0;
    LoopNest<2> nest;
    for (int axis = 0; axis < rank; ++axis) {
      const int64_t begin = padding_.pads[axis], end = padding_.pads[axis + rank];
      const int64_t kept = input.shape[axis] + std::min<int64_t>(begin, 0) + std::min<int64_t>(end, 0);
      if (kept <= 0) return;
      first_input -= std::min<int64_t>(begin, 0) * from[axis];
      first_output += std::max<int64_t>(begin, 0) * to[axis];
      nest.add(kept, {from[axis], to[axis]});
    }
    strided_copy(address(input, first_input), address(output, first_output), element_size(input.type), nest, pool);
  }

  Padding padding_;
  uint32_t value_ = 0;
  IndexTables tables_;  // of the modes other than kConstant
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  if (tensors.outputs[0].quantized()) MAGIK_RETURN_IF_ERROR(check_activation(tensors.outputs[0], "output"));
  return create_movement<PadKernel>(tensors);
}

}  // namespace

extern const Operator kPad = {"Pad", infer, create};

}  // namespace magik::rt::ops
