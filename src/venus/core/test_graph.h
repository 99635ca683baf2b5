// For tests: builds small graphs.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "venus/core/graph.h"

namespace magik::rt::test {

class TestGraph {
 public:
  ValueId value(const std::string& name, Shape shape, ElementType type = ElementType::kFloat32) {
    Value value;
    value.name = name;
    value.type = type;
    value.shape = shape;
    return graph.add_value(std::move(value));
  }

  ValueId input(const std::string& name, Shape shape) {
    graph.inputs.push_back(value(name, shape));
    graph.preprocessing.emplace_back();
    return graph.inputs.back();
  }

  ValueId pixels(const std::string& name, Shape shape) {
    graph.inputs.push_back(value(name, shape, ElementType::kUint8));
    graph.preprocessing.push_back({InputKind::kPixels, "RGB", "STRETCH", {}, {}});
    return graph.inputs.back();
  }

  ValueId constant(const std::string& name, Shape shape, const std::vector<float>& data) {
    const ValueId id = value(name, shape);
    graph.values[id].constant = Constant::copy_of(data.data(), data.size());
    return id;
  }

  // A node with one output, both named `name`.
  ValueId node(const std::string& op, const std::string& name, std::vector<ValueId> inputs, Shape shape,
               Attributes attributes = {}, ElementType type = ElementType::kFloat32) {
    const ValueId output = value(name, shape, type);
    Node node;
    node.op = op;
    node.name = name;
    node.inputs = std::move(inputs);
    node.outputs = {output};
    node.attributes = std::move(attributes);
    graph.nodes.push_back(std::move(node));
    return output;
  }

  std::shared_ptr<const Graph> shared(std::vector<ValueId> outputs) {
    graph.outputs = std::move(outputs);
    return std::make_shared<Graph>(graph);
  }

  Graph graph;
};

template <typename T>
Attributes attribute(const char* name, T value) {
  Attributes attributes;
  attributes.set(name, std::move(value));
  return attributes;
}

}  // namespace magik::rt::test
