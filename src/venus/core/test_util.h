// For tests of operators and kernels: owned tensors, and running one node on one kernel.
#pragma once

#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "venus/core/operator.h"
#include "venus/core/thread_pool.h"

namespace magik::rt::test {

// Memory, type, shape and quantization of one tensor. Rows are `pitch` elements apart.
struct OwnedTensor {
  ElementType type = ElementType::kNone;  // kNone: an optional input that is left out
  Shape shape;
  int64_t pitch = 0;
  Quantization quantization;
  bool constant = false;
  std::vector<uint8_t> bytes;

  OwnedTensor() = default;
  // Filled with 0xcd. pitch 0: dense.
  OwnedTensor(ElementType type_, Shape shape_, Quantization quantization_ = {}, int64_t pitch_ = 0)
      : type(type_), shape(shape_), pitch(pitch_ ? pitch_ : shape_.back()), quantization(std::move(quantization_)) {
    const int64_t rows = shape.rank() == 0 ? 1 : shape.elements(0, shape.rank() - 1);
    bytes.assign(static_cast<size_t>(rows * pitch) * element_size(type), 0xcd);
  }
  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(bytes.data());
  }
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(bytes.data());
  }
  // Element i in row-major order, whatever the pitch.
  template <typename T>
  T& at(int64_t i) {
    return as<T>()[i / shape.back() * pitch + i % shape.back()];
  }
  template <typename T>
  T at(int64_t i) const {
    return as<T>()[i / shape.back() * pitch + i % shape.back()];
  }
  // All elements, without what lies between the rows.
  template <typename T>
  std::vector<T> values() const {
    std::vector<T> result;
    for (int64_t i = 0; i < shape.elements(); ++i) result.push_back(at<T>(i));
    return result;
  }
  Tensor view() { return {bytes.data(), type, shape, pitch, &quantization, constant}; }
};

template <typename T>
constexpr ElementType type_of() {
  return std::is_same<T, float>::value      ? ElementType::kFloat32
         : std::is_same<T, int32_t>::value  ? ElementType::kInt32
         : std::is_same<T, uint8_t>::value  ? ElementType::kUint8
         : std::is_same<T, uint16_t>::value ? ElementType::kUint16
                                            : ElementType::kInt8;
}

