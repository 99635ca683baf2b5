// ReduceMean, ReduceSum, ReduceMax, ReduceMin over any axes. Sums run in row-major order of the reduced elements.
//   float      sum starts at 0.0f; mean = sum / float(count)
//   int32      sums wrap around; no mean
//   quantized  sum and mean: t = float(sum of (q - z)) * (s_x / (s_y * count)), count = 1 for a sum
#include <algorithm>

#include "venus/core/math.h"
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/loop_nest.h"
#include "venus/ops/pool_params.h"

namespace magik::rt::ops {
namespace {

// Which axes are reduced: all where `axes` is absent or empty.
Status reduced_axes(const Node& node, const Shape& shape, bool (&reduced)[kMaxRank]) {
  std::vector<int> axes;
  MAGIK_RETURN_IF_ERROR(resolve_axes(node.attributes.integers("axes"), shape.rank(), &axes));
  std::fill(std::begin(reduced), std::end(reduced), axes.empty());
  for (int axis : axes) reduced[axis] = true;
  return {};
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const ElementType type = context.inputs[0].type;
  if (type != ElementType::kInt32 || context.node.op == "ReduceMean") {
    MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  }
  const Shape& shape = context.inputs[0].shape;
  const bool keep = context.attributes().integer("keepdims", 1) != 0;
  bool reduced[kMaxRank];
  MAGIK_RETURN_IF_ERROR(reduced_axes(context.node, shape, reduced));
  std::vector<int64_t> dims;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (reduced[axis] && shape[axis] < 1) return Status::error("axis %d of the input is empty", axis);
    if (!reduced[axis] || keep) dims.push_back(reduced[axis] ? 1 : shape[axis]);
  }
  return set_output(context, 0, type, dims);
}

// The operations: initial(first element), add(accumulator, element), finish(accumulator).
struct Tail {
  int64_t count = 1;  // what a mean divides by; 1 for a sum
  float multiplier = 1;
  int32_t zero = 0;
  OutputRange range{};
};

template <typename X>
struct Extremum {
  bool largest;
  X initial(X first) const { return first; }
  X add(X accumulator, X x) const { return (largest ? x > accumulator : x < accumulator) ? x : accumulator; }
  X finish(X accumulator) const { return accumulator; }
};
struct FloatSum {
  Tail tail;
  bool mean;
  float initial(float /*first*/) const { return 0.0f; }
  float add(float accumulator, float x) const { return accumulator + x; }
  float finish(float accumulator) const {
    return canonical_nan(mean ? accumulator / static_cast<float>(tail.count) : accumulator);
  }
};
struct IntegerSum {
  int32_t initial(int32_t /*first*/) const { return 0; }
  int32_t add(int32_t accumulator, int32_t x) const { return wrapping_add(accumulator, x); }
  int32_t finish(int32_t accumulator) const { return accumulator; }
};
template <typename X>
struct LevelSum {
  Tail tail;
  int64_t initial(X /*first*/) const { return 0; }
  int64_t add(int64_t accumulator, X x) const { return accumulator + (int32_t{x} - tail.zero); }
  X finish(int64_t accumulator) const {
    return static_cast<X>(quantize_clamped(static_cast<float>(accumulator) * tail.multiplier, tail.range));
  }
};

class ReduceBase : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    const Tensor& x = tensors.inputs[0];
    bool reduced[kMaxRank];
    MAGIK_RETURN_IF_ERROR(reduced_axes(*tensors.node, x.shape, reduced));
    const Strides strides = strides_of(x);
    kept_ = reduced_ = {};
    for (int axis = 0; axis < x.shape.rank(); ++axis) {
      (reduced[axis] ? reduced_ : kept_).add(x.shape[axis], {strides[axis]});
    }
    row_ = reduced_.pop();
    runs_ = reduced_.iterations();
    return {};
  }

 protected:
  int64_t count() const { return runs_ * row_.size; }

  template <typename X, typename Operation>
  void reduce(const NodeTensors& tensors, const RunContext& context, const Operation& operation) const {
    constexpr int64_t kBlock = 16;
    const X* x = tensors.inputs[0].as<X>();
    X* y = tensors.outputs[0].as<X>();
    LoopNest<1> kept = kept_;
    const LoopNest<1>::Axis row = kept.pop();
    const int64_t neighbours = row.stride[0] == 1 ? row.size : 1;  // outputs whose inputs lie next to each other
    context.pool.parallel_for(tensors.outputs[0].elements(), 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end;) {
        const X* from = x + kept_.offsets_at(i)[0];
        if (neighbours - i % neighbours >= kBlock && end - i >= kBlock) {
          reduce_block<kBlock>(from, operation, y + i);
          i += kBlock;
        } else {
          reduce_block<1>(from, operation, y + i);
          ++i;
        }
      }
    });
  }

 private:
  // kCount neighbouring outputs; each one's elements come in row-major order.
  template <int kCount, typename X, typename Operation>
  void reduce_block(const X* x, const Operation& operation, X* y) const {
    decltype(operation.initial(*x)) accumulators[kCount];
    for (int i = 0; i < kCount; ++i) accumulators[i] = operation.initial(x[i]);
    for (int64_t run = 0; run < runs_; ++run) {
      const X* from = x + reduced_.offsets_at(run)[0];
      for (int64_t k = 0; k < row_.size; ++k, from += row_.stride[0]) {
        for (int i = 0; i < kCount; ++i) accumulators[i] = operation.add(accumulators[i], from[i]);
      }
    }
    for (int i = 0; i < kCount; ++i) y[i] = operation.finish(accumulators[i]);
  }

  LoopNest<1> kept_, reduced_;  // of the input's elements, the latter without its innermost loop
  LoopNest<1>::Axis row_;       // the innermost of what is reduced
  int64_t runs_ = 0;            // how often it runs
};

