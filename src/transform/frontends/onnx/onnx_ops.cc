#include "transform/frontends/onnx/onnx_ops.h"

#include <algorithm>

namespace magik::transform {

using onnx::AttributeProto;

Translator find_translator(const onnx::NodeProto& node) {
  static const std::unordered_map<std::string, Translator> registry = [] {
    std::unordered_map<std::string, Translator> all;
    for (const auto& family : {activation_ops(), arithmetic_ops(), constant_ops(), image_ops(), matrix_ops(),
                               movement_ops(), reduction_ops(), resize_ops(), shape_ops()}) {
      for (const OnnxOp& op : family) all.emplace(op.name, op.translate);
    }
    return all;
  }();
  if (!is_standard_domain(node.domain())) return nullptr;
  const auto found = registry.find(node.op_type());
  return found == registry.end() ? nullptr : found->second;
}

std::string OnnxNode::name() const {
  if (!proto_.name().empty() || proto_.output_size() == 0) return proto_.name();
  return proto_.output(0);
}

bool OnnxNode::has_input(size_t index) const {
  return index < input_count() && !proto_.input(static_cast<int>(index)).empty();
}

ValueId OnnxNode::input(size_t index) const {
  if (!has_input(index)) fail("its input {} is missing", index);
  return state_.values.at(proto_.input(static_cast<int>(index)));
}

Ints OnnxNode::constant_ints(size_t index) const {
  const ValueId id = input(index);
  if (!state_.builder.is_constant(id)) {
    unsupported("input '{}' has to be a constant", proto_.input(static_cast<int>(index)));
  }
  return state_.builder.constant_as_ints(id);
}

Floats OnnxNode::constant_floats(size_t index) const {
  const ValueId id = input(index);
  if (!state_.builder.is_constant(id)) {
    unsupported("input '{}' has to be a constant", proto_.input(static_cast<int>(index)));
  }
  return state_.builder.constant_as_floats(id);
}

const AttributeProto* OnnxNode::attribute(const char* name, AttributeProto::AttributeType type) const {
  for (const AttributeProto& a : proto_.attribute()) {
    if (a.name() != name) continue;
    if (a.type() != type && a.type() != AttributeProto::UNDEFINED) {  // the oldest files do not say the type
      fail("attribute '{}' is of type {}, expected {}", name, AttributeProto::AttributeType_Name(a.type()),
           AttributeProto::AttributeType_Name(type));
    }
    return &a;
  }
  return nullptr;
}

bool OnnxNode::has(const char* name) const {
  return std::any_of(proto_.attribute().begin(), proto_.attribute().end(),
                     [&](const AttributeProto& a) { return a.name() == name; });
}

int64_t OnnxNode::integer(const char* name, int64_t otherwise) const {
  const AttributeProto* a = attribute(name, AttributeProto::INT);
  return a ? a->i() : otherwise;
}

float OnnxNode::number(const char* name, float otherwise) const {
  const AttributeProto* a = attribute(name, AttributeProto::FLOAT);
  return a ? a->f() : otherwise;
}

std::string OnnxNode::text(const char* name, const char* otherwise) const {
  const AttributeProto* a = attribute(name, AttributeProto::STRING);
  return a ? a->s() : otherwise;
}

Ints OnnxNode::integers(const char* name, const Ints& otherwise) const {
  const AttributeProto* a = attribute(name, AttributeProto::INTS);
  return a ? Ints(a->ints().begin(), a->ints().end()) : otherwise;
}

Floats OnnxNode::numbers(const char* name) const {
  const AttributeProto* a = attribute(name, AttributeProto::FLOATS);
  return a ? Floats(a->floats().begin(), a->floats().end()) : Floats();
}

const onnx::TensorProto* OnnxNode::tensor(const char* name) const {
  const AttributeProto* a = attribute(name, AttributeProto::TENSOR);
  return a ? &a->t() : nullptr;
}

std::optional<Ints> OnnxNode::integers_or_input(const char* name, size_t input_index) const {
  if (has_input(input_index)) return constant_ints(input_index);
  if (has(name)) return integers(name);
  return std::nullopt;
}

int64_t OnnxNode::axis(int64_t value, int rank, bool end_allowed) const {
  const int64_t counted = value < 0 ? value + rank : value;
  if (counted < 0 || counted > rank || (counted == rank && !end_allowed)) {
    fail("axis {} does not exist in a tensor of {} axes", value, rank);
  }
  return counted;
}

Ints OnnxNode::axes(Ints values, int rank) const {
  for (int64_t& value : values) value = axis(value, rank);
  return values;
}

std::string OnnxNode::output_name(size_t index) const {
  const int i = static_cast<int>(index);
  if (i < proto_.output_size() && !proto_.output(i).empty()) return proto_.output(i);
  return fmt::format("{}/unused{}", name(), index);
}

bool OnnxNode::is_read(size_t index) const {
  return index < output_count() && state_.read.count(proto_.output(static_cast<int>(index))) > 0;
}

void OnnxNode::set_output(size_t index, ValueId id) { state_.values[output_name(index)] = id; }

void OnnxNode::emit(const char* op, const std::vector<ValueId>& inputs, rt::Attributes attributes) {
  set_output(0, builder().add(op, inputs, std::move(attributes), output_name()));
}

ValueId OnnxNode::emit_helper(const std::string& suffix, const char* op, const std::vector<ValueId>& inputs,
                              rt::Attributes attributes) {
  return builder().add(op, inputs, std::move(attributes), helper(suffix));
}

ValueId OnnxNode::scalar(const std::string& suffix, float value) {
  return builder().constant_floats(helper(suffix), {}, {value});
}

namespace {

// {0, 2, 3, 1} for four axes.
Ints channels_last_axes(int rank) {
  Ints perm{0};
  for (int axis = 2; axis < rank; ++axis) perm.push_back(axis);
  perm.push_back(1);
  return perm;
}

// {0, 3, 1, 2} for four axes.
Ints channels_first_axes(int rank) {
  Ints perm{0, rank - 1};
  for (int axis = 1; axis < rank - 1; ++axis) perm.push_back(axis);
  return perm;
}

}  // namespace

ValueId OnnxNode::channels_last(ValueId id) {
  if (rank(id) < 3) return id;  // the channels are last already
  const auto known = state_.channels_last.find(id);
  if (known != state_.channels_last.end()) return known->second;
  const Ints axes = channels_last_axes(rank(id));
  const std::string name = builder().value(id).name + "/nhwc";
  const ValueId moved = builder().add("Permute", {id}, attributes("perm", axes), name);
  builder().set_source_axes(moved, {axes.begin(), axes.end()});
  state_.channels_last[id] = moved;
  return moved;
}

ValueId OnnxNode::emit_channels_last(const char* op, const std::vector<ValueId>& inputs, rt::Attributes attrs) {
  const ValueId image = builder().add(op, inputs, std::move(attrs), output_name());
  if (rank(image) < 3) return image;
  const Ints axes = channels_last_axes(rank(image));
  builder().set_source_axes(image, {axes.begin(), axes.end()});
  const ValueId back =
      builder().add("Permute", {image}, attributes("perm", channels_first_axes(rank(image))), helper("source_layout"));
  state_.channels_last[back] = image;
  return back;
}

}  // namespace magik::transform
