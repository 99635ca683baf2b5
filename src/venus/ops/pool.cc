// MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool: pool_params.h says what they compute.
#include <algorithm>

#include "venus/core/math.h"
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/pool_params.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  MAGIK_RETURN_IF_ERROR(check_rank(context, 0, 4));
  const Shape& x = context.inputs[0].shape;
  Result<Window> window = parse_pool_window(context.attributes());
  if (!window.ok()) return window.take_status();
  std::vector<int64_t> dims = dims_of(x);
  for (int axis = 0; axis < 2; ++axis) {
    Result<WindowAxis> resolved = resolve_window(window.value(), axis, x[1 + axis]);
    if (!resolved.ok()) return resolved.take_status();
    dims[static_cast<size_t>(1 + axis)] = resolved.value().output;
  }
  return set_output(context, 0, context.inputs[0].type, dims);
}

Status infer_global(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  MAGIK_RETURN_IF_ERROR(check_rank(context, 0, 4));
  const Shape& x = context.inputs[0].shape;
  if (x[1] < 1 || x[2] < 1) return Status::error("the input of shape %s has no pixels", x.text().c_str());
  return set_output(context, 0, context.inputs[0].type, {x[0], 1, 1, x[3]});
}

// The largest of the elements. NaNs lose every comparison, as in numerics.h.
template <typename X>
struct Max {
  using Accumulator = X;
  explicit Max(const PoolParams&) {}
  X initial() const { return std::is_same<X, float>::value ? static_cast<X>(-kInfinity) : static_cast<X>(0); }
  X add(X accumulator, X x) const { return x > accumulator ? x : accumulator; }
  X finish(X accumulator, int64_t /*count*/) const { return accumulator; }
};

template <typename X>
struct Average {
  using Accumulator = int64_t;  // exact for any window
  const PoolParams& params;
  explicit Average(const PoolParams& p) : params(p) {}
  int64_t initial() const { return 0; }
  int64_t add(int64_t accumulator, X x) const { return accumulator + (int32_t{x} - params.x_zero_point); }
  X finish(int64_t accumulator, int64_t count) const {
    const float multiplier = average_multiplier(params.x_scale, params.y_scale, count);
    return static_cast<X>(quantize_clamped(static_cast<float>(accumulator) * multiplier, params.range));
  }
};

template <>
struct Average<float> {
  using Accumulator = float;
  explicit Average(const PoolParams&) {}
  float initial() const { return 0.0f; }
  float add(float accumulator, float x) const { return accumulator + x; }
  float finish(float accumulator, int64_t count) const {
    return count == 0 ? 0.0f : canonical_nan(accumulator / static_cast<float>(count));
  }
};

// All channels of one output pixel together: the inner loop runs along contiguous memory.
template <typename X, template <typename> class Reduction>
class Pool : public Kernel {
 public:
  using Accumulator = typename Reduction<X>::Accumulator;

  explicit Pool(const PoolParams& params) : params_(params) {}

  Status prepare(const NodeTensors& tensors) override {
    Result<PoolGeometry> geometry = resolve_pool(params_, tensors);
    if (!geometry.ok()) return geometry.take_status();
    geometry_ = geometry.value();
    return {};
  }
  size_t scratch_bytes() const override { return static_cast<size_t>(geometry_.channels) * sizeof(Accumulator); }
  bool reads_pitch(size_t /*index*/) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& y = tensors.outputs[0];
    context.pool.parallel_for(y.rows(), 1, [&](int64_t begin, int64_t end, int thread) {
      Accumulator* accumulators = reinterpret_cast<Accumulator*>(context.scratch_of(thread));
      for (int64_t pixel = begin; pixel < end; ++pixel) {
        run_pixel(tensors.inputs[0], pixel, accumulators, y.as<X>() + pixel * y.pitch);
      }
    });
  }

 private:
  void run_pixel(const Tensor& x, int64_t pixel, Accumulator* accumulators, X* y) const {
    const Reduction<X> reduction(params_);
    const WindowAxis& v = geometry_.y;
    const WindowAxis& h = geometry_.x;
    const int32_t out_row = static_cast<int32_t>(pixel / h.output % v.output);
    const int32_t out_column = static_cast<int32_t>(pixel % h.output);
    const int64_t image = pixel / h.output / v.output;
    const TapRange rows = taps_inside(v, out_row), columns = taps_inside(h, out_column);
    const int32_t channels = geometry_.channels;

    std::fill(accumulators, accumulators + channels, reduction.initial());
    for (int32_t i = rows.first; i < rows.last; ++i) {
      const int64_t row = image * v.input + v.start(out_row) + i * v.dilation;
      for (int32_t j = columns.first; j < columns.last; ++j) {
        const int64_t column = h.start(out_column) + j * h.dilation;
        const X* from = x.as<X>() + (row * h.input + column) * x.pitch;
        for (int32_t c = 0; c < channels; ++c) accumulators[c] = reduction.add(accumulators[c], from[c]);
      }
    }
    const int64_t inside = int64_t{std::max(0, rows.last - rows.first)} * std::max(0, columns.last - columns.first);
    const int64_t padded = int64_t{taps_with_padding(v, out_row)} * taps_with_padding(h, out_column);
    const int64_t count = params_.count_include_pad ? padded : inside;
    for (int32_t c = 0; c < channels; ++c) y[c] = reduction.finish(accumulators[c], count);
  }

  PoolParams params_;
  PoolGeometry geometry_;
};

template <template <typename> class Reduction>
Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  Result<PoolParams> params = make_pool_params(tensors);
  if (!params.ok()) return params.take_status();
  switch (params.value().type) {
    case ElementType::kFloat32:
      return std::make_unique<Pool<float, Reduction>>(params.take());
    case ElementType::kUint8:
      return std::make_unique<Pool<uint8_t, Reduction>>(params.take());
    case ElementType::kUint16:
      return std::make_unique<Pool<uint16_t, Reduction>>(params.take());
    default:
      return no_kernel_for_types(tensors);
  }
}

}  // namespace

extern const Operator kMaxPool = {"MaxPool", infer, create<Max>};
extern const Operator kAveragePool = {"AveragePool", infer, create<Average>};
extern const Operator kGlobalMaxPool = {"GlobalMaxPool", infer_global, create<Max>};
extern const Operator kGlobalAveragePool = {"GlobalAveragePool", infer_global, create<Average>};

}  // namespace magik::rt::ops
