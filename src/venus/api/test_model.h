// For tests of the public interface: small models, in memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "venus/core/model_file.h"
#include "venus/core/test_graph.h"

namespace magik::api::test {

// Pixels "data" {1, h, w, channels} -> BatchNormScale "scaled" (x / 2 + 1, float) -> GlobalAveragePool "mean". Outputs:
// "mean", "scaled".
inline rt::Graph pixel_graph(int height, int width, int channels, const std::string& color) {
  rt::test::TestGraph test;
  const rt::Shape shape = {1, height, width, channels};
  const auto count = static_cast<size_t>(channels);
  const rt::ValueId data = test.pixels("data", shape);
  test.graph.values[data].quantization = {8, {1.0f}, {0}, -1};
  test.graph.preprocessing[0].color = color;
  const rt::ValueId scale = test.constant("scale", {channels}, std::vector<float>(count, 0.5f));
  const rt::ValueId bias = test.constant("bias", {channels}, std::vector<float>(count, 1.0f));
  const rt::ValueId scaled = test.node("BatchNormScale", "scaled", {data, scale, bias}, shape);
  const rt::ValueId mean = test.node("GlobalAveragePool", "mean", {scaled}, {1, 1, 1, channels});
  test.graph.outputs = {mean, scaled};
  test.graph.soc = "PC";
  test.graph.converter_version = "0.1.0";
  return test.graph;
}

// Floats "x" {1, 4} -> Reshape to {2, 2} "y", which fixes the input's size.
inline rt::Graph float_graph() {
  rt::test::TestGraph test;
  const rt::ValueId x = test.input("x", {1, 4});
  const rt::ValueId relu = test.node("Relu", "relu", {x}, {1, 4});
  const rt::ValueId y =
      test.node("Reshape", "y", {relu}, {2, 2}, rt::test::attribute("shape", std::vector<int64_t>{2, 2}));
  test.graph.outputs = {y};
  return test.graph;
}

// The bytes at a 64-byte boundary are not promised: as a client's std::vector has them.
inline std::vector<uint8_t> model(const rt::Graph& graph) { return rt::serialize_model(graph); }

}  // namespace magik::api::test
