// Layers of ResNet-18, ResNeXt-50, MobileNetV2 and EfficientNet-Lite0 on every instruction set of this CPU: "GMAC/s".
#include "venus/kernels/kernel_bench.h"

namespace magik::rt {
namespace {

using namespace test;

struct Layer {
  const char* name;
  int32_t size, in, kernel, stride, out;
  int32_t group = 1;

  bool depthwise() const { return group == in; }
};

constexpr Layer kLayers[] = {
    {"resnet_conv1", 224, 3, 7, 2, 64},
    {"resnet_layer1", 56, 64, 3, 1, 64},
    {"resnet_layer2_down", 56, 64, 3, 2, 128},
    {"resnet_layer2_skip", 56, 64, 1, 2, 128},
    {"resnet_layer2", 28, 128, 3, 1, 128},
    {"resnet_layer3", 14, 256, 3, 1, 256},
    {"resnet_layer4", 7, 512, 3, 1, 512},
    {"mobilenet_conv1", 224, 3, 3, 2, 32},
    {"mobilenet_project_16", 112, 32, 1, 1, 16},
    {"mobilenet_expand_96", 112, 16, 1, 1, 96},
    {"mobilenet_project_24", 56, 96, 1, 1, 24},
    {"mobilenet_expand_144", 56, 24, 1, 1, 144},
    {"mobilenet_expand_192", 28, 32, 1, 1, 192},
    {"mobilenet_project_64", 14, 384, 1, 1, 64},
    {"mobilenet_expand_384", 14, 64, 1, 1, 384},
    {"mobilenet_expand_576", 14, 96, 1, 1, 576},
    {"mobilenet_expand_960", 7, 160, 1, 1, 960},
    {"mobilenet_project_160", 7, 960, 1, 1, 160},
    {"mobilenet_head", 7, 320, 1, 1, 1280},
    {"resnext_56", 56, 128, 3, 1, 128, 32},
    {"resnext_28_s2", 56, 256, 3, 2, 256, 32},
    {"resnext_14", 14, 512, 3, 1, 512, 32},
    {"depthwise_112_32", 112, 32, 3, 1, 32, 32},
    {"depthwise_112_96_s2", 112, 96, 3, 2, 96, 96},
    {"depthwise_56_144", 56, 144, 3, 1, 144, 144},
    {"depthwise_28_192", 28, 192, 3, 1, 192, 192},
    {"depthwise_28_240_k5", 28, 240, 5, 1, 240, 240},
    {"depthwise_14_384", 14, 384, 3, 1, 384, 384},
    {"depthwise_14_480_k5", 14, 480, 5, 1, 480, 480},
    {"depthwise_7_960", 7, 960, 3, 1, 960, 960},
};

TestNode make_node(const Layer& layer) {
  std::mt19937 random(1);
  Attributes attributes;
  const int64_t pad = layer.kernel / 2;
  attributes.set("strides", std::vector<int64_t>{layer.stride, layer.stride});
  attributes.set("pads", std::vector<int64_t>{pad, pad, pad, pad});
  attributes.set("activation", "relu");
  attributes.set("group", int64_t{layer.group});
  // Pixels come as RGBA.
  const int64_t pitch = layer.in == 3 ? 4 : 0;
  OwnedTensor x =
      random_tensor(random, ElementType::kUint8, {1, layer.size, layer.size, layer.in}, levels(8, 0.02f, 120), pitch);
  OwnedTensor weight = constant(
      random_tensor(random, ElementType::kInt8, {layer.out, layer.kernel, layer.kernel, layer.in / layer.group},
                    weight_levels(8, std::vector<float>(static_cast<size_t>(layer.out), 0.001f))));
  Result<TestNode> node = try_make_node("Conv2D", attributes, {x, weight}, {{levels(8, 0.1f, 3)}});
  if (!node.ok()) throw std::runtime_error(node.message());
  return node.take();
}

double giga_macs(const Layer& layer) {
  const double pixels = (layer.size / layer.stride) * (layer.size / layer.stride);
  return pixels * layer.out * layer.kernel * layer.kernel * (layer.in / layer.group) * 1e-9;
}

const bool registered = [] {
  for (const KernelEntry& entry : kernel_list()) {
    if (entry.op != std::string("Conv2D") || !cpu_has(entry.isa)) continue;
    const bool depthwise_kernel = std::string(entry.name).find("depthwise") != std::string::npos;
    for (const Layer& layer : kLayers) {
      if (depthwise_kernel != layer.depthwise()) continue;
      register_kernel_bench(entry, layer.name, giga_macs(layer), "GMAC/s", [layer] { return make_node(layer); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace magik::rt
