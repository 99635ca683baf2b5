#include "transform/ir/graph_builder.h"

#include <algorithm>
#include <utility>

#include "transform/error.h"
#include "transform/ir/graph_edit.h"

namespace magik::transform {
namespace {

bool is_left_out(rt::ValueId id) { return id == rt::kNoValue; }

std::vector<rt::ValueInfo> infos_of(const rt::Graph& graph, const std::vector<rt::ValueId>& ids) {
  std::vector<rt::ValueInfo> infos;
  for (rt::ValueId id : ids) infos.push_back(info_of(graph, id));
  return infos;
}

std::vector<rt::HostTensor> evaluate(const rt::Graph& graph, const rt::Node& node) {
  std::vector<rt::HostTensor> inputs;
  for (rt::ValueId id : node.inputs) {
    if (is_left_out(id)) {
      inputs.emplace_back();
    } else {
      const rt::Value& value = graph.values[static_cast<size_t>(id)];
      inputs.push_back({value.type, value.shape, value.constant});
    }
  }
  return check(rt::evaluate_node(node, inputs));
}

}  // namespace

rt::ValueId GraphBuilder::input(const std::string& name, rt::ElementType type, const rt::Shape& shape) {
  check(rt::check_shape(shape));
  rt::Value value;
  value.name = name;
  value.type = type;
  value.shape = shape;
  const rt::ValueId id = graph_.add_value(std::move(value));
  graph_.inputs.push_back(id);
  graph_.preprocessing.emplace_back();
  return id;
}

rt::ValueId GraphBuilder::constant(const std::string& name, rt::ElementType type, const rt::Shape& shape,
                                   rt::Constant data) {
  check(rt::check_shape(shape));
  rt::Value value;
  value.name = name;
  value.type = type;
  value.shape = shape;
  value.constant = std::move(data);
  return graph_.add_value(std::move(value));
}

rt::ValueId GraphBuilder::constant_floats(const std::string& name, const rt::Shape& shape,
                                          const std::vector<float>& values) {
  return constant(name, rt::ElementType::kFloat32, shape, constant_of(values));
}

rt::ValueId GraphBuilder::constant_ints(const std::string& name, const rt::Shape& shape,
                                        const std::vector<int32_t>& values) {
  return constant(name, rt::ElementType::kInt32, shape, rt::Constant::copy_of(values.data(), values.size()));
}

rt::ValueId GraphBuilder::add(const std::string& op, const std::vector<rt::ValueId>& inputs, rt::Attributes attributes,
                              const std::string& output_name) {
  return add(op, inputs, std::move(attributes), std::vector<std::string>{output_name}).front();
}

std::vector<rt::ValueId> GraphBuilder::add(const std::string& op, const std::vector<rt::ValueId>& inputs,
                                           rt::Attributes attributes, const std::vector<std::string>& output_names) {
  rt::Node node;
  node.op = op;
  node.name = output_names.back();
  node.inputs = inputs;
  node.outputs.assign(output_names.size(), rt::kNoValue);
  node.attributes = std::move(attributes);

  rt::InferContext context{node, infos_of(graph_, inputs), std::vector<rt::ValueInfo>(output_names.size())};
  check(rt::infer_node(context));

  if (op == "Shape") {  // needs no bytes of its input, only the shape that is known now
    const rt::Shape& shape = context.inputs[0].shape;
    return {constant_ints(node.name, {shape.rank()}, {shape.begin(), shape.end()})};
  }

  const bool foldable =
      std::all_of(inputs.begin(), inputs.end(), [&](rt::ValueId id) { return is_left_out(id) || is_constant(id); });
  std::vector<rt::HostTensor> folded(output_names.size());
  if (foldable) folded = evaluate(graph_, node);
  for (size_t i = 0; i < output_names.size(); ++i) {
    rt::Value value;
    value.name = output_names[i];
    value.type = context.outputs[i].type;
    value.shape = context.outputs[i].shape;
    value.constant = std::move(folded[i].data);
    node.outputs[i] = graph_.add_value(std::move(value));
  }
  std::vector<rt::ValueId> outputs = node.outputs;
  if (!foldable) graph_.nodes.push_back(std::move(node));
  return outputs;
}

std::vector<int64_t> GraphBuilder::constant_as_ints(rt::ValueId id) const {
  const rt::Value& v = value(id);
  const size_t count = static_cast<size_t>(v.shape.elements());
  if (v.is_constant() && v.type == rt::ElementType::kInt32) {
    return {v.constant.as<int32_t>(), v.constant.as<int32_t>() + count};
  }
  if (v.is_constant() && v.type == rt::ElementType::kBool) {
    return {v.constant.as<uint8_t>(), v.constant.as<uint8_t>() + count};
  }
  fail("'{}' ({}) is not a constant of integers", v.name, rt::element_type_name(v.type));
}

std::vector<float> GraphBuilder::constant_as_floats(rt::ValueId id) const { return floats_of(value(id)); }

}  // namespace magik::transform
