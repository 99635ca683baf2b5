// Packs the input patches of output pixels into rows for the GEMM ("im2col", a tile of rows at a time).
#pragma once

#include <vector>

#include "venus/core/tensor.h"
#include "venus/kernels/conv2d/gemm_tiles.h"
#include "venus/ops/conv2d_params.h"

namespace magik::rt::kernels {

class PatchPacker {
 public:
  PatchPacker() = default;
  PatchPacker(const Conv2DParams& params, ElementType type, const GemmTiles& tiles);

  void prepare(const Conv2DGeometry& geometry) { geometry_ = geometry; }

  // Whether a patch is one pixel and output pixels are input pixels, so that packing only changes the type.
  bool pointwise() const;

  // Packs the patches of `count` output pixels from number `first` on, `row_bytes` apart. Writes up to 62 bytes behind
  // the last row.
  void pack(const Tensor& x, int32_t group, int64_t first, int64_t count, std::byte* out, int64_t row_bytes) const;

 private:
  // A group's part of one image.
  struct Image {
    const uint8_t* data;
    int64_t pixel_bytes;
    const uint8_t* padding;
    GemmTiles::Pack pack_taps;  // packs neighbouring pixels as one run of levels; null where there are gaps
  };
  Image find_image(const Tensor& x, int32_t group) const;
  void pack_patch(const Image& image, int32_t oy, int32_t ox, std::byte* out) const;

  Conv2DGeometry geometry_;
  int32_t channels_ = 0;       // of a group
  int64_t element_bytes_ = 0;  // of the input
  int64_t tap_bytes_ = 0;      // packed
  GemmTiles::Pack pack_ = nullptr, pack_rgba_ = nullptr;
  std::vector<uint8_t> padding_;  // the packed levels of kernel_w taps in the padding, for each group
};

}  // namespace magik::rt::kernels
