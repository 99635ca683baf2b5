// Additions and products of ResNet-18 and EfficientNet, and the poolings around them: "Gelem/s" (input elements).
#include "venus/kernels/kernel_bench.h"

namespace magik::rt {
namespace {

using namespace test;

struct Case {
  const char* name;
  const char* op;
  int32_t size, channels;
  bool channel_wise = false;  // the second operand is one pixel
};

constexpr Case kCases[] = {
    {"resnet_add_56_64", "EltwiseAdd", 56, 64},
    {"resnet_add_7_512", "EltwiseAdd", 7, 512},
    {"squeeze_excite_28_240", "EltwiseMul", 28, 240, true},
    {"resnet_max_112_64", "MaxPool", 112, 64},
    {"resnet_average_7_512", "GlobalAveragePool", 7, 512},
};

TestNode make_node(const Case& c) {
  std::mt19937 random(1);
  Attributes attributes;
  const Shape shape = {1, c.size, c.size, c.channels};
  std::vector<OwnedTensor> inputs = {random_tensor(random, ElementType::kUint8, shape, levels(8, 0.02f, 120))};
  OutputSpec output;
  output.quantization = inputs[0].quantization;
  const std::string op = c.op;
  if (op == "EltwiseAdd") attributes.set("activation", "relu");
  if (op == "EltwiseAdd" || op == "EltwiseMul") {
    const Shape other = c.channel_wise ? Shape{1, 1, 1, c.channels} : shape;
    inputs.push_back(random_tensor(random, ElementType::kUint8, other, levels(8, 0.03f, 7)));
  }
  if (op == "MaxPool") {
    attributes.set("kernel", std::vector<int64_t>{3, 3});
    attributes.set("strides", std::vector<int64_t>{2, 2});
    attributes.set("pads", std::vector<int64_t>{1, 1, 1, 1});
  }
  Result<TestNode> node = try_make_node(op, attributes, std::move(inputs), {output});
  if (!node.ok()) throw std::runtime_error(node.message());
  return node.take();
}

const bool registered = [] {
  for (const KernelEntry& entry : kernel_list()) {
    for (const Case& c : kCases) {
      if (entry.op != std::string(c.op) || !cpu_has(entry.isa)) continue;
      const double elements = 1e-9 * c.size * c.size * c.channels;
      register_kernel_bench(entry, c.name, elements, "Gelem/s", [c] { return make_node(c); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace magik::rt