template <typename X>
class ReduceExtremum : public ReduceBase {
 public:
  explicit ReduceExtremum(bool largest) : largest_(largest) {}
  void run(const NodeTensors& tensors, const RunContext& context) override {
    reduce<X>(tensors, context, Extremum<X>{largest_});
  }

 private:
  bool largest_;
};

// Mean or sum of floats or levels. The count, and with it the multiplier, follows the input's shape.
template <typename X>
class ReduceSum : public ReduceBase {
 public:
  explicit ReduceSum(bool mean) : mean_(mean) {}
  Status prepare(const NodeTensors& tensors) override {
    MAGIK_RETURN_IF_ERROR(ReduceBase::prepare(tensors));
    tail_.count = mean_ ? count() : 1;
    if (std::is_same<X, float>::value) return {};
    const Tensor& x = tensors.inputs[0];
    const Tensor& y = tensors.outputs[0];
    tail_.multiplier = average_multiplier(x.scale(), y.scale(), tail_.count);
    tail_.zero = x.zero_point();
    tail_.range = full_range(y);
    return check_multiplier(tail_.multiplier);
  }
  void run(const NodeTensors& tensors, const RunContext& context) override {
    if constexpr (std::is_same<X, float>::value) {
      reduce<float>(tensors, context, FloatSum{tail_, mean_});
    } else {
      reduce<X>(tensors, context, LevelSum<X>{tail_});
    }
  }

 private:
  bool mean_;
  Tail tail_;
};

class ReduceSumInt32 : public ReduceBase {
 public:
  void run(const NodeTensors& tensors, const RunContext& context) override {
    reduce<int32_t>(tensors, context, IntegerSum{});
  }
};

Result<std::unique_ptr<Kernel>> create_extremum(const NodeTensors& tensors) {
  MAGIK_RETURN_IF_ERROR(check_equal_quantization(tensors));
  const bool largest = tensors.node->op == "ReduceMax";
  switch (tensors.inputs[0].type) {
    case ElementType::kFloat32:
      return std::make_unique<ReduceExtremum<float>>(largest);
    case ElementType::kInt32:
      return std::make_unique<ReduceExtremum<int32_t>>(largest);
    case ElementType::kUint8:
      return std::make_unique<ReduceExtremum<uint8_t>>(largest);
    case ElementType::kUint16:
      return std::make_unique<ReduceExtremum<uint16_t>>(largest);
    default:
      return no_kernel_for_types(tensors);
  }
}

Result<std::unique_ptr<Kernel>> create_sum(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  const bool mean = tensors.node->op == "ReduceMean";
  if (x.type != y.type) return no_kernel_for_types(tensors);
  if (x.type == ElementType::kFloat32) return std::make_unique<ReduceSum<float>>(mean);
  if (x.type == ElementType::kInt32 && !mean) return std::make_unique<ReduceSumInt32>();
  MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
  MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
  if (x.type == ElementType::kUint8) return std::make_unique<ReduceSum<uint8_t>>(mean);
  return std::make_unique<ReduceSum<uint16_t>>(mean);
}

}  // namespace

extern const Operator kReduceMean = {"ReduceMean", infer, create_sum};
extern const Operator kReduceSum = {"ReduceSum", infer, create_sum};
extern const Operator kReduceMax = {"ReduceMax", infer, create_extremum};
extern const Operator kReduceMin = {"ReduceMin", infer, create_extremum};

}  // namespace magik::rt::ops
