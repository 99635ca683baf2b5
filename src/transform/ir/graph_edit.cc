#include "transform/ir/graph_edit.h"

#include <functional>
#include <queue>
#include <utility>

#include "transform/error.h"

namespace magik::transform {

GraphIndex::GraphIndex(const rt::Graph& graph)
    : producer_(graph.values.size(), -1), consumers_(graph.values.size()), is_output_(graph.values.size(), false) {
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (rt::ValueId id : graph.nodes[i].outputs) {
      if (id != rt::kNoValue) producer_[static_cast<size_t>(id)] = static_cast<int>(i);
    }
    for (rt::ValueId id : graph.nodes[i].inputs) {
      if (id != rt::kNoValue) consumers_[static_cast<size_t>(id)].push_back(static_cast<int>(i));
    }
  }
  for (rt::ValueId id : graph.outputs) is_output_[static_cast<size_t>(id)] = true;
}

void replace_uses(rt::Graph& graph, rt::ValueId from, rt::ValueId to) {
  for (rt::Node& node : graph.nodes) {
    for (rt::ValueId& id : node.inputs) {
      if (id == from) id = to;
    }
  }
  for (rt::ValueId& id : graph.outputs) {
    if (id == from) id = to;
  }
}

void remove_dead(rt::Graph& graph) {
  const GraphIndex index(graph);
  std::vector<bool> live_node(graph.nodes.size(), false), live_value(graph.values.size(), false);
  std::vector<rt::ValueId> todo(graph.outputs);
  while (!todo.empty()) {
    const rt::ValueId id = todo.back();
    todo.pop_back();
    if (id == rt::kNoValue) continue;
    live_value[static_cast<size_t>(id)] = true;
    const int producer = index.producer(id);
    if (producer < 0 || live_node[static_cast<size_t>(producer)]) continue;
    live_node[static_cast<size_t>(producer)] = true;
    const rt::Node& node = graph.nodes[static_cast<size_t>(producer)];
    todo.insert(todo.end(), node.inputs.begin(), node.inputs.end());
    // A live node keeps all its outputs: a Split part that nobody reads still has to be written somewhere.
    for (rt::ValueId output : node.outputs) {
      if (output != rt::kNoValue) live_value[static_cast<size_t>(output)] = true;
    }
  }
  for (rt::ValueId id : graph.inputs) live_value[static_cast<size_t>(id)] = true;

  std::vector<rt::Node> nodes;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (live_node[i]) nodes.push_back(std::move(graph.nodes[i]));
  }
  graph.nodes = std::move(nodes);

  std::vector<rt::ValueId> renumbered(graph.values.size(), rt::kNoValue);
  std::vector<rt::Value> values;
  for (size_t i = 0; i < graph.values.size(); ++i) {
    if (!live_value[i]) continue;
    renumbered[i] = static_cast<rt::ValueId>(values.size());
    values.push_back(std::move(graph.values[i]));
  }
  graph.values = std::move(values);
  const auto renumber = [&](std::vector<rt::ValueId>& ids) {
    for (rt::ValueId& id : ids) {
      if (id != rt::kNoValue) id = renumbered[static_cast<size_t>(id)];
    }
  };
  for (rt::Node& node : graph.nodes) {
    renumber(node.inputs);
    renumber(node.outputs);
  }
  renumber(graph.inputs);
  renumber(graph.outputs);
}

void sort_topologically(rt::Graph& graph) {
  const GraphIndex index(graph);
  std::vector<int> waiting_for(graph.nodes.size(), 0);  // inputs that are not computed yet
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (rt::ValueId id : graph.nodes[i].inputs) {
      if (id != rt::kNoValue && index.producer(id) >= 0) ++waiting_for[i];
    }
  }
  // Always the first ready node in the present order: what is sorted already stays as it is.
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (waiting_for[i] == 0) ready.push(i);
  }
  std::vector<size_t> order;
  while (!ready.empty()) {
    const size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (rt::ValueId id : graph.nodes[next].outputs) {
      if (id == rt::kNoValue) continue;
      for (int consumer : index.consumers(id)) {
        if (--waiting_for[static_cast<size_t>(consumer)] == 0) ready.push(static_cast<size_t>(consumer));
      }
    }
  }
  if (order.size() != graph.nodes.size()) {
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      if (waiting_for[i] > 0) fail("node '{}' ({}) is part of a cycle", graph.nodes[i].name, graph.nodes[i].op);
    }
  }
  std::vector<rt::Node> sorted;
  sorted.reserve(order.size());
  for (size_t i : order) sorted.push_back(std::move(graph.nodes[i]));
  graph.nodes = std::move(sorted);
}

rt::ValueInfo info_of(const rt::Graph& graph, rt::ValueId id) {
  if (id == rt::kNoValue) return {};
  const rt::Value& value = graph.values[static_cast<size_t>(id)];
  return {value.type, value.shape, value.constant.data};
}

void infer_shapes(rt::Graph& graph) {
  for (const rt::Node& node : graph.nodes) {
    rt::InferContext context{node, {}, std::vector<rt::ValueInfo>(node.outputs.size())};
    for (rt::ValueId id : node.inputs) context.inputs.push_back(info_of(graph, id));
    check(rt::infer_node(context));
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] == rt::kNoValue) continue;
      rt::Value& value = graph.values[static_cast<size_t>(node.outputs[i])];
      value.type = context.outputs[i].type;
      value.shape = context.outputs[i].shape;
    }
  }
}

std::vector<float> floats_of(const rt::Value& value) {
  if (!value.is_constant() || value.type != rt::ElementType::kFloat32) {
    fail("'{}' ({}) is not a constant of float32", value.name, rt::element_type_name(value.type));
  }
  const float* first = value.constant.as<float>();
  return {first, first + value.shape.elements()};
}

rt::Constant constant_of(const std::vector<float>& values) {
  return rt::Constant::copy_of(values.data(), values.size());
}

}  // namespace magik::transform
