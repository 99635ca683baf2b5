// Operators on [N,C,H,W] images, and on [N,C,L] sequences as images of height 1.
#include <cmath>

#include "transform/frontends/onnx/onnx_ops.h"
#include "transform/text/counted.h"

namespace magik::transform {
namespace {

int spatial_axes(const OnnxNode& n) { return n.rank(n.input(0)) - 2; }

void require_one_or_two_spatial_axes(const OnnxNode& n) {
  const int axes = spatial_axes(n);
  if (axes < 1) n.fail("its input has the shape {}, expected [N,C,H,W]", n.shape(n.input(0)).text());
  if (axes > 2) unsupported("{} spatial axes, 1 and 2 are supported", axes);
}

// A tensor of the source as [N,H,W,C]; a sequence has height 1.
ValueId image(OnnxNode& n, ValueId id, const char* suffix) {
  const ValueId moved = n.channels_last(id);
  if (n.rank(id) != 3) return moved;
  return n.emit_helper(suffix, "Unsqueeze", {moved}, attributes("axes", Ints{1}));
}
ValueId image_input(OnnxNode& n) { return image(n, n.input(0), "image"); }

void emit_image(OnnxNode& n, const char* op, const std::vector<ValueId>& inputs, rt::Attributes attrs) {
  if (spatial_axes(n) == 2) {
    n.set_output(0, n.emit_channels_last(op, inputs, std::move(attrs)));
    return;
  }
  const ValueId y = n.emit_helper("2d", op, inputs, std::move(attrs));
  n.set_output(0, n.emit_channels_last("Squeeze", {y}, attributes("axes", Ints{1})));
}

// A per-axis list of the node in two dimensions: sequences get the height's `neutral` in front.
Ints per_axis(const OnnxNode& n, const char* name, int64_t neutral) {
  const size_t axes = static_cast<size_t>(spatial_axes(n));
  Ints list = n.integers(name, Ints(axes, neutral));
  if (list.size() != axes) n.fail("attribute '{}' has {} numbers, expected {}", name, list.size(), axes);
  if (axes == 1) list.insert(list.begin(), neutral);
  return list;
}

// Strides, dilations and padding, as the graph's image operators have them.
rt::Attributes window(const OnnxNode& n) {
  rt::Attributes attrs = attributes("strides", per_axis(n, "strides", 1), "dilations", per_axis(n, "dilations", 1));
  const std::string auto_pad = n.text("auto_pad", "NOTSET");
  if (auto_pad != "NOTSET" && !auto_pad.empty()) {
    if (auto_pad != "SAME_UPPER" && auto_pad != "SAME_LOWER" && auto_pad != "VALID") {
      n.fail("auto_pad is '{}', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID", auto_pad);
    }
    attrs.set("auto_pad", auto_pad);
    return attrs;
  }
  const size_t axes = static_cast<size_t>(spatial_axes(n));
  Ints pads = n.integers("pads", Ints(2 * axes, 0));
  if (pads.size() != 2 * axes) n.fail("attribute 'pads' has {} numbers, expected {}", pads.size(), 2 * axes);
  if (axes == 1) pads = {0, pads[0], 0, pads[1]};
  for (int64_t pad : pads) {
    if (pad < 0) unsupported("negative padding");
  }
  attrs.set("pads", pads);
  return attrs;
}

void conv(OnnxNode& n) {
  require_one_or_two_spatial_axes(n);
  const ValueId weight = n.input(1);
  if (!n.builder().is_constant(weight)) unsupported("weights that are not constant");
  if (n.rank(weight) != n.rank(n.input(0))) {
    n.fail("its weight has the shape {}, its input {}: expected as many axes", n.shape(weight).text(),
           n.shape(n.input(0)).text());
  }
  const int64_t group = n.integer("group", 1), channels = n.shape(n.input(0))[1];
  if (group > 0 && channels != n.shape(weight)[1] * group) {
    n.fail("its input of shape {} has {}, but its weight of shape {} in {} takes {}", n.shape(n.input(0)).text(),
           counted(static_cast<size_t>(channels), "channel"), n.shape(weight).text(),
           counted(static_cast<size_t>(group), "group"), n.shape(weight)[1] * group);
  }
  if (n.has("kernel_shape")) {
    const rt::Shape& shape = n.shape(weight);
    if (n.integers("kernel_shape") != Ints(shape.begin() + 2, shape.end())) {
      n.fail("kernel_shape does not agree with its weight's shape {}", shape.text());
    }
  }
  std::vector<ValueId> inputs{image_input(n), image(n, weight, "weight")};
  if (n.has_input(2)) {
    if (!n.builder().is_constant(n.input(2))) unsupported("a bias that is not constant");
    inputs.push_back(n.input(2));
  }
  rt::Attributes attrs = window(n);
  attrs.set("group", group);
  emit_image(n, "Conv2D", inputs, attrs);
}

void max_pool(OnnxNode& n) {
  require_one_or_two_spatial_axes(n);
  if (n.is_read(1)) unsupported("the output Indices");
  rt::Attributes attrs = window(n);
  if (!n.has("kernel_shape")) n.fail("attribute 'kernel_shape' is missing");
  attrs.set("kernel", per_axis(n, "kernel_shape", 1));
  attrs.set("ceil_mode", n.integer("ceil_mode", 0));
  emit_image(n, "MaxPool", {image_input(n)}, attrs);
}

void average_pool(OnnxNode& n) {
  require_one_or_two_spatial_axes(n);
  rt::Attributes attrs = window(n);
  if (attrs.integers("dilations") != Ints{1, 1}) unsupported("dilations other than 1");
  attrs.erase("dilations");
  if (!n.has("kernel_shape")) n.fail("attribute 'kernel_shape' is missing");
  attrs.set("kernel", per_axis(n, "kernel_shape", 1));
  attrs.set("ceil_mode", n.integer("ceil_mode", 0));
  attrs.set("count_include_pad", n.integer("count_include_pad", 0));
  emit_image(n, "AveragePool", {image_input(n)}, attrs);
}

// Images have an operator of their own; other ranks are reductions over all axes behind the channels.
void global_pool(OnnxNode& n, const char* image_op, const char* reduction) {
  const ValueId x = n.input(0);
  if (n.rank(x) == 4) {
    n.set_output(0, n.emit_channels_last(image_op, {n.channels_last(x)}));
    return;
  }
  if (n.rank(x) < 3) n.fail("its input has the shape {}, expected [N,C,H,W]", n.shape(x).text());
  Ints axes;
  for (int axis = 2; axis < n.rank(x); ++axis) axes.push_back(axis);
  n.emit(reduction, {x}, attributes("axes", axes, "keepdims", 1));
}

void global_average_pool(OnnxNode& n) { global_pool(n, "GlobalAveragePool", "ReduceMean"); }
void global_max_pool(OnnxNode& n) { global_pool(n, "GlobalMaxPool", "ReduceMax"); }

// In inference: y = x * s + (b - mean * s) with s = scale / sqrt(variance + epsilon).
void batch_normalization(OnnxNode& n) {
  if (n.integer("training_mode", 0) != 0) unsupported("training_mode 1");
  if (n.integer("spatial", 1) != 1) unsupported("spatial 0");
  for (size_t i = 1; i < n.output_count(); ++i) {
    if (n.is_read(i)) unsupported("outputs of training");
  }
  const ValueId x = n.input(0);
  if (n.rank(x) < 2) n.fail("its input has the shape {}, expected [N,C,...]", n.shape(x).text());
  Floats scale = n.constant_floats(1), bias = n.constant_floats(2);
  const Floats mean = n.constant_floats(3), variance = n.constant_floats(4);
  const int32_t channels = n.shape(x)[1];
  for (const Floats* list : std::initializer_list<const Floats*>{&scale, &bias, &mean, &variance}) {
    if (list->size() != static_cast<size_t>(channels)) {
      n.fail("a parameter has {} elements for {} channels", list->size(), channels);
    }
  }
  const double epsilon = n.number("epsilon", 1e-5f);
  for (size_t c = 0; c < scale.size(); ++c) {
    const double s = scale[c] / std::sqrt(variance[c] + epsilon);
    bias[c] = static_cast<float>(bias[c] - mean[c] * s);
    scale[c] = static_cast<float>(s);
  }
  const ValueId scales = n.builder().constant_floats(n.helper("scale"), {channels}, scale);
  const ValueId biases = n.builder().constant_floats(n.helper("bias"), {channels}, bias);
  n.set_output(0, n.emit_channels_last("BatchNormScale", {n.channels_last(x), scales, biases}));
}

void rearrange_depth(OnnxNode& n) {
  if (n.rank(n.input(0)) != 4) n.fail("its input has the shape {}, expected [N,C,H,W]", n.shape(n.input(0)).text());
  const std::string mode = n.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") n.fail("mode is '{}', expected DCR or CRD", mode);
  const auto attrs = attributes("blocksize", n.integer("blocksize", 0), "mode", mode);
  n.set_output(0, n.emit_channels_last(n.op().c_str(), {n.channels_last(n.input(0))}, attrs));
}

constexpr OnnxOp kOps[] = {
    {"AveragePool", average_pool},
    {"BatchNormalization", batch_normalization},
    {"Conv", conv},
    {"DepthToSpace", rearrange_depth},
    {"GlobalAveragePool", global_average_pool},
    {"GlobalMaxPool", global_max_pool},
    {"MaxPool", max_pool},
    {"SpaceToDepth", rearrange_depth},
};

}  // namespace

std::span<const OnnxOp> image_ops() { return kOps; }

}  // namespace magik::transform
