// What the tests of calibration, quantization and debug mode share: data in memory and small networks.
#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "transform/data/dataset.h"
#include "transform/error.h"
#include "transform/ir/graph_builder.h"
#include "venus/core/network.h"

namespace magik::transform::testing {

inline std::vector<float> random_floats(size_t count, unsigned seed, float deviation = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> result(count);
  for (float& x : result) x = normal(random);
  return result;
}

// One float input per item.
class MemoryDataset : public Dataset {
 public:
  explicit MemoryDataset(std::vector<std::vector<float>> items) : items_(std::move(items)) {}

  size_t size() const override { return items_.size(); }
  std::string name(size_t item) const override { return "item" + std::to_string(item); }
  std::vector<InputData> load(size_t item) const override {
    const auto* bytes = reinterpret_cast<const std::byte*>(items_[item].data());
    return {{rt::ElementType::kFloat32, {bytes, bytes + items_[item].size() * sizeof(float)}}};
  }

 private:
  std::vector<std::vector<float>> items_;
};

inline MemoryDataset random_dataset(size_t items, size_t elements, unsigned seed = 1) {
  std::vector<std::vector<float>> data;
  for (size_t i = 0; i < items; ++i) data.push_back(random_floats(elements, seed + static_cast<unsigned>(i)));
  return MemoryDataset(std::move(data));
}

inline rt::ValueId find_value(const rt::Graph& graph, const std::string& name) {
  for (size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].name == name) return static_cast<rt::ValueId>(i);
  }
  return rt::kNoValue;
}

inline const rt::Value& value_named(const rt::Graph& graph, const std::string& name) {
  const rt::ValueId id = find_value(graph, name);
  if (id == rt::kNoValue) fail("no value '{}'", name);
  return graph.values[static_cast<size_t>(id)];
}

inline const rt::Node& node_named(const rt::Graph& graph, const std::string& name) {
  for (const rt::Node& node : graph.nodes) {
    if (node.name == name) return node;
  }
  fail("no node '{}'", name);
}

inline std::vector<std::string> node_names(const rt::Graph& graph) {
  std::vector<std::string> names;
  for (const rt::Node& node : graph.nodes) names.push_back(node.name);
  return names;
}

// A convolution with random weights and bias, 3x3 with padding unless `kernel` is 1.
inline rt::ValueId add_conv(GraphBuilder& builder, rt::ValueId x, int channels, const std::string& name, int kernel = 3,
                            const std::string& activation = "relu", unsigned seed = 7) {
  const int in = builder.shape(x).back();
  const auto weights = random_floats(static_cast<size_t>(channels * kernel * kernel * in), seed,
                                     1.0f / std::sqrt(static_cast<float>(kernel * kernel * in)));
  const auto bias = random_floats(static_cast<size_t>(channels), seed + 1, 0.1f);
  rt::Attributes attributes;
  const int64_t pad = kernel / 2;
  attributes.set("pads", std::vector<int64_t>{pad, pad, pad, pad});
  attributes.set("activation", activation);
  return builder.add("Conv2D",
                     {x, builder.constant_floats(name + ".weight", {channels, kernel, kernel, in}, weights),
                      builder.constant_floats(name + ".bias", {channels}, bias)},
                     attributes, name);
}

}  // namespace magik::transform::testing
