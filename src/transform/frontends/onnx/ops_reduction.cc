// Reductions.
#include <numeric>

#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

// Axes and keepdims; nothing where no axes are given and that means no reduction.
std::optional<rt::Attributes> reduction(OnnxNode& n) {
  const int rank = n.rank(n.input(0));
  Ints axes = n.axes(n.integers_or_input("axes", 1).value_or(Ints()), rank);
  if (axes.empty()) {
    if (n.integer("noop_with_empty_axes", 0) != 0) return std::nullopt;
    axes.resize(static_cast<size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
  }
  return attributes("axes", axes, "keepdims", n.integer("keepdims", 1));
}

void reduce(OnnxNode& n) {
  const auto attrs = reduction(n);
  if (attrs) return n.emit(n.op().c_str(), {n.input(0)}, *attrs);
  n.emit("Identity", {n.input(0)});
}

void reduce_l2(OnnxNode& n) {
  const auto attrs = reduction(n);
  if (!attrs) return n.emit("Abs", {n.input(0)});
  const ValueId squares = n.emit_helper("squares", "EltwiseMul", {n.input(0), n.input(0)});
  n.emit("Sqrt", {n.emit_helper("sum", "ReduceSum", {squares}, *attrs)});
}

void arg_max(OnnxNode& n) {
  const int64_t axis = n.axis(n.integer("axis", 0), n.rank(n.input(0)));
  n.emit("ArgMax", {n.input(0)},
         attributes("axis", axis, "keepdims", n.integer("keepdims", 1), "select_last_index",
                    n.integer("select_last_index", 0)));
}

constexpr OnnxOp kOps[] = {
    {"ArgMax", arg_max},    {"ReduceL2", reduce_l2}, {"ReduceMax", reduce},
    {"ReduceMean", reduce}, {"ReduceMin", reduce},   {"ReduceSum", reduce},
};

}  // namespace

std::span<const OnnxOp> reduction_ops() { return kOps; }

}  // namespace magik::transform