template <typename T>
OwnedTensor tensor_of(Shape shape, const std::vector<T>& values, Quantization quantization = {}) {
  OwnedTensor tensor(type_of<T>(), shape, std::move(quantization));
  if (static_cast<int64_t>(values.size()) != shape.elements()) throw std::invalid_argument("tensor_of: wrong size");
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

inline OwnedTensor constant(OwnedTensor tensor) {
  tensor.constant = true;
  return tensor;
}

// Of an activation.
inline Quantization levels(int bits, float scale, int32_t zero_point) { return {bits, {scale}, {zero_point}, -1}; }
// Of weights: symmetric, one scale per index of axis 0.
inline Quantization weight_levels(int bits, std::vector<float> scale) { return {bits, std::move(scale), {}, 0}; }

inline float uniform(std::mt19937& random, float lo, float hi) {
  return lo + (hi - lo) * (static_cast<float>(random() >> 8) / 16777216.0f);
}
inline int32_t uniform_int(std::mt19937& random, int32_t lo, int32_t hi) {  // both included
  return lo + static_cast<int32_t>(random() % (static_cast<uint32_t>(hi - lo) + 1));
}

// Floats in [-2, 2), every level of quantized types, int32 in [-100, 100], bools.
inline OwnedTensor random_tensor(std::mt19937& random, ElementType type, Shape shape, Quantization quantization = {},
                                 int64_t pitch = 0) {
  OwnedTensor tensor(type, shape, std::move(quantization), pitch);
  const int bits = tensor.quantization.enabled() ? tensor.quantization.bits : 8;
  for (int64_t i = 0; i < shape.elements(); ++i) {
    switch (type) {
      case ElementType::kFloat32:
        tensor.at<float>(i) = uniform(random, -2.0f, 2.0f);
        break;
      case ElementType::kInt32:
        tensor.at<int32_t>(i) = uniform_int(random, -100, 100);
        break;
      case ElementType::kUint8:
        tensor.at<uint8_t>(i) = static_cast<uint8_t>(uniform_int(random, 0, (1 << bits) - 1));
        break;
      case ElementType::kUint16:
        tensor.at<uint16_t>(i) = static_cast<uint16_t>(uniform_int(random, 0, (1 << bits) - 1));
        break;
      case ElementType::kInt8: {
        const int32_t most = (1 << (bits - 1)) - 1;
        tensor.at<int8_t>(i) = static_cast<int8_t>(uniform_int(random, -most, most));
        break;
      }
      case ElementType::kBool:
        tensor.at<uint8_t>(i) = random() & 1;
        break;
      case ElementType::kNone:
        break;
    }
  }
  return tensor;
}

// How output 0, 1, ... differs from what a float network has.
struct OutputSpec {
  Quantization quantization = {};         // enabled: the output has that activation's type
  int64_t pitch = 0;                      // 0: dense
  ElementType type = ElementType::kNone;  // kNone: as inferred, or as the quantization says
};

// A node with memory for all its tensors.
struct TestNode {
  Node node;
  std::vector<OwnedTensor> inputs, outputs;

  // Views stay valid while this object is neither moved nor copied.
  NodeTensors tensors() {
    NodeTensors result;
    result.node = &node;
    for (OwnedTensor& tensor : inputs) result.inputs.push_back(tensor.view());
    for (OwnedTensor& tensor : outputs) result.outputs.push_back(tensor.view());
    return result;
  }
};

// Infers the outputs. `attributes` name the operator's parameters. Several outputs: one spec for each.
inline Result<TestNode> try_make_node(const std::string& op, const Attributes& attributes,
                                      std::vector<OwnedTensor> inputs, const std::vector<OutputSpec>& specs = {{}}) {
  TestNode result;
  result.node.op = op;
  result.node.name = "node";
  result.node.attributes = attributes;
  result.inputs = std::move(inputs);
  InferContext context{result.node, {}, {}};
  ValueId next = 0;
  for (const OwnedTensor& input : result.inputs) {
    const bool present = input.type != ElementType::kNone;
    result.node.inputs.push_back(present ? next++ : kNoValue);
    context.inputs.push_back({input.type, input.shape, input.constant ? input.bytes.data() : nullptr});
  }
  for (size_t i = 0; i < specs.size(); ++i) result.node.outputs.push_back(next++);
  context.outputs.resize(specs.size());
  MAGIK_RETURN_IF_ERROR(infer_node(context));
  for (size_t i = 0; i < specs.size(); ++i) {
    const OutputSpec& spec = specs[i];
    ElementType type = context.outputs[i].type;
    if (spec.quantization.enabled()) type = activation_type(spec.quantization.bits);
    if (spec.type != ElementType::kNone) type = spec.type;
    result.outputs.emplace_back(type, context.outputs[i].shape, spec.quantization, spec.pitch);
  }
  return result;
}

// Creates, prepares and runs a kernel. A kernel that declines the node is an error too.
inline Status run_kernel(KernelFactory create, TestNode& node, int threads = 1) {
  const NodeTensors tensors = node.tensors();
  Result<std::unique_ptr<Kernel>> kernel = create(tensors);
  if (!kernel.ok()) return kernel.take_status();
  if (!kernel.value()) return Status::error("the kernel declines this node");
  MAGIK_RETURN_IF_ERROR(kernel.value()->prepare(tensors));
  const size_t stride = (kernel.value()->scratch_bytes() + 63) / 64 * 64;
  std::vector<uint8_t> scratch(stride * static_cast<size_t>(threads) + 64, 0xaa);
  const size_t misaligned = reinterpret_cast<uintptr_t>(scratch.data()) % 64;
  ThreadPool pool(threads);
  RunContext context{pool, reinterpret_cast<std::byte*>(scratch.data() + (64 - misaligned) % 64), stride};
  kernel.value()->run(tensors, context);
  return {};
}

inline Result<TestNode> try_reference(const std::string& op, const Attributes& attributes,
                                      std::vector<OwnedTensor> inputs, const std::vector<OutputSpec>& specs = {{}}) {
  Result<TestNode> node = try_make_node(op, attributes, std::move(inputs), specs);
  if (!node.ok()) return node;
  MAGIK_RETURN_IF_ERROR(run_kernel(find_operator(op)->reference, node.value()));
  return node;
}

// The outputs on the reference kernel; throws where there is an error.
inline std::vector<OwnedTensor> run_reference(const std::string& op, const Attributes& attributes,
                                              std::vector<OwnedTensor> inputs,
                                              const std::vector<OutputSpec>& specs = {{}}) {
  Result<TestNode> node = try_reference(op, attributes, std::move(inputs), specs);
  if (!node.ok()) throw std::runtime_error(node.message());
  return std::move(node.value().outputs);
}

// The error text of inferring, creating or preparing; "" where there is none.
inline std::string reference_error(const std::string& op, const Attributes& attributes, std::vector<OwnedTensor> inputs,
                                   const std::vector<OutputSpec>& specs = {{}}) {
  return try_reference(op, attributes, std::move(inputs), specs).message();
}

}  // namespace magik::rt::test
