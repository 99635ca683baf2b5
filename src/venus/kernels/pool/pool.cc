#include "venus/kernels/pool/pool.h"

#include <algorithm>
#include <cstring>

#include "venus/ops/pool_params.h"

namespace magik::rt::kernels {
namespace {

// Sums of so many levels of 16 bits fit an int32. Larger windows are left to the reference kernel.
constexpr int64_t kMostTaps = 1 << 15;

class Pool : public Kernel {
 public:
  Pool(const PoolParams& params, const PoolTiles& tiles, std::unique_ptr<Kernel> reference)
      : params_(params), tiles_(tiles), reference_(std::move(reference)) {}

  Status prepare(const NodeTensors& tensors) override {
    Result<PoolGeometry> geometry = resolve_pool(params_, tensors);
    if (!geometry.ok()) return geometry.take_status();
    geometry_ = geometry.value();
    return reference_->prepare(tensors);
  }
  size_t scratch_bytes() const override { return too_large() ? reference_->scratch_bytes() : 0; }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    if (too_large()) return reference_->run(tensors, context);
    const int64_t rows = int64_t{geometry_.batch} * geometry_.y.output;
    context.pool.parallel_for(rows, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) {
        for (int32_t column = 0; column < geometry_.x.output; ++column) run_pixel(tensors, row, column);
      }
    });
  }

 private:
  bool too_large() const { return params_.average && int64_t{geometry_.y.kernel} * geometry_.x.kernel > kMostTaps; }

  void run_pixel(const NodeTensors& tensors, int64_t out_row, int32_t out_column) const {
    const Tensor& x = tensors.inputs[0];
    const Tensor& y = tensors.outputs[0];
    const WindowAxis& v = geometry_.y;
    const WindowAxis& h = geometry_.x;
    const int64_t size = static_cast<int64_t>(element_size(x.type));
    const int32_t row = static_cast<int32_t>(out_row % v.output);
    const TapRange rows = taps_inside(v, row), columns = taps_inside(h, out_column);
    const int64_t first_row = out_row / v.output * v.input + v.start(row) + rows.first * v.dilation;
    const int64_t first_column = h.start(out_column) + columns.first * h.dilation;

    PoolWindow window;
    window.first = x.as<std::byte>() + (first_row * h.input + first_column) * x.pitch * size;
    window.row_bytes = int64_t{v.dilation} * h.input * x.pitch * size;
    window.column_bytes = h.dilation * x.pitch * size;
    window.rows = std::max(0, rows.last - rows.first);
    window.columns = std::max(0, columns.last - columns.first);
    window.channels = geometry_.channels;
    window.out = y.as<std::byte>() + (out_row * h.output + out_column) * y.pitch * size;
    const bool wide = x.type == ElementType::kUint16;
    if (params_.average) {
      const int64_t padded = int64_t{taps_with_padding(v, row)} * taps_with_padding(h, out_column);
      tiles_.average[wide](window, average_tail(window.rows * window.columns, padded));
    } else {
      tiles_.max[wide](window);
    }
  }

  AverageTail average_tail(int64_t inside, int64_t padded) const {
    AverageTail tail;
    tail.offset = static_cast<int32_t>(inside * params_.x_zero_point);
    tail.multiplier = average_multiplier(params_.x_scale, params_.y_scale, params_.count_include_pad ? padded : inside);
    tail.lo = params_.range.lo;
    tail.hi = params_.range.hi;
    tail.zero_point = params_.range.zero_point;
    return tail;
  }

  const PoolParams params_;
  const PoolTiles& tiles_;
  const std::unique_ptr<Kernel> reference_;
  PoolGeometry geometry_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_pool(const NodeTensors& tensors, const PoolTiles& tiles) {
  Result<PoolParams> params = make_pool_params(tensors);
  if (!params.ok()) return params.take_status();
  if (params.value().type == ElementType::kFloat32 || tensors.inputs[0].constant) return std::unique_ptr<Kernel>();
  Result<std::unique_ptr<Kernel>> reference = find_operator(tensors.node->op)->reference(tensors);
  if (!reference.ok()) return reference.take_status();
  return std::unique_ptr<Kernel>(new Pool(params.value(), tiles, reference.take()));
}

}  // namespace magik::rt::kernels
