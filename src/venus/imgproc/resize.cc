// Separable: each output row is first blended from two source rows, which is a plain loop over adjacent bytes, and then
// takes its pixels out of the blended row. A picture that shrinks by an odd number, such as 1080p to 640x360, has
// pixels that lie in the middle of source pixels: they are picked right out of the source.
#include "venus/imgproc/resize.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace magik::imgproc {
namespace {

// For each output pixel along one axis: lerp(source[index], source[index + 1], weight).
struct Taps {
  std::vector<int32_t> index;
  std::vector<int16_t> weight;

  Taps(int source, int output) : index(static_cast<size_t>(output)), weight(static_cast<size_t>(output)) {
    for (int i = 0; i < output; ++i) {
      // (i + 1/2) * source / output - 1/2, rounded.
      const int64_t twice = ((2 * static_cast<int64_t>(i) + 1) * source) << kPositionBits;
      const int64_t position = (twice + output) / (2 * static_cast<int64_t>(output)) - kPositionOne / 2;
      set(i, std::min<int64_t>(std::max<int64_t>(position, 0), static_cast<int64_t>(source - 1) << kPositionBits));
    }
  }

  // Whether nothing is between two pixels: the picture shrinks by an odd number or keeps its size. Indices are then in
  // equal steps, their halves in pairs of steps.
  bool whole() const {
    return std::all_of(weight.begin(), weight.end(), [](int16_t w) { return w == 0; });
  }

  // The chroma taps of NV12 whose luma taps these are: two luma pixels of one block have the same chroma.
  Taps of_blocks() const {
    Taps taps = *this;
    for (size_t i = 0; i < index.size(); ++i) {
      taps.index[i] /= 2;
      if (index[i] % 2 == 0) taps.weight[i] = 0;
    }
    return taps;
  }

 private:
  void set(int i, int64_t position) {
    index[static_cast<size_t>(i)] = static_cast<int32_t>(position >> kPositionBits);
    weight[static_cast<size_t>(i)] = static_cast<int16_t>(position & (kPositionOne - 1));
  }
};

template <int kChannels>
void take(Kernels::Take kernel, const int16_t* row, const int32_t* index, const int16_t* weight, int count,
          int16_t (*out)[kChunk]) {
  for (int i = kernel ? kernel(row, index, weight, count, out) : 0; i < count; ++i) {
    const int16_t* pixel = row + static_cast<ptrdiff_t>(index[i]) * kChannels;
    for (int c = 0; c < kChannels; ++c) out[c][i] = lerp(pixel[c], pixel[c + kChannels], weight[i]);
  }
}

template <int kChannels>
void pick(Kernels::Pick kernel, const uint8_t* row, const int32_t* index, int count, int16_t (*out)[kChunk]) {
  for (int i = kernel ? kernel(row, index, count, out) : 0; i < count; ++i) {
    const uint8_t* pixel = row + static_cast<ptrdiff_t>(index[i]) * kChannels;
    for (int c = 0; c < kChannels; ++c) out[c][i] = widened(pixel[c]);
  }
}

// One plane of a pass: makes blended rows of the box and samples of them.
class ResizedPlane {
 public:
  ResizedPlane(const Plane& plane, const Rect& box, const int16_t* fill, Taps columns, Taps rows,
               const Kernels& kernels)
      : plane_(plane),
        box_(box),
        inside_(intersection(box, plane.area())),
        fill_(fill),
        columns_(std::move(columns)),
        rows_(std::move(rows)),
        kernels_(kernels),
        picks_(columns_.whole() && inside_.width == box.width),
        // One pixel more: the second neighbour of the last one, whose weight is 0.
        blended_((static_cast<size_t>(box.width) + 1) * static_cast<size_t>(plane.channels)) {
    fill_pixels(0, box.width);
  }

  void start_row(int y) {
    const int top = box_.top + rows_.index[static_cast<size_t>(y)];
    const int weight = rows_.weight[static_cast<size_t>(y)];
    const int bottom = weight == 0 ? top : top + 1;
    const int left = inside_.left - box_.left;
    if (inside_.width <= 0) return;
    int16_t* out = blended_.data() + static_cast<ptrdiff_t>(left) * plane_.channels;
    source_ = picks_ && weight == 0 && has_row(top) ? plane_.at(inside_.left, top) : nullptr;
    if (source_ != nullptr) return;
    if (has_row(top) && has_row(bottom)) {
      blend(plane_.at(inside_.left, top), plane_.at(inside_.left, bottom), weight, out);
    } else {
      fill_pixels(left, left + inside_.width);
      if (has_row(top)) blend_with_fill(plane_.at(inside_.left, top), kPositionOne - weight, out);
      if (has_row(bottom)) blend_with_fill(plane_.at(inside_.left, bottom), weight, out);
    }
  }

  void sample(int x, int count, int16_t (*out)[kChunk]) const {
    switch (plane_.channels) {
      case 1:
        return sample<1>(kernels_.pick1, kernels_.take1, x, count, out);
      case 2:
        return sample<2>(kernels_.pick2, kernels_.take2, x, count, out);
      case 3:
        return sample<3>(nullptr, nullptr, x, count, out);
      default:
        return sample<4>(kernels_.pick4, kernels_.take4, x, count, out);
    }
  }

