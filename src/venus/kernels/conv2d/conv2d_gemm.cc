#include "venus/kernels/conv2d/conv2d_gemm.h"

#include <algorithm>

#include "venus/kernels/conv2d/gemm_weights.h"
#include "venus/kernels/conv2d/merged_groups.h"
#include "venus/kernels/conv2d/patch_packer.h"
#include "venus/kernels/tail_constants.h"

namespace magik::rt::kernels {
namespace {

constexpr int32_t kMinGroupChannels = 8;
constexpr int64_t kTileBytes = 128 * 1024;  // packed rows of a tile: they stay in the second-level cache
constexpr int64_t kPanelBytes = 64 * 1024;  // a panel's block of k
constexpr int64_t kMaxTileRows = 1024;

int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }
int64_t divide_up(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

class Conv2DGemm : public Kernel {
 public:
  Conv2DGemm(Conv2DParams params, ElementType input_type, GemmWeights weights, const GemmTiles& tiles)
      : tiles_(tiles),
        params_(std::move(params)),
        weights_(std::move(weights)),
        tail_(params_, params_.group_out(), tiles.lanes, nullptr, tiles.offset),
        packer_(params_, input_type, tiles),
        reads_input_(static_cast<int>(element_size(input_type)) == tiles.element_bytes) {
    params_.weight_q = nullptr;  // packed, and perhaps gone
  }

  Status prepare(const NodeTensors& tensors) override {
    Result<Conv2DGeometry> geometry = resolve_conv2d(params_, tensors);
    if (!geometry.ok()) return geometry.take_status();
    rows_ = geometry.value().output_pixels();
    packer_.prepare(geometry.value());
    packs_ = !(reads_input_ && packer_.pointwise());

    // Rows at an odd number of cache lines do not compete for the same sets.
    const int64_t step_bytes = int64_t{tiles_.depth} * tiles_.element_bytes;
    row_bytes_ = round_up(weights_.steps() * step_bytes, 64);
    if (row_bytes_ % 128 == 0) row_bytes_ += 64;
    tile_rows_ = std::min({kTileBytes / row_bytes_, kMaxTileRows, round_up(rows_, tiles_.rows)});
    tile_rows_ = std::max<int64_t>(tile_rows_ / tiles_.rows, 1) * tiles_.rows;

    const int64_t column_bytes = weights_.panel_columns() * int64_t{tiles_.depth} * tiles_.weight_bytes;
    const int64_t blocks = divide_up(weights_.steps() * column_bytes, kPanelBytes);
    block_steps_ = divide_up(weights_.steps(), blocks);
    return {};
  }

  size_t weight_bytes() const override { return weights_.allocated_bytes(); }
  size_t scratch_bytes() const override { return static_cast<size_t>(packed_bytes() + accumulator_bytes()); }
  bool reads_pitch(size_t index) const override { return index == Conv2DParams::kX; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    if (rows_ == 0) return;
    // Several tiles for each thread even out their speeds.
    int64_t tile_rows = tile_rows_;
    const int64_t threads = context.pool.threads();
    if (threads > 1) tile_rows = std::min(tile_rows, round_up(divide_up(rows_, 2 * threads), tiles_.rows));
    const int64_t tiles = divide_up(rows_, tile_rows);
    const int64_t shares = std::min<int64_t>(divide_up(threads, tiles), weights_.panels());
    context.pool.parallel_for(tiles * params_.group * shares, 1, [&](int64_t begin, int64_t end, int thread) {
      for (int64_t task = begin; task < end; ++task) {
        const int64_t first_row = task / shares / params_.group * tile_rows;
        const int64_t share = task % shares;
        const Part part{first_row, std::min(tile_rows, rows_ - first_row),
                        static_cast<int32_t>(task / shares % params_.group),
                        static_cast<int32_t>(weights_.panels() * share / shares),
                        static_cast<int32_t>(weights_.panels() * (share + 1) / shares)};
        run_part(tensors, part, context.scratch_of(thread));
      }
    });
  }

 private:
  struct Part {
    int64_t first_row, rows;
    int32_t group, first_panel, last_panel;
  };

  // Room for what packing writes behind the last row.
  int64_t packed_bytes() const { return packs_ ? tile_rows_ * row_bytes_ + 64 : 0; }
  // Accumulators go through memory where k has several blocks, or for plain code that writes float outputs.
  bool stores_accumulators() const { return block_steps_ < weights_.steps() || !params_.quantized_output; }
  int64_t accumulator_bytes() const {
    return stores_accumulators() ? tile_rows_ * weights_.padded_columns() * int64_t{sizeof(int32_t)} : 0;
  }

  void run_part(const NodeTensors& tensors, const Part& part, std::byte* scratch) const {
    const Tensor& x = tensors.inputs[Conv2DParams::kX];
    const Tensor& y = tensors.outputs[0];
    const std::byte* a = scratch;
    int64_t a_pitch = row_bytes_;
    if (packs_) {
      packer_.pack(x, part.group, part.first_row, part.rows, scratch, row_bytes_);
    } else {
      a_pitch = x.pitch * tiles_.element_bytes;
      a = x.as<std::byte>() + part.first_row * a_pitch + part.group * params_.group_in() * tiles_.element_bytes;
    }
    const AccumulatorTail tail = tail_.of_run(part.group);
    const int64_t first_out = part.first_row * y.pitch + part.group * params_.group_out();
    const int64_t steps = weights_.steps();
    GemmPanel panel;
    panel.a_pitch = a_pitch;
    panel.rows = part.rows;
    panel.acc_pitch = weights_.padded_columns();
    panel.out_pitch = y.pitch;
    panel.out_u16 = y.type == ElementType::kUint16;
    for (int64_t step = 0; step < steps; step += block_steps_) {
      panel.a = a + step * tiles_.depth * tiles_.element_bytes;
      panel.steps = std::min(block_steps_, steps - step);
      panel.add = step > 0;
      const bool last = step + panel.steps == steps;
      panel.tail = last && params_.quantized_output ? &tail : nullptr;
      for (int32_t i = part.first_panel; i < part.last_panel; ++i) {
        panel.channel = int64_t{i} * weights_.panel_columns();
        panel.weights = weights_.at(part.group, i, step);
        panel.vectors = weights_.vectors(i);
        panel.acc = reinterpret_cast<int32_t*>(scratch + packed_bytes()) + panel.channel;
        panel.columns =
            static_cast<int>(std::min<int64_t>(weights_.panel_columns(), weights_.columns() - panel.channel));
        panel.out = y.as<std::byte>() + (first_out + panel.channel) * static_cast<int64_t>(element_size(y.type));
        tiles_.run(panel);
        if (last && !params_.quantized_output) finish_float(panel, tail);
      }
    }
  }

  // Float outputs end a network, so plain code is fast enough.
  void finish_float(const GemmPanel& panel, const AccumulatorTail& tail) const {
    auto* out = static_cast<float*>(panel.out);
    for (int64_t row = 0; row < panel.rows; ++row) {
      for (int i = 0; i < panel.columns; ++i) {
        const int64_t channel = panel.channel + i;
        const int32_t acc = wrapping_add(panel.acc[row * panel.acc_pitch + i], tail.bias[channel]);
        const float slope = tail.slope ? tail.slope[channel] : 0.0f;
        out[row * panel.out_pitch + i] =
            params_.activation.apply(static_cast<float>(acc) * tail.multiplier[channel], slope);
      }
    }
  }

  const GemmTiles& tiles_;
  Conv2DParams params_;
  const GemmWeights weights_;
  const TailConstants tail_;
  PatchPacker packer_;
  const bool reads_input_;  // pointwise convolutions need no packing

  bool packs_ = true;
  int64_t rows_ = 0, row_bytes_ = 0, tile_rows_ = 0, block_steps_ = 0;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_conv2d_gemm(const NodeTensors& tensors, const GemmTiles& tiles) {
  std::unique_ptr<Kernel> declined;
  const Tensor& x = tensors.inputs[Conv2DParams::kX];
  Result<Conv2DParams> parsed = make_conv2d_params(tensors);
  if (!parsed.ok()) return parsed.take_status();
  Conv2DParams& params = parsed.value();
  if (params.arithmetic != Conv2DParams::Arithmetic::kInt32) return declined;
  if (x.type == ElementType::kUint8 ? !tiles.pack_u8 : !tiles.pack_u16) return declined;
  if (x.quantization->bits > 15 || x.constant) return declined;
  if (params.out_channels == 0 || params.in_channels == 0 || params.taps() == 0) return declined;
  const std::vector<int8_t> merged = merge_small_groups(&params);
  if (params.group > 1 && std::min(params.group_in(), params.group_out()) < kMinGroupChannels) return declined;
  Result<GemmWeights> weights = GemmWeights::pack(params, tiles);
  if (!weights.ok()) return weights.take_status();
  return std::unique_ptr<Kernel>(new Conv2DGemm(std::move(params), x.type, weights.take(), tiles));
}

}  // namespace magik::rt::kernels
