#include "venus/flavours/node_work.h"

#include <initializer_list>

#include "venus/core/dump.h"
#include "venus/ops/window.h"

namespace magik::rt {
namespace {

constexpr int32_t kPixelBytes = 4;  // of RGBA and BGRA

// Whether each value is pixels of 3 channels, in 4 bytes: an input, or an alias of one.
std::vector<bool> find_padded_pixels(const Network& network) {
  const Graph& graph = network.graph();
  std::vector<bool> padded(graph.values.size());
  const auto mark = [&](ValueId id) {
    const Tensor tensor = network.tensor(id);
    padded[static_cast<size_t>(id)] = tensor.shape.back() == 3 && tensor.pitch == kPixelBytes;
  };
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    if (graph.preprocessing[i].kind == InputKind::kPixels) mark(graph.inputs[i]);
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const bool alias = std::string(network.kernel_name(i)) == "alias";
    if (alias && padded[static_cast<size_t>(node.inputs[0])]) mark(node.outputs[0]);
  }
  return padded;
}

class Describer {
 public:
  explicit Describer(const Network& network) : network_(network), padded_(find_padded_pixels(network)) {}

  NodeWork describe(size_t index) const {
    const Graph& graph = network_.graph();
    const Node& node = graph.nodes[index];
    const NodeTensors& tensors = network_.node_tensors(index);
    NodeWork work;
    work.layer = runtime_name(graph, node);
    work.type = node.op;
    work.filter = work.stride = work.pad = work.dilation = kNotApplicable;
    int64_t bytes = 0;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (!tensors.has_input(i)) continue;
      const Shape shape = shape_in_memory(node.inputs[i], tensors.inputs[i]);
      if (!tensors.inputs[i].constant) work.inputs += shape_in_braces(shape);
      bytes += bytes_of(shape, tensors.inputs[i].type);
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const Shape shape = shape_in_memory(node.outputs[i], tensors.outputs[i]);
      work.outputs += shape_in_braces(shape);
      bytes += bytes_of(shape, tensors.outputs[i].type);
    }
    if (work.inputs.empty()) work.inputs = kNotApplicable;
    if (std::string(network_.kernel_name(index)) != "alias") work.bytes = bytes;
    if (node.op == "Conv2D") {
      describe_convolution(tensors, work);
    } else if (node.op == "MatMul") {
      const Shape& weight = tensors.inputs[1].shape;
      work.filter = shape_in_braces({weight[1], weight[0]});
      work.multiply_accumulates = tensors.outputs[0].elements() * weight[1];
    } else if (node.op == "BatchMatMul") {
      const Shape& a = tensors.inputs[0].shape;
      const int summed = node.attributes.integer("transpose_a", 0) != 0 ? a.rank() - 2 : a.rank() - 1;
      work.multiply_accumulates = tensors.outputs[0].elements() * a[summed];
    } else if (node.op == "MaxPool" || node.op == "AveragePool") {
      describe_pooling(tensors, work);
    } else if (node.op == "GlobalAveragePool") {
      work.type = "GlobalAvgPool";
    }
    return work;
  }

 private:
  Shape shape_in_memory(ValueId id, const Tensor& tensor) const {
    Shape shape = tensor.shape;
    if (padded_[static_cast<size_t>(id)]) shape[shape.rank() - 1] = kPixelBytes;
    return shape;
  }

  static int64_t bytes_of(const Shape& shape, ElementType type) {
    return shape.elements() * static_cast<int64_t>(element_size(type));
  }

  void describe_convolution(const NodeTensors& tensors, NodeWork& work) const {
    const Node& node = *tensors.node;
    const Shape& weight = tensors.inputs[1].shape;  // [output channels, height, width, input channels of a group]
    const bool depthwise = node.attributes.integer("group", 1) > 1 && weight[3] == 1;
    work.type = depthwise ? "DepthwiseConvolution" : "Convolution";
    const int32_t channels = padded_[static_cast<size_t>(node.inputs[0])] && weight[3] == 3 ? kPixelBytes : weight[3];
    work.filter = shape_in_braces({weight[1], weight[2], channels, weight[0]});
    work.multiply_accumulates = tensors.outputs[0].elements() * weight.elements(1, 4);
    Result<Window> window = parse_window(node.attributes, weight[1], weight[2]);
    if (window.ok()) describe_window(window.value(), tensors, work);
  }

  static void describe_pooling(const NodeTensors& tensors, NodeWork& work) {
    if (work.type == "AveragePool") work.type = "AvgPool";
    Result<Window> window = parse_pool_window(tensors.node->attributes);
    if (!window.ok()) return;
    work.filter = shape_in_braces({window.value().kernel[0], window.value().kernel[1]});
    describe_window(window.value(), tensors, work);
    if (work.type == "AvgPool") work.dilation = kNotApplicable;
  }

  static void describe_window(const Window& window, const NodeTensors& tensors, NodeWork& work) {
    const Shape& x = tensors.inputs[0].shape;
    Result<WindowAxis> vertical = resolve_window(window, 0, x[1]), horizontal = resolve_window(window, 1, x[2]);
    if (!vertical.ok() || !horizontal.ok()) return;
    const WindowAxis &v = vertical.value(), &h = horizontal.value();
    work.stride = shape_in_braces({v.stride, h.stride});
    work.pad = shape_in_braces({v.pad_begin, h.pad_begin, v.pad_end, h.pad_end});
    work.dilation = shape_in_braces({v.dilation, h.dilation});
  }

  const Network& network_;
  const std::vector<bool> padded_;
};

}  // namespace

std::vector<NodeWork> work_of(const Network& network) {
  const Describer describer(network);
  std::vector<NodeWork> works;
  for (size_t i = 0; i < network.node_count(); ++i) works.push_back(describer.describe(i));
  return works;
}

std::string shape_in_braces(const Shape& shape) {
  std::string text;
  for (const int32_t dim : shape) text += (text.empty() ? "" : ",") + std::to_string(dim);
  return "{" + text + "}";
}

}  // namespace magik::rt
