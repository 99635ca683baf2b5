// Builds a graph node by node: infers shapes and folds constants at once, so that a frontend always sees the bytes of
// shape computations (Shape-Gather-Concat chains and the like) when it translates the node that consumes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/operator.h"

namespace magik::transform {

class GraphBuilder {
 public:
  rt::ValueId input(const std::string& name, rt::ElementType type, const rt::Shape& shape);
  rt::ValueId constant(const std::string& name, rt::ElementType type, const rt::Shape& shape, rt::Constant data);
  rt::ValueId constant_floats(const std::string& name, const rt::Shape& shape, const std::vector<float>& values);
  rt::ValueId constant_ints(const std::string& name, const rt::Shape& shape, const std::vector<int32_t>& values);

  // Adds a node with one output (add) or several. The node takes the name of its last output. Where every input is
  // constant, or the operator is Shape, the node is evaluated instead and the results become constants. Throws Error
  // with the node's name where shape inference refuses it.
  rt::ValueId add(const std::string& op, const std::vector<rt::ValueId>& inputs, rt::Attributes attributes,
                  const std::string& output_name);
  std::vector<rt::ValueId> add(const std::string& op, const std::vector<rt::ValueId>& inputs, rt::Attributes attributes,
                               const std::vector<std::string>& output_names);

  void output(rt::ValueId value) { graph_.outputs.push_back(value); }
  // Notes that the value's axis i is the source's axis axes[i].
  void set_source_axes(rt::ValueId id, std::vector<uint8_t> axes) {
    graph_.values[static_cast<size_t>(id)].source_axes = std::move(axes);
  }

  const rt::Value& value(rt::ValueId id) const { return graph_.values[static_cast<size_t>(id)]; }
  const rt::Shape& shape(rt::ValueId id) const { return value(id).shape; }
  bool is_constant(rt::ValueId id) const { return value(id).is_constant(); }
  // The constant's elements; throws Error where it is not constant or of another type.
  std::vector<int64_t> constant_as_ints(rt::ValueId id) const;
  std::vector<float> constant_as_floats(rt::ValueId id) const;

  rt::Graph take() { return std::move(graph_); }

 private:
  rt::Graph graph_;
};

}  // namespace magik::transform
