// Elementwise arithmetic, comparisons and logic, all with numpy's broadcasting.
#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

void modulo(OnnxNode& n) { n.emit("Mod", {n.input(0), n.input(1)}, attributes("fmod", n.integer("fmod", 0))); }

void unary(OnnxNode& n) { n.emit(n.op().c_str(), {n.input(0)}); }

void binary(OnnxNode& n) { n.emit(n.op().c_str(), {n.input(0), n.input(1)}); }

void eltwise(OnnxNode& n) { n.emit(("Eltwise" + n.op()).c_str(), {n.input(0), n.input(1)}); }

// Max, Min and Sum of any number of tensors, from the left.
void variadic(OnnxNode& n) {
  const std::string op = n.op() == "Sum" ? "EltwiseAdd" : "Eltwise" + n.op();
  const size_t count = n.input_count();
  if (count == 1) return n.emit("Identity", {n.input(0)});
  ValueId total = n.input(0);
  for (size_t i = 1; i + 1 < count; ++i) {
    total = n.emit_helper(fmt::format("first{}", i + 1), op.c_str(), {total, n.input(i)});
  }
  n.emit(op.c_str(), {total, n.input(count - 1)});
}

void mean(OnnxNode& n) {
  ValueId total = n.input(0);
  for (size_t i = 1; i < n.input_count(); ++i) {
    total = n.emit_helper(fmt::format("first{}", i + 1), "EltwiseAdd", {total, n.input(i)});
  }
  n.emit("EltwiseMul", {total, n.scalar("factor", 1.0f / static_cast<float>(n.input_count()))});
}

ValueId with_type(OnnxNode& n, const char* suffix, ValueId id, rt::ElementType type) {
  if (n.builder().value(id).type == type) return id;
  return n.emit_helper(suffix, "Cast", {id}, attributes("to", static_cast<int64_t>(type)));
}

// The exponent may be of another type; the result has the base's.
void power(OnnxNode& n) {
  const ValueId base = n.input(0);
  n.emit("Pow", {base, with_type(n, "exponent", n.input(1), n.builder().value(base).type)});
}

void negated(OnnxNode& n, const char* op) { n.emit("Not", {n.emit_helper("opposite", op, {n.input(0), n.input(1)})}); }
void less_or_equal(OnnxNode& n) { negated(n, "Greater"); }
void greater_or_equal(OnnxNode& n) { negated(n, "Less"); }
void exclusive_or(OnnxNode& n) { negated(n, "Equal"); }

void where(OnnxNode& n) { n.emit("Where", {n.input(0), n.input(1), n.input(2)}); }

void cast(OnnxNode& n) {
  const int64_t to = n.integer("to", 0);
  switch (to) {
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::UINT16:
      unsupported("a cast to {}", onnx_type_name(static_cast<int>(to)));
    default:
      break;
  }
  n.emit("Cast", {n.input(0)}, attributes("to", static_cast<int64_t>(element_type_of(static_cast<int>(to)))));
}

void cast_like(OnnxNode& n) {
  n.emit("Cast", {n.input(0)}, attributes("to", static_cast<int64_t>(n.builder().value(n.input(1)).type)));
}

constexpr OnnxOp kOps[] = {
    {"Abs", unary},
    {"Add", eltwise},
    {"And", binary},
    {"Cast", cast},
    {"CastLike", cast_like},
    {"Ceil", unary},
    {"Div", eltwise},
    {"Equal", binary},
    {"Erf", unary},
    {"Exp", unary},
    {"Floor", unary},
    {"Greater", binary},
    {"GreaterOrEqual", greater_or_equal},
    {"Less", binary},
    {"LessOrEqual", less_or_equal},
    {"Log", unary},
    {"Max", variadic},
    {"Mean", mean},
    {"Min", variadic},
    {"Mod", modulo},
    {"Mul", eltwise},
    {"Neg", unary},
    {"Not", unary},
    {"Or", binary},
    {"Pow", power},
    {"Reciprocal", unary},
    {"Round", unary},
    {"Sign", unary},
    {"Sqrt", unary},
    {"Sub", eltwise},
    {"Sum", variadic},
    {"Where", where},
    {"Xor", exclusive_or},
};

}  // namespace

std::span<const OnnxOp> arithmetic_ops() { return kOps; }

}  // namespace magik::transform
