// Image processing on one thread: frames of 1920x1080 pixels. Where libyuv is installed, the same work by it; run both
// with --benchmark_enable_random_interleaving=true --benchmark_repetitions=N to compare them.
#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <random>
#include <vector>

#include "venus.h"

namespace magik::imgproc {
namespace {

using venus::BsExtendParam;
using venus::BsPadType;
using venus::ChannelLayout;
using venus::Tensor;

constexpr int kWidth = 1920, kHeight = 1080;

Tensor frame(ChannelLayout layout) {
  Tensor tensor({1, kHeight, kWidth, layout == ChannelLayout::NV12 ? 1 : 4});
  std::mt19937 random(1);
  const int bytes = layout == ChannelLayout::NV12 ? kWidth * kHeight * 3 / 2 : kWidth * kHeight * 4;
  for (int i = 0; i < bytes; ++i) tensor.mudata<uint8_t>()[i] = static_cast<uint8_t>(random());
  return tensor;
}

BsExtendParam parameters(ChannelLayout in, BsPadType type) {
  BsExtendParam param;
  param.in_layout = in;
  param.out_layout = ChannelLayout::BGRA;
  param.pad_type = type;
  param.pad_val = 114;
  return param;
}

void resize(benchmark::State& state, ChannelLayout in, int width, int height) {
  Tensor input = frame(in), output({1, height, width, 4});
  BsExtendParam param = parameters(in, BsPadType::SYMMETRY);
  for (auto _ : state) venus::warp_resize(input, output, &param);
}

void warp(benchmark::State& state, ChannelLayout in, bool perspective) {
  Tensor input = frame(in), output({1, 384, 640, 4}), matrix({1, 3, 3, 1});
  const float values[] = {0.3f, 0.05f, 10, -0.05f, 0.3f, 40, 1e-5f, 2e-5f, 1};
  std::copy_n(values, 9, matrix.mudata<float>());
  BsExtendParam param = parameters(in, BsPadType::NONE);
  const auto function = perspective ? venus::warp_perspective : venus::warp_affine;
  for (auto _ : state) function(input, output, matrix, &param);
}

void convert(benchmark::State& state) {
  Tensor input = frame(ChannelLayout::NV12), output({1, kHeight, kWidth, 4});
  for (auto _ : state) venus::warp_covert_nv2bgr(input, output);
}

BENCHMARK_CAPTURE(resize, nv12_letterbox_640x384, ChannelLayout::NV12, 640, 384);
BENCHMARK_CAPTURE(resize, nv12_1280x720, ChannelLayout::NV12, 1280, 720);
BENCHMARK_CAPTURE(resize, bgra_letterbox_640x384, ChannelLayout::BGRA, 640, 384);
BENCHMARK_CAPTURE(resize, bgra_1280x720, ChannelLayout::BGRA, 1280, 720);
BENCHMARK_CAPTURE(warp, nv12_affine, ChannelLayout::NV12, false);
BENCHMARK_CAPTURE(warp, bgra_affine, ChannelLayout::BGRA, false);
BENCHMARK_CAPTURE(warp, nv12_perspective, ChannelLayout::NV12, true);
BENCHMARK(convert);

// The functions of libyuv that do the same, by their declarations in libyuv/scale_uv.h and libyuv/convert_argb.h.
struct LibYuv {
  using Scale = int (*)(const uint8_t* y, int y_stride, const uint8_t* uv, int uv_stride, int width, int height,
                        uint8_t* to_y, int to_y_stride, uint8_t* to_uv, int to_uv_stride, int to_width, int to_height,
                        int filter);
  using Convert = int (*)(const uint8_t* y, int y_stride, const uint8_t* uv, int uv_stride, uint8_t* argb, int stride,
                          int width, int height);
  Scale scale;
  Convert convert;
};

void libyuv_resize(benchmark::State& state, LibYuv yuv, int width, int height, int content_height) {
  constexpr int kBilinear = 2;
  const Tensor input = frame(ChannelLayout::NV12);
  const auto* luma = input.data<uint8_t>();
  std::vector<uint8_t> small(static_cast<size_t>(width * content_height * 3 / 2));
  std::vector<uint8_t> output(static_cast<size_t>(width * height * 4));
  uint8_t* chroma = small.data() + width * content_height;
  const int top = (height - content_height) / 2;
  for (auto _ : state) {
    yuv.scale(luma, kWidth, luma + kWidth * kHeight, kWidth, kWidth, kHeight, small.data(), width, chroma, width, width,
              content_height, kBilinear);
    std::fill_n(output.begin(), width * 4 * top, static_cast<uint8_t>(114));
    yuv.convert(small.data(), width, chroma, width, output.data() + width * 4 * top, width * 4, width, content_height);
    std::fill_n(output.end() - width * 4 * top, width * 4 * top, static_cast<uint8_t>(114));
    benchmark::ClobberMemory();
  }
}

const bool registered = [] {
  void* library = dlopen("libyuv.so.0", RTLD_NOW);
  if (library == nullptr) return false;
  const LibYuv yuv = {reinterpret_cast<LibYuv::Scale>(dlsym(library, "NV12Scale")),
                      reinterpret_cast<LibYuv::Convert>(dlsym(library, "NV12ToARGB"))};
  if (yuv.scale == nullptr || yuv.convert == nullptr) return false;
  benchmark::RegisterBenchmark("resize/libyuv_letterbox_640x384", libyuv_resize, yuv, 640, 384, 360);
  benchmark::RegisterBenchmark("resize/libyuv_1280x720", libyuv_resize, yuv, 1280, 720, 720);
  return true;
}();

}  // namespace
}  // namespace magik::imgproc
