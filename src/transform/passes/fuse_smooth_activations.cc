#include <array>

#include "transform/passes/pass.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

struct Smooth {
  const char* op;
  const char* activation;
};
constexpr std::array<Smooth, 9> kSmooth = {{{"Sigmoid", "sigmoid"},
                                            {"Tanh", "tanh"},
                                            {"SiLU", "silu"},
                                            {"HardSigmoid", "hard_sigmoid"},
                                            {"HardSwish", "hard_swish"},
                                            {"Gelu", "gelu"},
                                            {"Elu", "elu"},
                                            {"Softplus", "softplus"},
                                            {"Mish", "mish"}}};

const char* activation_name(const std::string& op) {
  for (const Smooth& smooth : kSmooth) {
    if (op == smooth.op) return smooth.activation;
  }
  return nullptr;
}

bool takes_activation(const rt::Node& node) {
  return (node.op == "Conv2D" || node.op == "MatMul" || node.op == "EltwiseAdd") &&
         node.attributes.text("activation").empty();
}

}  // namespace

void fuse_smooth_activations(rt::Graph& graph) {
  const GraphIndex index(graph);
  for (rt::Node& node : graph.nodes) {
    const char* activation = activation_name(node.op);
    if (activation == nullptr) continue;
    const rt::ValueId pre_activation = node.inputs[0];
    const int producer = index.producer(pre_activation);
    if (producer < 0 || !index.has_single_use(pre_activation)) continue;
    rt::Node& weighted = graph.nodes[static_cast<size_t>(producer)];
    if (!takes_activation(weighted)) continue;

    weighted.attributes.set("activation", activation);
    weighted.attributes.set("pre_activation", value_of(graph, pre_activation).name);
    if (node.op == "HardSigmoid") {
      weighted.attributes.set("act_alpha", node.attributes.number("alpha", 0.2f));
      weighted.attributes.set("act_beta", node.attributes.number("beta", 0.5f));
    }
    if (node.op == "Elu") weighted.attributes.set("act_alpha", node.attributes.number("alpha", 1.0f));
    fuse_into(weighted, node);
  }
  remove_dead(graph);
}

}  // namespace magik::transform
