// Image processing over seeded pictures of every layout: a line with a checksum for each case. Every machine and kernel
// set prints the same lines; compare.sh compares them.
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "operators/bytes.h"
#include "venus.h"

namespace {

using venus::Bbox_t;
using venus::BsExtendParam;
using venus::BsPadType;
using venus::ChannelLayout;
using venus::Tensor;

struct Layout {
  ChannelLayout layout;
  const char* name;
  int channels;  // NV12's is the 1 of its shape
};
const Layout kLayouts[] = {{ChannelLayout::NV12, "NV12", 1}, {ChannelLayout::BGRA, "BGRA", 4},
                           {ChannelLayout::RGBA, "RGBA", 4}, {ChannelLayout::ARGB, "ARGB", 4},
                           {ChannelLayout::RGB, "RGB", 3},   {ChannelLayout::GRAY, "GRAY", 1}};

std::mt19937 generator(1);  // its numbers are the standard's, distributions' are not

int number(int low, int high) { return low + static_cast<int>(generator() % static_cast<uint32_t>(high - low + 1)); }
// A sixteenth is exact in float, so that matrices are the same everywhere.
float sixteenths(int low, int high) { return static_cast<float>(number(low, high)) / 16; }

size_t bytes_of(const Layout& layout, int width, int height) {
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  return layout.layout == ChannelLayout::NV12 ? pixels * 3 / 2 : pixels * static_cast<size_t>(layout.channels);
}

// Arguments are evaluated in another order by each compiler, so that only whole statements draw numbers.
Tensor picture(const Layout& layout, int most_pairs) {
  const int width = 2 * number(1, most_pairs);
  const int height = 2 * number(1, most_pairs);
  const bool nv12 = layout.layout == ChannelLayout::NV12;
  Tensor tensor({1, height, width, layout.channels}, nv12 ? venus::TensorFormat::NV12 : venus::TensorFormat::NHWC);
  auto* bytes = tensor.mudata<uint8_t>();
  for (size_t i = 0; i < bytes_of(layout, width, height); ++i) bytes[i] = static_cast<uint8_t>(generator() >> 24);
  return tensor;
}

Tensor matrix(bool perspective) {
  Tensor tensor({1, 3, 3, 1});
  auto* m = tensor.mudata<float>();
  const float values[] = {sixteenths(8, 40),   sixteenths(-12, 12), sixteenths(-300, 300),
                          sixteenths(-12, 12), sixteenths(8, 40),   sixteenths(-300, 300)};
  std::copy(values, values + 6, m);
  if (perspective) {
    m[6] = sixteenths(-1, 1) / 64;
    m[7] = sixteenths(-1, 1) / 64;
    m[8] = 1;
  }
  return tensor;
}

bool report(const char* operation, const Layout& from, const Layout& to, const Tensor& out, int status) {
  const venus::shape_t shape = out.shape();
  std::printf(
      "%s %s to %s %dx%d %016llx\n", operation, from.name, to.name, shape[2], shape[1],
      static_cast<unsigned long long>(magik::check::checksum(out.data<uint8_t>(), bytes_of(to, shape[2], shape[1]))));
  return status == 0;
}

bool check(const Layout& from, const Layout& to) {
  const Tensor in = picture(from, 50);
  BsExtendParam param;
  param.in_layout = from.layout;
  param.out_layout = to.layout;
  param.pad_val = static_cast<uint8_t>(number(0, 255));
  bool good = true;
  for (const BsPadType pad : {BsPadType::NONE, BsPadType::BOTTOM_RIGHT, BsPadType::SYMMETRY}) {
    param.pad_type = pad;
    Tensor out = picture(to, 60);
    good &= report("resize", from, to, out, warp_resize(in, out, &param));

    std::vector<Tensor> outs = {picture(to, 30)};
    const auto left = static_cast<float>(2 * number(-10, 10));
    const auto top = static_cast<float>(2 * number(-10, 10));
    const auto right = left + static_cast<float>(2 * number(2, 60));
    const auto bottom = top + static_cast<float>(2 * number(2, 60));
    std::vector<Bbox_t> boxes = {{left, top, right, bottom}};
    good &= report("crop", from, to, outs[0], crop_resize(in, outs, boxes, &param));
  }
  for (const bool perspective : {false, true}) {
    Tensor out = picture(to, 60);
    Tensor map = matrix(perspective);
    good &= perspective ? report("perspective", from, to, out, warp_perspective(in, out, map, &param))
                        : report("affine", from, to, out, warp_affine(in, out, map, &param));
  }
  return good;
}

}  // namespace

int main() {
  venus::venus_init();
  bool good = true;
  for (int round = 0; round < 3; ++round) {
    for (const Layout& from : kLayouts) {
      for (const Layout& to : kLayouts) good &= check(from, to);
    }
  }
  venus::venus_deinit();
  return good ? 0 : 1;
}
