// Resize in all modes and coordinate systems of ONNX (without a region of interest). Interpolation is separable: along
// the last axis first, then along the one before, each a sum of weighted taps in order.
#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/ops/activation.h"
#include "venus/ops/indexed_copy.h"
#include "venus/ops/infer.h"
#include "venus/ops/resize_axis.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  ResizeOptions options;
  std::vector<ResizedAxis> axes;
  MAGIK_RETURN_IF_ERROR(parse_resize_options(context.attributes(), &options));
  MAGIK_RETURN_IF_ERROR(parse_resized_axes(context.attributes(), context.inputs[0].shape, &axes));
  std::vector<int64_t> dims;
  for (const ResizedAxis& axis : axes) {
    if (axis.output_size > kMaxTable) {
      return Status::error("an axis of %d would be resized to %d, at most %d are allowed", axis.input_size,
                           axis.output_size, kMaxTable);
    }
    dims.push_back(axis.output_size);
  }
  return set_output(context, 0, context.inputs[0].type, dims);
}

Status prepare_taps(const NodeTensors& tensors, std::vector<AxisTaps>* taps) {
  ResizeOptions options;
  std::vector<ResizedAxis> axes;
  MAGIK_RETURN_IF_ERROR(parse_resize_options(tensors.node->attributes, &options));
  MAGIK_RETURN_IF_ERROR(parse_resized_axes(tensors.node->attributes, tensors.inputs[0].shape, &axes));
  taps->clear();
  for (const ResizedAxis& axis : axes) taps->push_back(make_taps(options, axis));
  return {};
}

class NearestKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    std::vector<AxisTaps> taps;
    MAGIK_RETURN_IF_ERROR(prepare_taps(tensors, &taps));
    for (size_t axis = 0; axis < taps.size(); ++axis) tables_[axis] = std::move(taps[axis].positions);
    return {};
  }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }
  void run(const NodeTensors& tensors, const RunContext& context) override {
    indexed_copy(tensors.inputs[0], tensors.outputs[0], tables_, context.pool);
  }

 private:
  IndexTables tables_;
};

// T: float, or the type of quantized levels.
template <typename T>
class InterpolationKernel : public Kernel {
 public:
  // The output's range and multiplier are those of quantized tensors.
  InterpolationKernel(int32_t zero_point, float multiplier, const OutputRange& range)
      : zero_point_(zero_point), multiplier_(multiplier), range_(range) {}

