#include "transform/serialize/golden.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <thread>

#include "transform/error.h"
#include "venus/core/golden.h"
#include "venus/core/network.h"

namespace magik::transform {
namespace {

constexpr uint32_t kSeed = 2022;

// Pixels of all levels, reals from -1 to 1.
std::vector<InputData> seeded_inputs(const rt::Graph& graph) {
  std::mt19937 random(kSeed);
  std::vector<InputData> inputs;
  for (const rt::ValueId id : graph.inputs) {
    const rt::Value& value = graph.values[static_cast<size_t>(id)];
    const auto elements = static_cast<size_t>(value.shape.elements());
    InputData input{value.type, std::vector<std::byte>(elements * rt::element_size(value.type))};
    for (size_t i = 0; i < elements; ++i) {
      const auto number = static_cast<int32_t>(random() >> 8);  // of 24 bits, exact in a float
      if (value.type == rt::ElementType::kUint8) {
        input.bytes[i] = static_cast<std::byte>(number & 255);
      } else if (value.type == rt::ElementType::kFloat32) {
        const float real = static_cast<float>(number - (1 << 23)) / (1 << 23);
        std::memcpy(&input.bytes[i * sizeof real], &real, sizeof real);
      }
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace

rt::Graph with_golden(const rt::Graph& graph, const Dataset* data) {
  rt::NetworkOptions options;
  options.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const auto network = check(rt::Network::create(std::make_shared<const rt::Graph>(graph), options));
  fill_inputs(*network, data != nullptr ? data->load(0) : seeded_inputs(graph));
  rt::Graph result = graph;
  result.golden = check(rt::record_golden(*network));
  return result;
}

}  // namespace magik::transform
