// How each operator is quantized, and which nodes of a network are.
#pragma once

#include <cstdint>
#include <vector>

#include "transform/quantize/quantize.h"
#include "venus/core/graph.h"

namespace magik::transform {

enum class Rule : uint8_t {
  kFloat,           // not quantized; also index computations, which stay as they are
  kWeighted,        // quantized activation, weights and bias -> quantized or float
  kSameParameters,  // data movement, maxima: the output has its input's levels
  kRequantizing,    // its own formula from quantized inputs (constants too) to its output's levels
  kTable,           // one table look-up per element
  kMixed,           // any combination of quantized and float
};

// Of this node: Resize and BatchNormScale are data movement in some modes.
Rule rule_of(const rt::Node& node);
// Whether the operator can turn quantized inputs into a float output.
bool writes_float(const rt::Node& node);
// Whether the operator, left in float, takes quantized inputs (pixels) as they are.
bool reads_quantized_in_float(const rt::Node& node);
// The inputs that carry activations, which all must be quantized or all float: not weights, tables and indices.
std::vector<size_t> activation_inputs(const rt::Node& node);

// Where each node of the float network runs in the quantized one.
enum class Placement : uint8_t {
  kFloat,    // in float: skipped, not quantizable, or behind the last weighted node, where float is cheap and exact
  kInteger,  // quantized inputs and outputs
  kIntegerToFloat  // quantized inputs, float output: nobody needs it quantized
};

// Throws Error for names in settings.skip_nodes and skip_ops that do not exist.
std::vector<Placement> place_nodes(const rt::Graph& graph, const QuantizeSettings& settings);

}  // namespace magik::transform
