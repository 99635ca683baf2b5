#include "transform/debug/debug.h"

#include <fmt/core.h>

#include <filesystem>
#include <functional>
#include <unordered_map>

#include "transform/calibrate/calibrate.h"
#include "transform/cli/progress.h"
#include "transform/debug/debug_folder.h"
#include "transform/debug/distance.h"
#include "transform/debug/dump.h"
#include "transform/error.h"
#include "venus/core/dump_index.h"
#include "venus/core/files.h"
#include "venus/core/network.h"
#include "venus/core/numerics.h"

namespace magik::transform {
namespace {

using GraphPtr = std::shared_ptr<const rt::Graph>;

// Quantized networks run on libvenus' own kernels, their float parts too: the dumps are what boards compute, bit by
// bit.
std::unique_ptr<rt::Network> make_network(GraphPtr graph, bool exact) {
  rt::NetworkOptions options;
  options.keep_all_values = true;
  if (!exact) options.extra_kernels = &float_kernels();
  return check(rt::Network::create(std::move(graph), options));
}

// A node of both networks, and the value in each that is compared: its last output, after which it is named.
struct Row {
  std::string name;
  rt::ValueId reference, candidate;
};

// In the reference's order, the nodes with real values that both networks have.
std::vector<Row> common_rows(const rt::Graph& reference, const rt::Graph& candidate) {
  std::unordered_map<std::string, rt::ValueId> outputs;
  for (const rt::Node& node : candidate.nodes) outputs.emplace(node.name, node.outputs.back());
  std::vector<Row> rows;
  for (const rt::Node& node : reference.nodes) {
    const auto found = outputs.find(node.name);
    const rt::Value& value = reference.values[static_cast<size_t>(node.outputs.back())];
    if (found == outputs.end() || value.type != rt::ElementType::kFloat32) continue;
    rows.push_back({node.name, node.outputs.back(), found->second});
  }
  return rows;
}

// Runs both networks over all items and prints the table. `after_item(item, inputs, rows)` sees the values of both.
class Comparison {
 public:
  Comparison(GraphPtr reference, GraphPtr candidate, bool exact_candidate = false)
      : reference_(make_network(std::move(reference), false)),
        candidate_(make_network(std::move(candidate), exact_candidate)),
        rows_(common_rows(reference_->graph(), candidate_->graph())) {}

  using AfterItem = std::function<void(size_t item, const std::vector<InputData>& inputs)>;

  void run(const std::string& title, const Dataset& dataset, rt::Observer* candidate_observer,
           const AfterItem& after_item) {
    std::vector<std::pair<std::string, Distance>> distances;
    for (const Row& row : rows_) distances.emplace_back(row.name, Distance());
    {
      Progress progress("Compute distance", dataset.size());
      for (size_t item = 0; item < dataset.size(); ++item) {
        const std::vector<InputData> inputs = dataset.load(item);
        fill_inputs(*reference_, inputs);
        fill_inputs(*candidate_, inputs);
        check(reference_->run());
        check(candidate_->run(candidate_observer));
        for (size_t r = 0; r < rows_.size(); ++r) {
          const std::vector<float> f = real_values(reference_->tensor(rows_[r].reference));
          const std::vector<float> q = real_values(candidate_->tensor(rows_[r].candidate));
          distances[r].second.add_item(f.data(), q.data(), f.size());
        }
        if (after_item) after_item(item, inputs);
        progress.advance();
      }
    }
    fmt::print("{}", distance_table(title, distances));
    std::fflush(stdout);
  }

  const rt::Network& reference() const { return *reference_; }
  const rt::Network& candidate() const { return *candidate_; }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::unique_ptr<rt::Network> reference_, candidate_;
  std::vector<Row> rows_;
};

// Replaces float values by what their levels stand for, as soon as they are there.
class FakeQuantizer : public rt::Observer {
 public:
  explicit FakeQuantizer(const std::map<std::string, rt::Quantization>& quantization) : quantization_(quantization) {}

  void run_begins(const rt::Network& network) override {
    for (rt::ValueId id : network.graph().inputs) apply(network, id);
  }
  void node_done(const rt::Network& network, size_t node_index, double) override {
    for (rt::ValueId id : network.graph().nodes[node_index].outputs) apply(network, id);
  }

 private:
  void apply(const rt::Network& network, rt::ValueId id) const {
    const auto found = quantization_.find(network.graph().values[static_cast<size_t>(id)].name);
    const rt::Tensor tensor = network.tensor(id);
    if (found == quantization_.end() || tensor.type != rt::ElementType::kFloat32) return;
    const rt::Quantization& q = found->second;
    const float scale = q.scale[0];
    const int32_t zero_point = q.zero_point[0];
    const rt::OutputRange levels{static_cast<float>(-zero_point), static_cast<float>((1 << q.bits) - 1 - zero_point),
                                 zero_point};
    for (int64_t row = 0; row < tensor.rows(); ++row) {
      float* x = tensor.as<float>() + row * tensor.pitch;
      for (int64_t i = 0; i < tensor.shape.back(); ++i) {
        x[i] = static_cast<float>(rt::quantize_clamped(x[i] / scale, levels) - zero_point) * scale;
      }
    }
  }

