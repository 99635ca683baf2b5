// A channel shuffle is spelled out as Reshape, Permute, Reshape, with Slice, Split or Gather after it, in many ways. It
// is recognised by what it does: the chain is evaluated on an image whose elements are their own indices, and if each
// pixel of the result is the same selection of the pixel's channels, one Slice or Gather does it.
#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "transform/error.h"
#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"
#include "venus/core/operator.h"

namespace magik::transform {
namespace {

using Selection = std::vector<int32_t>;  // output channel c is input channel selection[c]

bool is_movement(const rt::Graph& graph, const rt::Node& node) {
  static const std::set<std::string> names = {"Reshape", "Flatten", "Squeeze", "Unsqueeze",
                                              "Permute", "Slice",   "Split"};
  return names.count(node.op) > 0 || (node.op == "Gather" && is_constant(graph, node.inputs[1]));
}

// Nodes that lead from an image to a value, last one first.
using Chain = std::vector<const rt::Node*>;

rt::HostTensor indices_of(const rt::Shape& shape) {
  std::vector<int32_t> indices(static_cast<size_t>(shape.elements()));
  std::iota(indices.begin(), indices.end(), 0);
  return {rt::ElementType::kInt32, shape, rt::Constant::copy_of(indices.data(), indices.size())};
}

rt::HostTensor evaluate(const rt::Graph& graph, const Chain& chain, rt::HostTensor tensor, rt::ValueId result) {
  for (size_t i = chain.size(); i-- > 0;) {
    const rt::Node& node = *chain[i];
    std::vector<rt::HostTensor> inputs = {tensor};
    for (size_t k = 1; k < node.inputs.size(); ++k) {
      const rt::Value& value = value_of(graph, node.inputs[k]);
      inputs.push_back({value.type, value.shape, value.constant});
    }
    const rt::ValueId wanted = i == 0 ? result : chain[i - 1]->inputs[0];
    const auto output = std::find(node.outputs.begin(), node.outputs.end(), wanted) - node.outputs.begin();
    tensor = check(rt::evaluate_node(node, inputs))[static_cast<size_t>(output)];
  }
  return tensor;
}

std::optional<Selection> selection_of(const rt::HostTensor& result, const rt::Shape& image) {
  const int32_t* indices = result.data.as<int32_t>();
  const int32_t from = image.back(), to = result.shape.back();
  const int64_t pixels = image.elements(0, 3);
  Selection selection(indices, indices + to);
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (int32_t c = 0; c < to; ++c) {
      const int32_t channel = selection[static_cast<size_t>(c)];
      if (channel >= from || indices[pixel * to + c] != pixel * from + channel) return {};
    }
  }
  return selection;
}

bool same_pixels(const rt::Shape& a, const rt::Shape& b) {
  return a.rank() == 4 && b.rank() == 4 && std::equal(a.begin(), a.begin() + 3, b.begin()) && a.elements() > 0 &&
         b.elements() > 0;
}

// The step of a selection that Slice can do, 0 where it cannot.
int32_t step_of(const Selection& selection) {
  const int32_t step = selection.size() > 1 ? selection[1] - selection[0] : 1;
  for (size_t i = 1; i < selection.size(); ++i) {
    if (selection[i] - selection[i - 1] != step) return 0;
  }
  return std::max(step, 0);
}

rt::Node select_channels(rt::Graph& graph, rt::ValueId image, const Selection& selection, const std::string& name) {
  constexpr int64_t kChannelAxis = 3;
  rt::Node node;
  node.name = name;
  node.inputs = {image};
  const bool all = selection.size() == static_cast<size_t>(value_of(graph, image).shape.back());
  const int32_t step = step_of(selection);
  if (all && step == 1) {
    node.op = "Identity";
  } else if (step > 0) {
    node.op = "Slice";
    node.attributes.set("axes", kChannelAxis);
    node.attributes.set("starts", int64_t{selection.front()});
    node.attributes.set("ends", int64_t{selection.back()} + 1);
    node.attributes.set("steps", int64_t{step});
  } else {
    node.op = "Gather";
    node.attributes.set("axis", kChannelAxis);
    node.inputs.push_back(add_ints(graph, name + "/indices", selection));
  }
  return node;
}

class Collapser {
 public:
  explicit Collapser(rt::Graph& graph) : graph_(graph), index_(graph) {}

  // Nodes that select channels and shall replace the producers of values, in order of the producers.
  bool run() {
    bool changed = false;
    std::vector<rt::Node> nodes;
    std::vector<rt::Node> old = graph_.nodes;  // chains are looked up in the graph as it was
    for (rt::Node& node : old) {
      std::vector<rt::Node> selections;
      for (rt::ValueId& output : node.outputs) {
        std::optional<rt::Node> selection = collapse(node, output);
        if (!selection) continue;
        selection->outputs = {output};
        selections.push_back(std::move(*selection));
      }
      if (selections.empty()) {
        nodes.push_back(std::move(node));
        continue;
      }
      changed = true;
      if (selections.size() < node.outputs.size()) nodes.push_back(without(node, selections));
      for (rt::Node& selection : selections) nodes.push_back(std::move(selection));
    }
    graph_.nodes = std::move(nodes);
    return changed;
  }

 private:
  const rt::Node* producer(rt::ValueId id) const { return producer_of(graph_, index_, id); }

  bool ends_chain(rt::ValueId id) const {
    const std::vector<int>& consumers = index_.consumers(id);
    return index_.is_output(id) || std::any_of(consumers.begin(), consumers.end(), [&](int consumer) {
             return !is_movement(graph_, graph_.nodes[static_cast<size_t>(consumer)]);
           });
  }

  std::optional<rt::Node> collapse(const rt::Node& node, rt::ValueId output) {
    const rt::Shape shape = value_of(graph_, output).shape;
    if (shape.rank() != 4 || !is_movement(graph_, node) || !ends_chain(output)) return {};
    // From the longest chain to the shortest.
    Chain chain;
    std::vector<size_t> lengths;
    for (const rt::Node* n = producer(output); n != nullptr && is_movement(graph_, *n); n = producer(n->inputs[0])) {
      chain.push_back(n);
      if (same_pixels(value_of(graph_, n->inputs[0]).shape, shape)) lengths.push_back(chain.size());
    }
    for (; !lengths.empty(); lengths.pop_back()) {
      chain.resize(lengths.back());
      if (chain.size() == 1) return {};
      const rt::ValueId image = chain.back()->inputs[0];
      const rt::Shape image_shape = value_of(graph_, image).shape;
      const rt::HostTensor result = evaluate(graph_, chain, indices_of(image_shape), output);
      if (const std::optional<Selection> selection = selection_of(result, image_shape)) {
        return select_channels(graph_, image, *selection, value_of(graph_, output).name);
      }
    }
    return {};
  }

  // A Split of which not all parts are replaced: the replaced ones get other values that nobody reads.
  rt::Node without(rt::Node node, const std::vector<rt::Node>& replaced) {
    for (const rt::Node& selection : replaced) {
      rt::Value unread = value_of(graph_, selection.outputs[0]);
      unread.name += "/unread";
      std::replace(node.outputs.begin(), node.outputs.end(), selection.outputs[0], graph_.add_value(std::move(unread)));
    }
    return node;
  }

  rt::Graph& graph_;
  const GraphIndex index_;
};

}  // namespace

bool collapse_movement(rt::Graph& graph) {
  const bool changed = Collapser(graph).run();
  remove_dead(graph);
  return changed;
}

}  // namespace magik::transform
