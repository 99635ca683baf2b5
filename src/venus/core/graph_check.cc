#include "venus/core/graph_check.h"

#include <cmath>

#include "venus/core/operator.h"

namespace magik::rt {
namespace {

constexpr int kMaxBits = 16;

bool is_valid_type(ElementType type) { return element_size(type) > 0; }

// Whether the type can hold `bits` wide levels: activations and their constants are unsigned, weights signed.
bool holds_levels(ElementType type, int bits) {
  return type == activation_type(bits) || (type == ElementType::kInt8 && bits >= 2 && bits <= 8);
}

Status check_source_axes(const Value& value) {
  if (value.source_axes.empty()) return {};
  uint32_t seen = 0;
  for (uint8_t axis : value.source_axes) seen |= axis < kMaxRank ? 1u << axis : 0u;
  const int rank = value.shape.rank();
  if (static_cast<int>(value.source_axes.size()) != rank || seen != (1u << rank) - 1) {
    return Status::error("source_axes is not a permutation of the %d axes", rank);
  }
  return {};
}

Status check_quantization(const Value& value) {
  const Quantization& q = value.quantization;
  if (q.bits < 0 || q.bits > kMaxBits) return Status::error("%d bits, expected 0 to %d", q.bits, kMaxBits);
  if (!q.enabled()) return {};
  if (!holds_levels(value.type, q.bits)) {
    return Status::error("%s cannot hold %d-bit levels", element_type_name(value.type), q.bits);
  }
  const bool per_axis = q.axis >= 0 && q.axis < value.shape.rank();
  const size_t count = q.scale.size();
  if (count == 0 || (count != 1 && !(per_axis && count == static_cast<size_t>(value.shape[q.axis])))) {
    return Status::error("%zu scales for shape %s with quantization axis %d, expected one or one for each index", count,
                         value.shape.text().c_str(), q.axis);
  }
  for (float scale : q.scale) {
    if (!std::isfinite(scale) || !(scale > 0))
      return Status::error("scale %g, expected a finite number above 0", scale);
  }
  if (value.type == ElementType::kInt8) {
    if (!q.zero_point.empty()) return Status::error("zero points, but int8 levels are symmetric and have none");
    return {};
  }
  if (q.zero_point.size() != count) {
    return Status::error("%zu zero points for %zu scales", q.zero_point.size(), count);
  }
  const int32_t max_level = (int32_t{1} << q.bits) - 1;
  for (int32_t zero : q.zero_point) {
    if (zero < 0 || zero > max_level) return Status::error("zero point %d, expected 0 to %d", zero, max_level);
  }
  return {};
}

template <typename T>
bool all_within(const Constant& constant, int32_t low, int32_t high) {
  const T* data = constant.as<T>();
  bool within = true;  // no early exit: this loop is vectorized
  for (size_t i = 0; i < constant.bytes / sizeof(T); ++i) within &= data[i] >= low && data[i] <= high;
  return within;
}

// Levels index tables, and kernels rely on the weights' range.
Status check_levels(const Value& value) {
  if (!value.quantization.enabled()) return {};
  const int bits = value.quantization.bits;
  bool within = true;
  if (value.type == ElementType::kInt8) {
    const int32_t limit = (1 << (bits - 1)) - 1;
    within = all_within<int8_t>(value.constant, -limit, limit);
  } else {
    const int32_t limit = (1 << bits) - 1;
    within = value.type == ElementType::kUint8 ? all_within<uint8_t>(value.constant, 0, limit)
                                               : all_within<uint16_t>(value.constant, 0, limit);
  }
  return within ? Status() : Status::error("the constant has a level outside of its %d bits", bits);
}

Status check_value(const Value& value) {
  if (!is_valid_type(value.type)) {
    return Status::error("element type %d is unknown to this library", static_cast<int>(value.type));
  }
  MAGIK_RETURN_IF_ERROR(check_shape(value.shape));
  MAGIK_RETURN_IF_ERROR(check_source_axes(value));
  MAGIK_RETURN_IF_ERROR(check_quantization(value));
  if (!value.is_constant()) return {};
  const uint64_t expected = static_cast<uint64_t>(value.shape.elements()) * element_size(value.type);
  if (value.constant.bytes != expected) {
    return Status::error("the constant has %zu bytes, but %s of shape %s has %llu", value.constant.bytes,
                         element_type_name(value.type), value.shape.text().c_str(),
                         static_cast<unsigned long long>(expected));
  }
  return check_levels(value);
}

Status check_preprocessing(const Preprocessing& preprocessing, const Value& value) {
  if (preprocessing.kind == InputKind::kFloat) return {};
  if (preprocessing.kind != InputKind::kPixels) {
    return Status::error("input kind %d is unknown to this library", static_cast<int>(preprocessing.kind));
  }
  const int32_t channels = value.shape.back();
  if (value.type != ElementType::kUint8 || (channels != 1 && channels != 3)) {
    return Status::error("a pixel input is uint8 with 1 or 3 channels, this one is %s of shape %s",
                         element_type_name(value.type), value.shape.text().c_str());
  }
  return {};
}

// Who reads or writes inputs and outputs relies on a zero point.
Status check_is_activation(const Value& value) {
  if (!value.quantization.enabled() || !value.quantization.zero_point.empty()) return {};
  return Status::error("value '%s' has the symmetric levels of weights, expected those of an activation",
                       value.name.c_str());
}

// Walks the graph in execution order and knows which values exist at each point.
class Walk {
 public:
  explicit Walk(const Graph& graph) : graph_(graph), defined_(graph.values.size(), false) {}

