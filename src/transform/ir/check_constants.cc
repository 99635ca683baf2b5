#include "transform/ir/check_constants.h"

#include <algorithm>
#include <cmath>

#include "transform/error.h"

namespace magik::transform {

void check_constants(const rt::Graph& graph, const std::string& model_path) {
  for (const rt::Node& node : graph.nodes) {
    const bool weighted = node.op == "Conv2D" || node.op == "MatMul" || node.op == "BatchNormScale";
    for (const rt::ValueId id : node.inputs) {
      if (id == rt::kNoValue) continue;
      const rt::Value& value = graph.values[static_cast<size_t>(id)];
      if (!value.is_constant() || value.type != rt::ElementType::kFloat32) continue;
      const auto* first = value.constant.as<float>();
      const auto* end = first + value.shape.elements();
      const auto* bad = std::find_if(first, end, [&](float x) { return weighted ? !std::isfinite(x) : std::isnan(x); });
      if (bad == end) continue;
      fail("'{}': node '{}' ({}): its constant '{}' has {}, expected numbers: export the trained network again",
           model_path, node.name, node.op, value.name, std::isnan(*bad) ? "NaN" : "infinity");
    }
  }
}

}  // namespace magik::transform