  Status prepare(const NodeTensors& tensors) override { return prepare_taps(tensors, &taps_); }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    constexpr int64_t kGrainElements = 2048;
    const Tensor& output = tensors.outputs[0];
    const int64_t length = output.shape.back();
    const int64_t grain = std::max<int64_t>(1, kGrainElements / std::max<int64_t>(1, length));
    context.pool.parallel_for(output.rows(), grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) interpolate_row(tensors.inputs[0], output, row);
    });
  }

 private:
  static constexpr int64_t kChunk = 64;

  // One axis before the last, at one output position.
  struct Level {
    const int32_t* positions;
    const float* weights;
    int taps;
    int64_t stride;
  };

  void interpolate_row(const Tensor& input, const Tensor& output, int64_t row) const {
    const Strides strides = strides_of(input);
    const T* from = input.as<T>();
    Level levels[kMaxRank];
    Level* first = levels + kMaxRank;
    int64_t rest = row;
    for (int axis = output.shape.rank() - 2; axis >= 0; --axis) {
      const AxisTaps& taps = taps_[axis];
      const int64_t at = rest % output.shape[axis] * taps.taps;
      rest /= output.shape[axis];
      if (taps.taps == 1) {
        from += taps.positions[at] * strides[axis];
      } else {
        *--first = {&taps.positions[at], &taps.weights[at], taps.taps, strides[axis]};
      }
    }
    const int64_t offset = row * output.pitch;
    float values[kChunk];
    for (int64_t column = 0; column < output.shape.back(); column += kChunk) {
      const int64_t length = std::min(kChunk, output.shape.back() - column);
      interpolate(first, levels + kMaxRank, from, column, length, values);
      if (output.type == ElementType::kFloat32) {
        for (int64_t i = 0; i < length; ++i) output.as<float>()[offset + column + i] = canonical_nan(values[i]);
      } else if (output.type == ElementType::kUint8) {
        store(values, length, output.as<uint8_t>() + offset + column);
      } else {
        store(values, length, output.as<uint16_t>() + offset + column);
      }
    }
  }

  template <typename Out>
  void store(const float* values, int64_t length, Out* to) const {
    for (int64_t i = 0; i < length; ++i) to[i] = static_cast<Out>(quantize_clamped(values[i] * multiplier_, range_));
  }

  // Values of output columns [column, column + length), interpolated along the levels first..last and the last axis.
  void interpolate(const Level* first, const Level* last, const T* from, int64_t column, int64_t length,
                   float* values) const {
    if (first == last) return interpolate_columns(from, column, length, values);
    for (int k = 0; k < first->taps; ++k) {
      const T* source = from + first->positions[k] * first->stride;
      const float weight = first->weights[k];
      float part[kChunk];
      interpolate(first + 1, last, source, column, length, part);
      if (k == 0) {
        for (int64_t i = 0; i < length; ++i) values[i] = weight * part[i];
      } else {
        for (int64_t i = 0; i < length; ++i) values[i] += weight * part[i];
      }
    }
  }

  float value(T element) const {
    if constexpr (std::is_same<T, float>::value) {
      return element;
    } else {
      return static_cast<float>(static_cast<int32_t>(element) - zero_point_);
    }
  }

  void interpolate_columns(const T* from, int64_t column, int64_t length, float* values) const {
    if (taps_.empty()) {  // a scalar
      values[0] = value(*from);
      return;
    }
    const AxisTaps& taps = taps_.back();
    if (taps.taps == 1) {
      for (int64_t i = 0; i < length; ++i) values[i] = value(from[column + i]);
      return;
    }
    for (int64_t i = 0; i < length; ++i) {
      const int32_t* positions = &taps.positions[(column + i) * taps.taps];
      const float* weights = &taps.weights[(column + i) * taps.taps];
      values[i] = weights[0] * value(from[positions[0]]);
      for (int k = 1; k < taps.taps; ++k) values[i] += weights[k] * value(from[positions[k]]);
    }
  }

  int32_t zero_point_;
  float multiplier_;
  OutputRange range_;
  std::vector<AxisTaps> taps_;  // one for each axis; one tap: the axis stays as it is
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const Tensor& input = tensors.inputs[0];
  const Tensor& output = tensors.outputs[0];
  ResizeOptions options;
  MAGIK_RETURN_IF_ERROR(parse_resize_options(tensors.node->attributes, &options));
  if (options.mode == ResizeMode::kNearest) return create_movement<NearestKernel>(tensors);
  if (input.quantized() && output.quantized()) {
    MAGIK_RETURN_IF_ERROR(check_activation(input, "input 0"));
    Result<LevelTail> tail = make_level_tail(tensors, Activation(), 0);
    if (!tail.ok()) return tail.take_status();
    const float multiplier = scale_ratio(input.scale(), output.scale());
    MAGIK_RETURN_IF_ERROR(check_multiplier(multiplier));
    const OutputRange range = tail.value().range;
    if (input.type == ElementType::kUint8) {
      return std::unique_ptr<Kernel>(new InterpolationKernel<uint8_t>(input.zero_point(), multiplier, range));
    }
    return std::unique_ptr<Kernel>(new InterpolationKernel<uint16_t>(input.zero_point(), multiplier, range));
  }
  if (input.type == ElementType::kFloat32 && output.type == ElementType::kFloat32) {
    return std::unique_ptr<Kernel>(new InterpolationKernel<float>(0, 1.0f, OutputRange{}));
  }
  return no_kernel_for_types(tensors);
}

}  // namespace

extern const Operator kResize = {"Resize", infer, create};

}  // namespace magik::rt::ops
