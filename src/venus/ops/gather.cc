// Gather: slices of the input along one axis, in the order of the indices. Output shape: the input's with the axis
// replaced by the shape of the indices.
#include <cstring>

#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 2));
  const Shape& input = context.inputs[0].shape;
  const ValueInfo& indices = context.inputs[1];
  if (indices.type != ElementType::kInt32) {
    return Status::error("the indices have type %s, expected int32", element_type_name(indices.type));
  }
  Result<int> axis = normalize_axis(context.attributes().integer("axis", 0), input.rank());
  if (!axis.ok()) return axis.take_status();
  if (input[axis.value()] == 0 && indices.shape.elements() > 0) {
    return Status::error("there is nothing to gather: axis %d of %s is empty", axis.value(), input.text().c_str());
  }
  std::vector<int64_t> dims = dims_of(input);
  const auto place = dims.erase(dims.begin() + axis.value());
  dims.insert(place, indices.shape.begin(), indices.shape.end());
  return set_output(context, 0, context.inputs[0].type, dims);
}

class GatherKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    const Shape& input = tensors.inputs[0].shape;
    Result<int> axis = normalize_axis(tensors.node->attributes.integer("axis", 0), input.rank());
    if (!axis.ok()) return axis.take_status();
    outer_ = input.elements(0, axis.value());
    size_ = input[axis.value()];
    inner_ = input.elements(axis.value() + 1, input.rank());
    return {};
  }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    switch (element_size(tensors.inputs[0].type)) {
      case 1:
        return gather<uint8_t>(tensors, context.pool);
      case 2:
        return gather<uint16_t>(tensors, context.pool);
      case 4:
        return gather<uint32_t>(tensors, context.pool);
    }
  }

 private:
  // Indices that are known only now may be wrong, which must not read elsewhere: they are clamped.
  static int64_t position(int32_t index, int32_t size) {
    if (index < 0) index += size;
    return std::min(std::max(index, 0), size - 1);
  }

  // to[i] = from[indices[i]], of `size` elements.
  template <typename T>
  static void gather_elements(const T* from, int32_t size, const int32_t* indices, int64_t count, T* to) {
    for (int64_t i = 0; i < count; ++i) to[i] = from[position(indices[i], size)];
  }

  template <typename T>
  void gather(const NodeTensors& tensors, ThreadPool& pool) const {
    constexpr int64_t kGrainElements = 16384;
    const T* from = tensors.inputs[0].as<T>();
    const int32_t* indices = tensors.inputs[1].as<int32_t>();
    T* to = tensors.outputs[0].as<T>();
    const int64_t count = tensors.inputs[1].elements();
    const int64_t grain = std::max<int64_t>(1, kGrainElements / std::max<int64_t>(1, inner_));
    pool.parallel_for(outer_ * count, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin, length; i < end; i += length) {
        const int64_t outer = i / count, first = i % count;
        length = std::min(count - first, end - i);
        const T* source = from + outer * size_ * inner_;
        if (inner_ == 1) {
          gather_elements(source, size_, indices + first, length, to + i);
          continue;
        }
        for (int64_t k = 0; k < length; ++k) {
          std::memcpy(to + (i + k) * inner_, source + position(indices[first + k], size_) * inner_,
                      static_cast<size_t>(inner_) * sizeof(T));
        }
      }
    });
  }

  int32_t size_ = 0;
  int64_t outer_ = 0, inner_ = 0;
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const Shape& input = tensors.inputs[0].shape;
  const Tensor& indices = tensors.inputs[1];
  Result<int> axis = normalize_axis(tensors.node->attributes.integer("axis", 0), input.rank());
  if (!axis.ok()) return axis.take_status();
  const int32_t size = input[axis.value()];
  for (int64_t i = 0; indices.constant && i < indices.elements(); ++i) {
    const int32_t index = indices.as<int32_t>()[i];
    if (index < -size || index >= size) {
      return Status::error("index %d (element %lld of the indices) is outside %d..%d, axis %d of %s", index,
                           static_cast<long long>(i), -size, size - 1, axis.value(), input.text().c_str());
    }
  }
  return create_movement<GatherKernel>(tensors);
}

}  // namespace

extern const Operator kGather = {"Gather", infer, create};

}  // namespace magik::rt::ops