 private:
  template <int kChannels>
  void sample(Kernels::Pick picker, Kernels::Take taker, int x, int count, int16_t (*out)[kChunk]) const {
    const int32_t* index = columns_.index.data() + x;
    if (source_ != nullptr) {
      pick<kChannels>(picker, source_, index, count, out);
    } else {
      take<kChannels>(taker, blended_.data(), index, columns_.weight.data() + x, count, out);
    }
  }

  bool has_row(int y) const { return y >= 0 && y < plane_.height; }

  void fill_pixels(int begin, int end) {
    int16_t* out = blended_.data() + static_cast<ptrdiff_t>(begin) * plane_.channels;
    for (int x = begin; x < end; ++x) out = std::copy_n(fill_, plane_.channels, out);
  }

  void blend(const uint8_t* top, const uint8_t* bottom, int weight, int16_t* out) const {
    const int count = inside_.width * plane_.channels;
    const int done = kernels_.blend ? kernels_.blend(top, bottom, weight, count, out) : 0;
    for (int i = done; i < count; ++i) out[i] = lerp(widened(top[i]), widened(bottom[i]), weight);
  }

  // Where only one of the two rows is inside of the image; `out` holds the fill.
  void blend_with_fill(const uint8_t* row, int weight, int16_t* out) const {
    const int count = inside_.width * plane_.channels;
    for (int i = 0; i < count; ++i) out[i] = lerp(out[i], widened(row[i]), weight);
  }

  const Plane plane_;
  const Rect box_, inside_;
  const int16_t* fill_;
  const Taps columns_, rows_;
  const Kernels& kernels_;
  const bool picks_;                 // pixels out of single source rows
  const uint8_t* source_ = nullptr;  // the row to pick from; null: the blended one
  std::vector<int16_t> blended_;
};

void resize_content(const Pass& pass, const OutputPlane& output, const Kernels& kernels, PixelWriter& writer) {
  const Taps columns(pass.box.width, output.width), rows(pass.box.height, output.height);
  std::vector<ResizedPlane> planes;
  planes.reserve(2);
  planes.emplace_back(pass.planes[0], pass.box, pass.fill, columns, rows, kernels);
  if (pass.plane_count == 2) {
    planes.emplace_back(pass.planes[1], pass.box.half(), pass.fill + 1, columns.of_blocks(), rows.of_blocks(), kernels);
  }
  for (int y = 0; y < output.height; ++y) {
    for (ResizedPlane& plane : planes) plane.start_row(y);
    for (int x = 0; x < output.width; x += kChunk) {
      const int count = std::min(kChunk, output.width - x);
      int16_t(*samples)[kChunk] = writer.samples().channel;
      for (size_t p = 0; p < planes.size(); ++p) planes[p].sample(x, count, samples + p);
      writer.write(count, output.at(x, y));
    }
  }
}

// A rectangle in the pass's fill.
void fill_area(const Pass& pass, const OutputPlane& area, PixelWriter& writer) {
  if (area.area().empty()) return;
  for (int c = 0; c < kMostChannels; ++c) std::fill_n(writer.samples().channel[c], kChunk, pass.fill[c]);
  for (int x = 0; x < area.width; x += kChunk) writer.write(std::min(kChunk, area.width - x), area.at(x, 0));
  for (int y = 1; y < area.height; ++y) {
    std::memcpy(area.at(0, y), area.at(0, 0), static_cast<size_t>(area.width) * static_cast<size_t>(area.channels));
  }
}

// int(scale * side), one more if odd; at least something.
int scaled_side(double scale, int side, int most) {
  const int scaled = static_cast<int>(scale * side);
  return std::min(std::max(scaled + scaled % 2, 2), most);
}

int centered(int content, int side, bool even) {
  const int start = (side - content) / 2;
  return even ? std::min(start + start % 2, side - content) : start;
}

}  // namespace

Rect place(Fit fit, int width, int height, int output_width, int output_height, bool even_left, bool even_top) {
  if (fit == Fit::kStretch) return {0, 0, output_width, output_height};
  const double scale = std::min(static_cast<double>(output_width) / width, static_cast<double>(output_height) / height);
  const int content_width = scaled_side(scale, width, output_width);
  const int content_height = scaled_side(scale, height, output_height);
  if (fit == Fit::kBottomRight) return {0, 0, content_width, content_height};
  return {centered(content_width, output_width, even_left), centered(content_height, output_height, even_top),
          content_width, content_height};
}

void resize(const Pass& pass, const Rect& content, const Kernels& kernels) {
  const OutputPlane& output = pass.output;
  const Rect place = pass.output_step == 2 ? content.half() : content;
  PixelWriter writer(pass.recipe, kernels);
  resize_content(pass, output.part(place), kernels, writer);
  const int right = place.left + place.width, bottom = place.top + place.height;
  fill_area(pass, output.part({0, 0, output.width, place.top}), writer);
  fill_area(pass, output.part({0, bottom, output.width, output.height - bottom}), writer);
  fill_area(pass, output.part({0, place.top, place.left, place.height}), writer);
  fill_area(pass, output.part({right, place.top, output.width - right, place.height}), writer);
}

}  // namespace magik::imgproc
