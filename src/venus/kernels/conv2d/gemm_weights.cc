#include "venus/kernels/conv2d/gemm_weights.h"

namespace magik::rt::kernels {
namespace {

constexpr uint64_t kReadSlack = 16;  // tiles may read so much behind a panel

// T: the packed type, int8_t or int16_t. Writes columns [first, first + width) of one group's [columns, k] weights.
template <typename T>
T* pack_columns(const int8_t* weights, int64_t k, int32_t columns, int32_t first, int32_t width, int64_t steps,
                int depth, T* out) {
  for (int64_t i = 0; i < steps * depth; ++i) {
    T* to = out + i / depth * width * depth + i % depth;
    for (int32_t column = first; column < first + width; ++column, to += depth) {
      *to = column < columns && i < k ? weights[column * k + i] : T{0};
    }
  }
  return out + steps * depth * width;
}

}  // namespace

Result<GemmWeights> GemmWeights::pack(const Conv2DParams& params, const GemmTiles& tiles) {
  const int64_t k = params.taps() * params.group_in();
  GemmWeights result;
  result.lanes_ = tiles.lanes;
  result.step_bytes_ = tiles.depth * tiles.weight_bytes;
  result.columns_ = params.group_out();
  result.panel_columns_ = GemmTiles::kMaxVectors * tiles.lanes;
  result.padded_columns_ = (result.columns_ + tiles.lanes - 1) / tiles.lanes * tiles.lanes;
  result.steps_ = (k + tiles.depth - 1) / tiles.depth;
  result.memory_ = allocate_aligned(static_cast<uint64_t>(params.group * result.group_bytes()) + kReadSlack);
  if (!result.memory_) return Status::error("no memory for packed weights of %d channels", params.out_channels);

  std::byte* out = result.memory_.get();
  for (int32_t group = 0; group < params.group; ++group) {
    const int8_t* weights = params.weight_q + group * result.columns_ * k;
    for (int32_t panel = 0; panel < result.panels(); ++panel) {
      const int32_t first = panel * result.panel_columns_, width = result.vectors(panel) * tiles.lanes;
      const auto pack_as = [&](auto* typed) {
        typed = pack_columns(weights, k, result.columns_, first, width, result.steps_, tiles.depth, typed);
        return reinterpret_cast<std::byte*>(typed);
      };
      out =
          tiles.weight_bytes == 1 ? pack_as(reinterpret_cast<int8_t*>(out)) : pack_as(reinterpret_cast<int16_t*>(out));
    }
  }
  return result;
}

}  // namespace magik::rt::kernels
