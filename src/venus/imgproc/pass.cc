#include "venus/imgproc/pass.h"

namespace magik::imgproc {
namespace {

constexpr int16_t kNoChroma = 128 << kFractionBits;

Pass pass_of(const Plane& source, const Rect& box, int16_t fill, const OutputPlane& output, const Recipe& recipe) {
  return {{source, source}, 1, box, {fill, fill, fill, fill}, 1, recipe, output, 1};
}

std::vector<Pass> nv12_to_nv12(const Image& source, const Rect& box, const OutputImage& output, uint8_t fill) {
  std::vector<Pass> passes = {
      pass_of(source.plane(), box, widened(luma_of_gray(fill)), output.plane(), copy_recipe(1)),
      pass_of(source.chroma(), box.half(), kNoChroma, output.chroma(), copy_recipe(2)),
  };
  passes[1].source_step = passes[1].output_step = 2;
  return passes;
}

std::vector<Pass> pixels_to_nv12(const Image& source, const Rect& box, const OutputImage& output, uint8_t fill) {
  std::vector<Pass> passes;
  for (const OutputKind kind : {OutputKind::kLuma, OutputKind::kChroma}) {
    const bool luma = kind == OutputKind::kLuma;
    passes.push_back(pass_of(source.plane(), box, widened(fill), luma ? output.plane() : output.chroma(),
                             pixels_recipe(source.layout, kind, source.layout)));
    passes.back().output_step = luma ? 1 : 2;
  }
  return passes;
}

Pass nv12_to_pixels(const Image& source, const Rect& box, const OutputImage& output, uint8_t fill,
                    const YuvToRgb& yuv) {
  const bool gray = output.layout == ChannelLayout::GRAY;
  Pass pass = pass_of(source.plane(), box, luma_sample_of_gray(fill, yuv), output.plane(),
                      gray ? nv12_to_gray_recipe(yuv) : nv12_to_pixels_recipe(output.layout, yuv));
  if (gray) return pass;
  pass.planes[1] = source.chroma();
  pass.plane_count = 2;
  pass.fill[1] = pass.fill[2] = static_cast<int16_t>(yuv.chroma_offset << kFractionBits);
  return pass;
}

}  // namespace

std::vector<Pass> passes_for(const Image& source, const Rect& box, const OutputImage& output, uint8_t fill,
                             const YuvToRgb& yuv) {
  if (output.nv12()) {
    return source.nv12() ? nv12_to_nv12(source, box, output, fill) : pixels_to_nv12(source, box, output, fill);
  }
  if (source.nv12()) return {nv12_to_pixels(source, box, output, fill, yuv)};
  return {pass_of(source.plane(), box, widened(fill), output.plane(),
                  pixels_recipe(source.layout, OutputKind::kPixels, output.layout))};
}

}  // namespace magik::imgproc
