// Resize and its predecessor Upsample.
#include <algorithm>

#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

struct Target {  // one of the two
  Floats scales;
  Ints sizes;
};

// Images whose batch and channels keep their size are resized as [N,H,W,C]; anything else where it is.
void emit_resize(OnnxNode& n, Target target, rt::Attributes attrs) {
  const ValueId x = n.input(0);
  const rt::Shape& shape = n.shape(x);
  const size_t rank = static_cast<size_t>(shape.rank());
  const size_t given = target.scales.empty() ? target.sizes.size() : target.scales.size();
  if (given != rank) n.fail("{} scales or sizes for an input of {} axes", given, rank);
  const auto keeps = [&](size_t axis) {
    return target.scales.empty() ? target.sizes[axis] == shape[static_cast<int>(axis)] : target.scales[axis] == 1.0f;
  };
  const bool image = rank == 4 && keeps(0) && keeps(1);
  const auto to_nhwc = [](auto& list) { std::rotate(list.begin() + 1, list.begin() + 2, list.end()); };
  if (!target.scales.empty()) {
    if (image) to_nhwc(target.scales);
    attrs.set("scales", target.scales);
  } else {
    if (image) to_nhwc(target.sizes);
    attrs.set("sizes", target.sizes);
  }
  if (!image) return n.emit("Resize", {x}, attrs);
  n.set_output(0, n.emit_channels_last("Resize", {n.channels_last(x)}, attrs));
}

// Upsample and opset 10's Resize: corner-aligned pixels without an offset. Nearest rounds down where it enlarges, up
// where it shrinks, as ONNX Runtime does.
void resize_of_scales(OnnxNode& n) {
  Target target;
  target.scales = n.has_input(1) ? n.constant_floats(1) : n.numbers("scales");
  std::string mode = n.text("mode", "nearest");
  if (mode == "bilinear") mode = "linear";
  if (mode != "nearest" && mode != "linear") n.fail("mode is '{}', expected nearest or linear", mode);
  const auto shrinks = [](float scale) { return scale < 1.0f; };
  const auto enlarges = [](float scale) { return scale > 1.0f; };
  const bool any_shrinks = std::any_of(target.scales.begin(), target.scales.end(), shrinks);
  if (mode == "nearest" && any_shrinks && std::any_of(target.scales.begin(), target.scales.end(), enlarges)) {
    unsupported("mode nearest that enlarges one axis and shrinks another");
  }
  emit_resize(
      n, target,
      attributes("mode", mode, "coordinate_mode", "asymmetric", "nearest_mode", any_shrinks ? "ceil" : "floor"));
}

void resize(OnnxNode& n) {
  if (n.opset() < 11) return resize_of_scales(n);
  const ValueId x = n.input(0);
  Target target;
  if (n.has_input(2)) target.scales = n.constant_floats(2);
  if (target.scales.empty() && n.has_input(3)) target.sizes = n.constant_ints(3);
  if (target.scales.empty() && target.sizes.empty()) n.fail("it has neither scales nor sizes");

  // Opset 18 may name the axes that scales and sizes are for; the others keep their size.
  if (n.has("axes")) {
    const Ints axes = n.axes(n.integers("axes"), n.rank(x));
    const rt::Shape& shape = n.shape(x);
    Floats scales(static_cast<size_t>(shape.rank()), 1.0f);
    Ints sizes(shape.begin(), shape.end());
    if (axes.size() != std::max(target.scales.size(), target.sizes.size())) {
      n.fail("{} axes for {} scales or sizes", axes.size(), std::max(target.scales.size(), target.sizes.size()));
    }
    for (size_t i = 0; i < axes.size(); ++i) {
      if (!target.scales.empty()) scales[static_cast<size_t>(axes[i])] = target.scales[i];
      if (!target.sizes.empty()) sizes[static_cast<size_t>(axes[i])] = target.sizes[i];
    }
    if (target.scales.empty()) {
      target.sizes = sizes;
    } else {
      target.scales = scales;
    }
  }
  if (n.integer("antialias", 0) != 0) unsupported("antialias 1");
  if (!target.sizes.empty() && n.text("keep_aspect_ratio_policy", "stretch") != "stretch") {
    unsupported("keep_aspect_ratio_policy {}", n.text("keep_aspect_ratio_policy", ""));
  }
  const std::string coordinates = n.text("coordinate_transformation_mode", "half_pixel");
  const auto known = {"half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"};
  if (std::find(known.begin(), known.end(), coordinates) == known.end()) {
    unsupported("coordinate_transformation_mode {}", coordinates);
  }
  emit_resize(n, target,
              attributes("mode", n.text("mode", "nearest"), "coordinate_mode", coordinates, "nearest_mode",
                         n.text("nearest_mode", "round_prefer_floor"), "cubic_coeff", n.number("cubic_coeff_a", -0.75f),
                         "exclude_outside", n.integer("exclude_outside", 0)));
}

constexpr OnnxOp kOps[] = {
    {"Resize", resize},
    {"Upsample", resize_of_scales},
};

}  // namespace

std::span<const OnnxOp> resize_ops() { return kOps; }

}  // namespace magik::transform
