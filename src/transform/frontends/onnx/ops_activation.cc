// Activations and softmax.
#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

void same(OnnxNode& n) { n.emit(n.op().c_str(), {n.input(0)}); }

void leaky_relu(OnnxNode& n) { n.emit("LeakyRelu", {n.input(0)}, attributes("alpha", n.number("alpha", 0.01f))); }

void elu(OnnxNode& n) { n.emit("Elu", {n.input(0)}, attributes("alpha", n.number("alpha", 1.0f))); }

// gamma * elu(x) of another alpha.
void selu(OnnxNode& n) {
  const float alpha = n.number("alpha", 1.67326319f), gamma = n.number("gamma", 1.05070102f);
  const ValueId elu = n.emit_helper("elu", "Elu", {n.input(0)}, attributes("alpha", alpha));
  n.emit("EltwiseMul", {elu, n.scalar("gamma", gamma)});
}

// alpha * elu(x / alpha)
void celu(OnnxNode& n) {
  const float number = n.number("alpha", 1.0f);
  if (!(number > 0)) unsupported("alpha {}, expected more than 0", number);
  const ValueId alpha = n.scalar("alpha", number);
  const ValueId scaled = n.emit_helper("scaled", "EltwiseDiv", {n.input(0), alpha});
  n.emit("EltwiseMul", {n.emit_helper("elu", "Elu", {scaled}, attributes("alpha", 1.0f)), alpha});
}

// x / (1 + |x|)
void softsign(OnnxNode& n) {
  const ValueId size = n.emit_helper("abs", "Abs", {n.input(0)});
  n.emit("EltwiseDiv", {n.input(0), n.emit_helper("sum", "EltwiseAdd", {size, n.scalar("one", 1.0f)})});
}

void thresholded_relu(OnnxNode& n) {
  const ValueId x = n.input(0), alpha = n.scalar("alpha", n.number("alpha", 1.0f));
  n.emit("Where", {n.emit_helper("passes", "Greater", {x, alpha}), x, n.scalar("zero", 0.0f)});
}

void hard_sigmoid(OnnxNode& n) {
  n.emit("HardSigmoid", {n.input(0)}, attributes("alpha", n.number("alpha", 0.2f), "beta", n.number("beta", 0.5f)));
}

// The tanh form: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
void gelu(OnnxNode& n) {
  const std::string approximate = n.text("approximate", "none");
  if (approximate == "none") return same(n);
  if (approximate != "tanh") n.fail("approximate is '{}', expected none or tanh", approximate);
  const ValueId x = n.input(0);
  const ValueId cube = n.emit_helper("cube", "Pow", {x, n.scalar("three", 3.0f)});
  const ValueId bent = n.emit_helper("bent", "EltwiseMul", {cube, n.scalar("bend", 0.044715f)});
  const ValueId sum = n.emit_helper("sum", "EltwiseAdd", {x, bent});
  const ValueId scaled = n.emit_helper("scaled", "EltwiseMul", {sum, n.scalar("scale", 0.7978845608f)});
  const ValueId tanh = n.emit_helper("tanh", "Tanh", {scaled});
  const ValueId gate = n.emit_helper("gate", "EltwiseAdd", {tanh, n.scalar("one", 1.0f)});
  const ValueId half = n.emit_helper("half", "EltwiseMul", {x, n.scalar("factor", 0.5f)});
  n.emit("EltwiseMul", {half, gate});
}

// Limits are attributes before opset 11, optional inputs since. Limits that are computed, and integers, are what
// EltwiseMax and EltwiseMin do.
void clip(OnnxNode& n) {
  const ValueId x = n.input(0), low = n.optional_input(1), high = n.optional_input(2);
  const auto is_known = [&](ValueId id) { return id == rt::kNoValue || n.builder().is_constant(id); };
  if (n.builder().value(x).type == rt::ElementType::kFloat32 && is_known(low) && is_known(high)) {
    rt::Attributes attrs;
    for (size_t i : {1, 2}) {
      const char* name = i == 1 ? "min" : "max";
      if (n.has(name)) attrs.set(name, n.number(name, 0.0f));
      if (!n.has_input(i)) continue;
      const Floats limit = n.constant_floats(i);
      if (limit.size() != 1) n.fail("its input {} has {} elements, expected one number", name, limit.size());
      attrs.set(name, limit[0]);
    }
    return n.emit("Clip", {x}, attrs);
  }
  if (low == rt::kNoValue && high == rt::kNoValue) return n.emit("Identity", {x});
  if (high == rt::kNoValue) return n.emit("EltwiseMax", {x, low});
  if (low == rt::kNoValue) return n.emit("EltwiseMin", {x, high});
  n.emit("EltwiseMin", {n.emit_helper("from_below", "EltwiseMax", {x, low}), high});
}