  const std::map<std::string, rt::Quantization>& quantization_;
};

// What the integers of weights, or of a bias (in units of x_scale times the weights' scales), stand for.
template <typename Level>
rt::Constant dequantized(const rt::Value& levels, const rt::Quantization& weights, double x_scale) {
  const auto count = static_cast<size_t>(levels.shape.elements());
  const size_t channel = std::max<size_t>(count / weights.scale.size(), 1);
  std::vector<float> result(count);
  for (size_t i = 0; i < count; ++i) {
    result[i] = static_cast<float>(levels.constant.as<Level>()[i] * x_scale * weights.scale[i / channel]);
  }
  return rt::Constant::copy_of(result.data(), result.size());
}

rt::Graph with_dequantized_weights(rt::Graph graph, const rt::Graph& quantized) {
  std::unordered_map<std::string, const rt::Node*> nodes;
  for (const rt::Node& node : quantized.nodes) nodes.emplace(node.name, &node);
  const auto value = [&](const rt::Node& node, size_t i) -> const rt::Value& {
    return quantized.values[static_cast<size_t>(node.inputs[i])];
  };
  for (rt::Node& node : graph.nodes) {
    const auto found = nodes.find(node.name);
    if (found == nodes.end() || found->second->op != node.op || node.inputs.size() < 2) continue;
    const rt::Node& integer = *found->second;
    const rt::Quantization& scales = value(integer, 1).quantization;
    if (value(integer, 1).type != rt::ElementType::kInt8) continue;

    rt::Value weights = graph.values[static_cast<size_t>(node.inputs[1])];
    weights.constant = dequantized<int8_t>(value(integer, 1), scales, 1);
    rt::Value bias = value(integer, 2);
    bias.type = rt::ElementType::kFloat32;
    bias.constant = dequantized<int32_t>(bias, scales, value(integer, 0).quantization.scale[0]);
    node.inputs.resize(std::max<size_t>(node.inputs.size(), 3), rt::kNoValue);
    node.inputs[1] = graph.add_value(std::move(weights));
    node.inputs[2] = graph.add_value(std::move(bias));
  }
  return graph;
}

void write_node_info(const rt::Graph& graph, const std::filesystem::path& directory) {
  const std::string text = node_info_json(graph);
  check(rt::make_directory(directory.string()));
  check(rt::write_file((directory / kNodeInfoFile).string(), text.data(), text.size()));
}

}  // namespace

void run_debug(GraphPtr float_graph, GraphPtr quantized, const Dataset& dataset, const std::string& dump_directory,
               bool dump_all) {
  DebugFolder folder(dump_directory);
  write_node_info(*float_graph, folder.path());
  Comparison comparison(float_graph, std::move(quantized), true);
  const std::map<rt::ValueId, std::string> files = dump_files(comparison.candidate().graph());
  comparison.run("ptq model compute distance", dataset, nullptr,
                 [&](size_t item, const std::vector<InputData>& inputs) {
                   if (item > 0 && !dump_all) return;
                   const std::filesystem::path target =
                       dump_all ? folder.path() / rt::file_stem(dataset.name(item)) : folder.path();
                   dump_inputs(*float_graph, inputs, target);
                   std::map<rt::ValueId, std::string> dumped;
                   for (const Row& row : comparison.rows()) {
                     const std::string& file = files.at(row.candidate);
                     dumped.emplace(row.candidate, file);
                     dump_float_node(target, file, comparison.reference().tensor(row.reference));
                     dump_quantized_node(target, file, comparison.candidate().tensor(row.candidate));
                   }
                   dump_index(target, comparison.candidate().graph(), dumped);
                 });
  folder.commit();
}

void run_feature_fake_quant(const GraphPtr& float_graph, const std::map<std::string, rt::Quantization>& quantization,
                            const Dataset& dataset) {
  FakeQuantizer observer(quantization);
  Comparison(float_graph, float_graph).run("feature fake quant compute distance", dataset, &observer, nullptr);
}

void run_weight_fake_quant(const GraphPtr& float_graph, const GraphPtr& quantized, const Dataset& dataset) {
  auto weights = std::make_shared<const rt::Graph>(with_dequantized_weights(*float_graph, *quantized));
  Comparison(float_graph, std::move(weights)).run("weight fake quant compute distance", dataset, nullptr, nullptr);
}

}  // namespace magik::transform
