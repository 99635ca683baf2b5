// Matrix products. A constant right side is the weight of a MatMul, stored as [N,K].
#include <algorithm>

#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

ValueId transposed(OnnxNode& n, const char* suffix, ValueId id) {
  return n.emit_helper(suffix, "Permute", {id}, attributes("perm", Ints{1, 0}));
}

// Gemm's C, times beta, as one bias a column; nothing where it is not constant or differs between rows.
std::optional<Floats> column_bias(const OnnxNode& n, GraphBuilder& builder, int32_t columns, float beta) {
  const ValueId c = n.optional_input(2);
  if (c == rt::kNoValue || !builder.is_constant(c)) return std::nullopt;
  Floats bias = builder.constant_as_floats(c);
  const size_t count = static_cast<size_t>(columns);
  const bool is_row = bias.size() == count && n.shape(c).back() == columns;
  if (bias.size() != 1 && !is_row) return std::nullopt;
  if (bias.size() == 1) bias.assign(count, bias[0]);
  for (float& b : bias) b *= beta;
  return bias;
}

// y = alpha * A' * B' + beta * C
void gemm(OnnxNode& n) {
  GraphBuilder& builder = n.builder();
  ValueId a = n.input(0), b = n.input(1);
  if (n.rank(a) != 2 || n.rank(b) != 2) {
    n.fail("its inputs have the shapes {} and {}, expected matrices", n.shape(a).text(), n.shape(b).text());
  }
  const float alpha = n.number("alpha", 1.0f), beta = n.number("beta", 1.0f);
  const bool transpose_a = n.integer("transA", 0) != 0, transpose_b = n.integer("transB", 0) != 0;
  const int32_t columns = n.shape(b)[transpose_b ? 0 : 1];

  std::vector<ValueId> inputs;
  rt::Attributes attrs;
  std::optional<Floats> bias;
  const bool weighted = builder.is_constant(b);
  if (weighted) {
    if (transpose_a) a = transposed(n, "a", a);
    if (!transpose_b) b = transposed(n, "weight", b);
    if (alpha != 1.0f) b = n.emit_helper("scaled_weight", "EltwiseMul", {b, n.scalar("alpha", alpha)});
    inputs = {a, b};
    bias = column_bias(n, builder, columns, beta);
    if (bias) inputs.push_back(builder.constant_floats(n.helper("bias"), {columns}, *bias));
  } else {
    inputs = {a, b};
    attrs = attributes("transpose_a", transpose_a ? 1 : 0, "transpose_b", transpose_b ? 1 : 0);
  }

  // Whichever step comes last has the output's name.
  const bool scaled = !weighted && alpha != 1.0f, added = n.has_input(2) && !bias;
  const auto step = [&](bool last, const char* suffix) { return last ? n.output_name() : n.helper(suffix); };
  ValueId y = builder.add(weighted ? "MatMul" : "BatchMatMul", inputs, attrs, step(!scaled && !added, "product"));
  if (scaled) y = builder.add("EltwiseMul", {y, n.scalar("alpha", alpha)}, {}, step(!added, "scaled"));
  if (added) {
    ValueId c = n.input(2);
    if (beta != 1.0f) c = n.emit_helper("scaled_c", "EltwiseMul", {c, n.scalar("beta", beta)});
    y = builder.add("EltwiseAdd", {y, c}, {}, n.output_name());
  }
  n.set_output(0, y);
}

// Whether a constant `b` can be one weight matrix for all of `a`: its leading axes have size 1 and add no rank.
bool is_weight(const OnnxNode& n, GraphBuilder& builder, ValueId a, ValueId b) {
  const rt::Shape& shape = n.shape(b);
  return builder.is_constant(b) && shape.elements(0, shape.rank() - 2) == 1 && n.rank(a) >= shape.rank();
}

// numpy's matmul: a vector is a row on the left, a column on the right, and that axis is gone from the result.
void mat_mul(OnnxNode& n) {
  GraphBuilder& builder = n.builder();
  ValueId a = n.input(0), b = n.input(1);
  if (n.rank(a) == 0 || n.rank(b) == 0) n.fail("a scalar input, expected a vector or matrix");
  const bool row = n.rank(a) == 1, column = n.rank(b) == 1;
  if (row) a = n.emit_helper("row", "Unsqueeze", {a}, attributes("axes", Ints{0}));
  if (column) b = n.emit_helper("column", "Unsqueeze", {b}, attributes("axes", Ints{1}));

  const char* op = "BatchMatMul";
  if (is_weight(n, builder, a, b)) {
    op = "MatMul";
    const rt::Shape shape = n.shape(b);
    if (shape.rank() > 2) {
      b = n.emit_helper("matrix", "Reshape", {b}, attributes("shape", Ints(shape.end() - 2, shape.end())));
    }
    b = transposed(n, "weight", b);
  }
  if (!row && !column) return n.emit(op, {a, b});
  const ValueId product = n.emit_helper("product", op, {a, b});
  Ints gone;
  if (row) gone.push_back(n.rank(product) - 2);
  if (column) gone.push_back(n.rank(product) - 1);
  n.emit("Squeeze", {product}, attributes("axes", gone));
}

constexpr OnnxOp kOps[] = {
    {"Gemm", gemm},
    {"MatMul", mat_mul},
};

}  // namespace

std::span<const OnnxOp> matrix_ops() { return kOps; }

}  // namespace magik::transform