// Slopes for all channels of axis 1, one for all elements, or one along the last axis have an operator. Others are
// max(x, 0) + slope * min(x, 0).
void prelu(OnnxNode& n) {
  const ValueId x = n.input(0), slope = n.input(1);
  const rt::Shape shape = n.shape(x), slopes = n.shape(slope);
  const auto flat = [&] {
    return n.emit_helper("slopes", "Reshape", {slope}, attributes("shape", Ints{slopes.elements()}));
  };
  // The axis of x that the only slope axis longer than 1 belongs to.
  int slope_axis = -1, long_axes = 0;
  for (int i = 0; i < slopes.rank(); ++i) {
    if (slopes[i] == 1) continue;
    slope_axis = shape.rank() - slopes.rank() + i;
    ++long_axes;
  }
  if (n.builder().is_constant(slope) && slopes.rank() <= shape.rank() && long_axes <= 1) {
    if (long_axes == 0 || slope_axis == shape.rank() - 1) return n.emit("PRelu", {x, flat()});
    if (slope_axis == 1) {
      n.set_output(0, n.emit_channels_last("PRelu", {n.channels_last(x), flat()}));
      return;
    }
  }
  const ValueId zero = n.scalar("zero", 0.0f);
  const ValueId positive = n.emit_helper("positive", "EltwiseMax", {x, zero});
  const ValueId negative = n.emit_helper("negative", "EltwiseMin", {x, zero});
  n.emit("EltwiseAdd", {positive, n.emit_helper("sloped", "EltwiseMul", {negative, slope})});
}

// Before opset 13 the axes from `axis` on are one: the tensor is a matrix [before, from axis on].
void softmax(OnnxNode& n) {
  const ValueId x = n.input(0);
  const rt::Shape shape = n.shape(x);
  const int rank = shape.rank();
  int64_t axis = n.axis(n.integer("axis", n.opset() < 13 ? 1 : -1), rank, n.opset() < 13);
  if (n.opset() >= 13) return n.emit(n.op().c_str(), {x}, attributes("axis", axis));

  int long_axes = 0;
  int64_t long_axis = axis;
  for (int64_t i = axis; i < rank; ++i) {
    if (shape[static_cast<int>(i)] == 1) continue;
    long_axis = i;
    ++long_axes;
  }
  if (axis < rank && long_axes <= 1) return n.emit(n.op().c_str(), {x}, attributes("axis", long_axis));
  const int split = static_cast<int>(axis);
  const Ints matrix{shape.elements(0, split), shape.elements(split, rank)};
  const ValueId flat = n.emit_helper("matrix", "Reshape", {x}, attributes("shape", matrix));
  const ValueId y = n.emit_helper("flat", n.op().c_str(), {flat}, attributes("axis", 1));
  n.emit("Reshape", {y}, attributes("shape", Ints(shape.begin(), shape.end())));
}

constexpr OnnxOp kOps[] = {
    {"Celu", celu},
    {"Clip", clip},
    {"Elu", elu},
    {"Gelu", gelu},
    {"HardSigmoid", hard_sigmoid},
    {"HardSwish", same},
    {"LeakyRelu", leaky_relu},
    {"LogSoftmax", softmax},
    {"Mish", same},
    {"PRelu", prelu},
    {"Relu", same},
    {"Selu", selu},
    {"Sigmoid", same},
    {"Softmax", softmax},
    {"Softplus", same},
    {"Softsign", softsign},
    {"Tanh", same},
    {"ThresholdedRelu", thresholded_relu},
};

}  // namespace

std::span<const OnnxOp> activation_ops() { return kOps; }

}  // namespace magik::transform
