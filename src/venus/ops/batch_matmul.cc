// y[m][n] = sum over k of a[m][k] * b[k][n] for each of the broadcast leading indices. The sum starts at 0.0f.
#include <algorithm>

#include "venus/core/math.h"
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/loop_nest.h"

namespace magik::rt::ops {
namespace {

// The last two dimensions, as the product sees them.
struct Matrix {
  int32_t rows, columns;
  int64_t row_stride, column_stride;
};

Matrix matrix_of(const Shape& shape, bool transposed) {
  const int32_t rows = shape[shape.rank() - 2], columns = shape[shape.rank() - 1];
  if (transposed) return {columns, rows, 1, columns};
  return {rows, columns, columns, 1};
}
Matrix a_of(const Attributes& attributes, const Shape& shape) {
  return matrix_of(shape, attributes.integer("transpose_a", 0) != 0);
}
Matrix b_of(const Attributes& attributes, const Shape& shape) {
  return matrix_of(shape, attributes.integer("transpose_b", 0) != 0);
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 2));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, {ElementType::kFloat32}));
  MAGIK_RETURN_IF_ERROR(check_type(context, 1, {ElementType::kFloat32}));
  const Shape& a = context.inputs[0].shape;
  const Shape& b = context.inputs[1].shape;
  if (a.rank() < 2 || b.rank() < 2) {
    return Status::error("the factors have shapes %s and %s; both need at least 2 axes", a.text().c_str(),
                         b.text().c_str());
  }
  const Matrix left = a_of(context.attributes(), a), right = b_of(context.attributes(), b);
  if (left.columns != right.rows) {
    return Status::error("the factors' shapes %s and %s do not fit: the sum would run over %d and %d elements",
                         a.text().c_str(), b.text().c_str(), left.columns, right.rows);
  }
  const int rank = std::max(a.rank(), b.rank());
  std::vector<int64_t> dims;
  for (int axis = 0; axis < rank - 2; ++axis) {
    const int32_t da = axis < rank - a.rank() ? 1 : a[axis - (rank - a.rank())];
    const int32_t db = axis < rank - b.rank() ? 1 : b[axis - (rank - b.rank())];
    if (da != db && da != 1 && db != 1) {
      return Status::error("the factors' shapes %s and %s do not broadcast", a.text().c_str(), b.text().c_str());
    }
    dims.push_back(da == 1 ? db : da);
  }
  dims.push_back(left.rows);
  dims.push_back(right.columns);
  return set_output(context, 0, ElementType::kFloat32, dims);
}

class BatchMatMul : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    const Tensor& y = tensors.outputs[0];
    left_ = a_of(tensors.node->attributes, tensors.inputs[0].shape);
    right_ = b_of(tensors.node->attributes, tensors.inputs[1].shape);
    const Strides a = broadcast_strides(tensors.inputs[0], y.shape), b = broadcast_strides(tensors.inputs[1], y.shape);
    batches_ = {};
    for (int axis = 0; axis < y.shape.rank() - 2; ++axis) batches_.add(y.shape[axis], {a[axis], b[axis]});
    return {};
  }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const int64_t columns = right_.columns;
    context.pool.parallel_for(tensors.outputs[0].rows(), 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) {
        const auto offsets = batches_.offsets_at(row / left_.rows);
        const float* a = tensors.inputs[0].as<float>() + offsets[0] + row % left_.rows * left_.row_stride;
        const float* b = tensors.inputs[1].as<float>() + offsets[1];
        float* y = tensors.outputs[0].as<float>() + row * columns;
        std::fill(y, y + columns, 0.0f);
        for (int64_t k = 0; k < left_.columns; ++k) add_row(a[k * left_.column_stride], b + k * right_.row_stride, y);
        for (int64_t n = 0; n < columns; ++n) y[n] = canonical_nan(y[n]);
      }
    });
  }

 private:
  void add_row(float a, const float* b, float* y) const {
    const int64_t columns = right_.columns, stride = right_.column_stride;
    if (stride == 1) {
      for (int64_t n = 0; n < columns; ++n) y[n] += a * b[n];
    } else {
      for (int64_t n = 0; n < columns; ++n) y[n] += a * b[n * stride];
    }
  }

  Matrix left_{}, right_{};
  LoopNest<2> batches_;  // operands: a, b
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  for (const Tensor* tensor : {&tensors.inputs[0], &tensors.inputs[1], &tensors.outputs[0]}) {
    if (tensor->type != ElementType::kFloat32) return no_kernel_for_types(tensors);
  }
  return std::make_unique<BatchMatMul>();
}

}  // namespace

extern const Operator kBatchMatMul = {"BatchMatMul", infer, create};

}  // namespace magik::rt::ops