  Status run() {
    for (size_t i = 0; i < graph_.values.size(); ++i) defined_[i] = graph_.values[i].is_constant();
    MAGIK_RETURN_IF_ERROR(check_inputs());
    for (const Node& node : graph_.nodes) {
      if (const Status status = check_node(node); !status.ok()) {
        return Status::error("node '%s' (%s): %s", node.name.c_str(), node.op.c_str(), status.message().c_str());
      }
    }
    if (graph_.outputs.empty()) return Status::error("the model has no outputs");
    for (size_t i = 0; i < graph_.outputs.size(); ++i) {
      Status status = check_defined(graph_.outputs[i]);
      if (status.ok()) status = check_is_activation(graph_.values[graph_.outputs[i]]);
      if (!status.ok()) return Status::error("output %zu: %s", i, status.message().c_str());
    }
    return {};
  }

 private:
  Status check_index(ValueId id) const {
    if (id >= 0 && static_cast<size_t>(id) < graph_.values.size()) return {};
    return Status::error("value %d does not exist, the model has %zu values", id, graph_.values.size());
  }

  Status check_defined(ValueId id) const {
    MAGIK_RETURN_IF_ERROR(check_index(id));
    if (defined_[id]) return {};
    return Status::error("value %d '%s' is used before any node produces it", id, graph_.values[id].name.c_str());
  }

  Status define(ValueId id) {
    MAGIK_RETURN_IF_ERROR(check_index(id));
    if (defined_[id]) {
      return Status::error("value %d '%s' is produced twice, or is a constant or an input", id,
                           graph_.values[id].name.c_str());
    }
    defined_[id] = true;
    return {};
  }

  Status check_inputs() {
    if (graph_.preprocessing.size() != graph_.inputs.size()) {
      return Status::error("%zu entries of preprocessing for %zu inputs", graph_.preprocessing.size(),
                           graph_.inputs.size());
    }
    for (size_t i = 0; i < graph_.inputs.size(); ++i) {
      Status status = define(graph_.inputs[i]);
      if (status.ok()) status = check_preprocessing(graph_.preprocessing[i], graph_.values[graph_.inputs[i]]);
      if (status.ok()) status = check_is_activation(graph_.values[graph_.inputs[i]]);
      if (!status.ok()) return Status::error("input %zu: %s", i, status.message().c_str());
    }
    return {};
  }

  Status check_node(const Node& node) {
    if (node.version < 1) return Status::error("version %d of the operator, expected 1 or above", node.version);
    for (ValueId id : node.inputs) {
      if (id != kNoValue) MAGIK_RETURN_IF_ERROR(check_defined(id));
    }
    if (node.outputs.empty()) return Status::error("the node has no outputs");
    for (ValueId id : node.outputs) MAGIK_RETURN_IF_ERROR(define(id));
    return {};
  }

  const Graph& graph_;
  std::vector<bool> defined_;
};

Status check_golden(const Graph& graph) {
  const Golden& golden = graph.golden;
  if (golden.empty()) return {};
  if (golden.inputs.size() != graph.inputs.size() || golden.node_checksums.size() != graph.nodes.size()) {
    return Status::error("the golden test has %zu inputs and %zu checksums, the network %zu inputs and %zu nodes",
                         golden.inputs.size(), golden.node_checksums.size(), graph.inputs.size(), graph.nodes.size());
  }
  for (size_t i = 0; i < golden.inputs.size(); ++i) {
    const Value& value = graph.values[graph.inputs[i]];
    const uint64_t expected = static_cast<uint64_t>(value.shape.elements()) * element_size(value.type);
    if (golden.inputs[i].bytes != expected) {
      return Status::error("input %zu of the golden test has %zu bytes, expected %llu", i, golden.inputs[i].bytes,
                           static_cast<unsigned long long>(expected));
    }
  }
  return {};
}

}  // namespace

Status check_graph(const Graph& graph) {
  for (size_t i = 0; i < graph.values.size(); ++i) {
    if (const Status status = check_value(graph.values[i]); !status.ok()) {
      return Status::error("value %zu '%s': %s", i, graph.values[i].name.c_str(), status.message().c_str());
    }
  }
  MAGIK_RETURN_IF_ERROR(Walk(graph).run());
  return check_golden(graph);
}

}  // namespace magik::rt
