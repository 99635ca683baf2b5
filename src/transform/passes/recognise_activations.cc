// Sources spell out smooth activations as products: x * sigmoid(x), x * clip(x + 3, 0, 6) / 6, and so on. A product is
// collected into its factors and one constant, so that neither order nor grouping of the source matters.
#include <cmath>
#include <optional>
#include <vector>

#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

struct Product {
  std::vector<rt::ValueId> factors;
  float constant = 1.0f;
};

bool is_near(float a, float b) { return std::fabs(a - b) <= 1e-3f * std::fabs(b); }

class Matcher {
 public:
  Matcher(const rt::Graph& graph, const GraphIndex& index) : graph_(graph), index_(index) {}

  // The node that computes the same as `node`, without outputs; nothing where it is no known activation.
  std::optional<rt::Node> match(const rt::Node& node) const {
    if (node.op != "EltwiseMul" && node.op != "EltwiseDiv") return {};
    Product product;
    collect(node, product);
    const float constant = product.constant;
    const std::vector<rt::ValueId>& factors = product.factors;
    if (factors.size() == 1 && is_near(constant, 1.0f / 6.0f)) {
      const rt::ValueId x = shifted_clip(factors[0]);
      if (x != rt::kNoValue) return hard_sigmoid(x);
    }
    if (factors.size() != 2) return {};
    for (const size_t first : {0u, 1u}) {
      const rt::ValueId x = factors[first], gate = factors[1 - first];
      if (is_near(constant, 1.0f)) {
        if (input_of_op(gate, "Sigmoid") == x) return activation("SiLU", x);
        if (is_hard_sigmoid(gate, x)) return activation("HardSwish", x);
        if (is_tanh_softplus(gate, x)) return activation("Mish", x);
      }
      if (is_near(constant, 1.0f / 6.0f) && shifted_clip(gate) == x) return activation("HardSwish", x);
      if (is_near(constant, 0.5f) && is_one_plus_erf(gate, x)) return activation("Gelu", x);
    }
    return {};
  }

 private:
  const rt::Node* producer(rt::ValueId id) const { return producer_of(graph_, index_, id); }

  static rt::Node activation(const char* op, rt::ValueId x) {
    rt::Node node;
    node.op = op;
    node.inputs = {x};
    return node;
  }
  static rt::Node hard_sigmoid(rt::ValueId x) {
    rt::Node node = activation("HardSigmoid", x);
    node.attributes.set("alpha", 1.0f / 6.0f);
    node.attributes.set("beta", 0.5f);
    return node;
  }

  void collect(const rt::Node& node, Product& product) const {
    for (const size_t side : {0u, 1u}) {
      const rt::ValueId id = node.inputs[side];
      const bool divisor = side == 1 && node.op == "EltwiseDiv";
      const rt::Node* inner = producer(id);
      if (const std::optional<float> scalar = scalar_of(graph_, id)) {
        product.constant *= divisor ? 1.0f / *scalar : *scalar;
      } else if (!divisor && inner != nullptr && index_.has_single_use(id) &&
                 (inner->op == "EltwiseMul" || inner->op == "EltwiseDiv")) {
        collect(*inner, product);
      } else {
        product.factors.push_back(id);
        if (divisor) product.constant = NAN;  // a quotient of two tensors matches nothing
      }
    }
  }

  // The input of the operator that produces the value, kNoValue where that is another operator.
  rt::ValueId input_of_op(rt::ValueId id, const char* op) const {
    const rt::Node* node = producer(id);
    return node != nullptr && node->op == op ? node->inputs[0] : rt::kNoValue;
  }
  // x where the value is x op constant, in either order.
  rt::ValueId beside_scalar(rt::ValueId id, const char* op, float scalar) const {
    const rt::Node* node = producer(id);
    if (node == nullptr || node->op != op) return rt::kNoValue;
    if (is_scalar(graph_, node->inputs[1], scalar)) return node->inputs[0];
    if (std::string(op) != "EltwiseDiv" && is_scalar(graph_, node->inputs[0], scalar)) return node->inputs[1];
    return rt::kNoValue;
  }

  // x where the value is clip(x + 3, 0, 6).
  rt::ValueId shifted_clip(rt::ValueId id) const {
    const rt::Node* clip = producer(id);
    if (clip == nullptr || clip->op != "Clip") return rt::kNoValue;
    if (clip->attributes.number("min", -1.0f) != 0.0f || clip->attributes.number("max", 0.0f) != 6.0f) {
      return rt::kNoValue;
    }
    return beside_scalar(clip->inputs[0], "EltwiseAdd", 3.0f);
  }
  bool is_hard_sigmoid(rt::ValueId id, rt::ValueId x) const {
    const rt::Node* node = producer(id);
    return node != nullptr && node->op == "HardSigmoid" && node->inputs[0] == x &&
           is_near(node->attributes.number("alpha", 0.2f), 1.0f / 6.0f) &&
           is_near(node->attributes.number("beta", 0.5f), 0.5f);
  }
  bool is_tanh_softplus(rt::ValueId id, rt::ValueId x) const {
    const rt::ValueId softplus = input_of_op(id, "Tanh");
    if (softplus == rt::kNoValue) return false;
    if (input_of_op(softplus, "Softplus") == x) return true;
    const rt::ValueId exp = beside_scalar(input_of_op(softplus, "Log"), "EltwiseAdd", 1.0f);
    return input_of_op(exp, "Exp") == x;
  }
  bool is_one_plus_erf(rt::ValueId id, rt::ValueId x) const {
    const rt::ValueId scaled = input_of_op(beside_scalar(id, "EltwiseAdd", 1.0f), "Erf");
    return beside_scalar(scaled, "EltwiseDiv", std::sqrt(2.0f)) == x ||
           beside_scalar(scaled, "EltwiseMul", std::sqrt(0.5f)) == x;
  }

  const rt::Graph& graph_;
  const GraphIndex& index_;
};

}  // namespace

bool recognise_activations(rt::Graph& graph) {
  const GraphIndex index(graph);
  const Matcher matcher(graph, index);
  bool changed = false;
  // In execution order: HardSwish may be the product of x and a HardSigmoid that was recognised just before.
  for (rt::Node& node : graph.nodes) {
    std::optional<rt::Node> activation = matcher.match(node);
    if (!activation) continue;
    // A constant of more axes than x gives the product these axes too.
    if (value_of(graph, activation->inputs[0]).shape != value_of(graph, node.outputs[0]).shape) continue;
    activation->name = node.name;
    activation->outputs = node.outputs;
    node = std::move(*activation);
    changed = true;
  }
  remove_dead(graph);
  return changed;
}

}  // namespace magik::transform
