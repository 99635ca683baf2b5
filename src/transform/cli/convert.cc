#include "transform/cli/convert.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>

#include "transform/calibrate/calibrate.h"
#include "transform/cli/console.h"
#include "transform/cli/input_settings.h"
#include "transform/cli/log.h"
#include "transform/config/config.h"
#include "transform/config/node_info.h"
#include "transform/config/soc.h"
#include "transform/data/dataset.h"
#include "transform/debug/debug.h"
#include "transform/error.h"
#include "transform/frontends/frontend.h"
#include "transform/ir/check_constants.h"
#include "transform/passes/pass.h"
#include "transform/passes/prepare_inputs.h"
#include "transform/quantize/quantize.h"
#include "transform/serialize/file_set.h"
#include "transform/serialize/golden.h"
#include "transform/serialize/model_header.h"
#include "transform/text/closest.h"
#include "venus/core/model_file.h"
#include "venus/core/version.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;
using SharedGraph = std::shared_ptr<const rt::Graph>;

rt::Graph import_and_optimize(const Options& options, const Config& config) {
  rt::Graph graph = import_model(options.input_path, {config.input, config.input_shape, config.output});
  check_constants(graph, options.input_path);
  prepare_inputs(graph, input_settings(config, graph));
  optimize(graph);
  graph.soc = config.soc;
  graph.converter_version = rt::kVersion;
  MAGIK_LOG_INFO("optimizer magik_float model finish!");
  return graph;
}

std::vector<std::string> node_names(const rt::Graph& graph) {
  std::vector<std::string> names;
  for (const rt::Node& node : graph.nodes) names.push_back(node.name);
  return names;
}

// What LOAD_OP_QUANT_BIT and LOAD_OP_QUANT_MIN_MAX ask for.
void load_node_info(const Config& config, const rt::Graph& graph, QuantizeSettings& settings) {
  if (!config.load_op_quant_bit && !config.load_op_quant_min_max) return;
  const std::vector<std::string> names = node_names(graph);
  for (const NodeInfo& info : read_node_info(kNodeInfoPath)) {
    if (std::find(names.begin(), names.end(), info.node) == names.end()) {
      fail("{}: the network has no node {}{}", kNodeInfoPath, info.node, did_you_mean(info.node, names));
    }
    if (config.load_op_quant_bit && info.feature_bits) {
      check_width(find_soc(config.soc), std::string(kNodeInfoPath) + ": QUANT_FEATURE_BIT", info.node,
                  *info.feature_bits, false);
      settings.node_feature_bits[info.node] = *info.feature_bits;
    }
    if (config.load_op_quant_min_max && info.range) settings.node_ranges[info.node] = *info.range;
  }
}

QuantizeSettings quantize_settings(const Config& config, const rt::Graph& graph) {
  QuantizeSettings settings;
  settings.feature_bits = config.quant_feature_bit;
  settings.weight_bits = config.quant_weight_bit;
  settings.feature_method = config.quant_feature_method;
  settings.weight_method = config.quant_weight_method;
  settings.skip_nodes.insert(config.quant_node_skip.begin(), config.quant_node_skip.end());
  for (const std::string& type : config.quant_op_skip) settings.skip_ops.insert(user_op_type(type));
  load_node_info(config, graph, settings);
  check_skip_names(graph, settings);
  warn_of_idle_skips(graph, settings);
  return settings;
}

// The widths of all activations that are quantized, and the loaded ranges that hold for them.
std::vector<NodeInfo> node_info(const rt::Graph& graph, const std::map<std::string, rt::Quantization>& quantization,
                                const QuantizeSettings& settings) {
  std::vector<NodeInfo> result;
  for (const rt::Node& node : graph.nodes) {
    const auto found = quantization.find(graph.values[static_cast<size_t>(node.outputs[0])].name);
    if (found == quantization.end()) continue;
    NodeInfo info{node.name, found->second.bits, std::nullopt};
    const auto range = settings.node_ranges.find(node.name);
    if (range != settings.node_ranges.end()) info.range = range->second;
    result.push_back(std::move(info));
  }
  return result;
}

void run_debug_mode(const Options& options, const Config& config, const SharedGraph& float_graph,
                    const SharedGraph& quantized, const std::map<std::string, rt::Quantization>& quantization,
                    const Dataset& calibration_data, const Dataset* debug_data) {
  if (debug_data) run_debug(float_graph, quantized, *debug_data, kDumpDirectory, options.dump_all);
  const Dataset& data = debug_data ? *debug_data : calibration_data;
  if (config.feature_fake_quant) run_feature_fake_quant(float_graph, quantization, data);
  if (config.weight_fake_quant) run_weight_fake_quant(float_graph, quantized, data);
}

// The deployment files, and the graphs under save-magik/ where they are wanted. The latter always have a golden test,
// made from the first item of `data` where there is one. Everything that takes long is done before commit().
class Outputs {
 public:
  Outputs(const Options& options, const Dataset* data)
      : data_(data),
        folder_(fs::path(options.output_path).parent_path()),
        name_(options.output_name()),
        save_graphs_(options.save_quantize_model),
        embed_golden_(options.embed_golden) {}

  void add_deployment(const rt::Graph& graph) { deployed_ = embed_golden_ ? with_golden(graph, data_) : graph; }
  void add_graph(const rt::Graph& graph, const char* file) {
    if (save_graphs_) graphs_.emplace(graph_path(file), with_golden(graph, data_));
  }
  void remove_graph(const char* file) {
    if (save_graphs_) outdated_.push_back(graph_path(file));
  }
  void add_text(const std::string& path, std::string text) { texts_.emplace(path, std::move(text)); }

  void commit() const {
    FileSet files;
    const std::vector<uint8_t> model = rt::serialize_model(deployed_);
    files.add((folder_ / (name_ + ".bin")).string(), view(model));
    files.add((folder_ / ("magik_model_" + name_ + ".mk.h")).string(), model_header(name_, model));
    for (const auto& [path, graph] : graphs_) files.add(path, view(rt::serialize_model(graph)));
    for (const auto& [path, text] : texts_) files.add(path, text);
    for (const std::string& path : outdated_) files.remove(path);
    files.commit();
  }

 private:
  std::string graph_path(const char* file) const { return (folder_ / "save-magik" / file).string(); }
  static std::string_view view(const std::vector<uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  const Dataset* data_;
  fs::path folder_;
  std::string name_;
  bool save_graphs_, embed_golden_;
  rt::Graph deployed_;
  std::map<std::string, rt::Graph> graphs_;   // by path
  std::map<std::string, std::string> texts_;  // by path
  std::vector<std::string> outdated_;
};

void refuse_what_is_not_there_yet(const Config& config) {
  for (const auto& [key, path] : {std::pair{"WEIGHT_CORRECT_PATH", config.weight_correct_path},
                                  std::pair{"FEATURE_CORRECT_PATH", config.feature_correct_path}}) {
    if (!path.empty()) fail_setting("{}: this version has no bias correction yet, leave the key out", key);
  }
}

void write_float_model(const Options& options, const Config& config, const rt::Graph& graph) {
  for (const auto& [key, is_set] :
       {std::pair{"DEBUG_PATH", !config.debug_path.empty()}, std::pair{"FEATURE_FAKE_QUANT", config.feature_fake_quant},
        std::pair{"WEIGHT_FAKE_QUANT", config.weight_fake_quant},
        std::pair{"QUANT_NODE_SKIP", !config.quant_node_skip.empty()},
        std::pair{"QUANT_OP_SKIP", !config.quant_op_skip.empty()},
        std::pair{"SAVE_OP_QUANT_BIT", config.save_op_quant_bit},
        std::pair{"LOAD_OP_QUANT_BIT", config.load_op_quant_bit},
        std::pair{"LOAD_OP_QUANT_MIN_MAX", config.load_op_quant_min_max}}) {
    if (is_set) MAGIK_LOG_WARNING("{} has no effect: QUANT_DATASET_PATH is empty, so that nothing is quantized", key);
  }
  Outputs outputs(options, nullptr);
  outputs.add_deployment(graph);
  outputs.add_graph(graph, "model_float.mgk");
  outputs.remove_graph("model_quant.mgk");  // of an earlier conversion with data
  outputs.commit();
}

void quantize_and_write(const Options& options, const Config& config, rt::Graph graph) {
  // All that can be wrong in the config is found before the long calibration.
  const auto limit = static_cast<size_t>(config.quant_dataset_size);
  const auto data = open_dataset(config.quant_dataset_path, "QUANT_DATASET_PATH", graph, config.bin_layout, limit);
  std::unique_ptr<Dataset> debug_data;
  if (!config.debug_path.empty()) {
    debug_data = open_dataset(config.debug_path, "DEBUG_PATH", graph, config.bin_layout, 0);
  }
  const auto calibrated = std::make_shared<const rt::Graph>(graph);
  fuse_smooth_activations(graph);
  const auto float_graph = std::make_shared<const rt::Graph>(std::move(graph));
  const QuantizeSettings settings = quantize_settings(config, *float_graph);

  console::print_line(stdout, fmt::format("INFO(magikexecutor): magik executor version:{} built:{}:CPU",
                                          rt::version_with_revision(), rt::build_date()));
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const StatisticsByName statistics = calibrate(calibrated, *data, threads);
  const auto quantization = choose_quantization(*float_graph, statistics, settings);
  const std::vector<NodeInfo> nodes = node_info(*float_graph, quantization, settings);
  for (const NodeInfo& info : nodes) {
    if (info.range) MAGIK_LOG_INFO("Update Node: {}, MIN: {}, MAX: {}", info.node, info.range->min, info.range->max);
  }
  const auto quantized = std::make_shared<const rt::Graph>(quantize(*float_graph, statistics, settings, quantization));
  check(rt::Network::create(quantized));  // a model that the runtime refuses is not written
  MAGIK_LOG_INFO("shape inference process finish!");
  run_debug_mode(options, config, float_graph, quantized, quantization, *data, debug_data.get());

  Outputs outputs(options, data.get());
  outputs.add_deployment(*quantized);
  outputs.add_graph(*float_graph, "model_float.mgk");
  outputs.add_graph(*quantized, "model_quant.mgk");
  if (config.save_op_quant_bit) {
    outputs.add_text(kNodeInfoPath, node_info_text(nodes));
  }
  outputs.commit();
  if (config.save_op_quant_bit) MAGIK_LOG_INFO("model quant info save in {}", kNodeInfoPath);
}

void convert_as_configured(const Options& options, const Config& config) {
  refuse_what_is_not_there_yet(config);
  rt::Graph graph = import_and_optimize(options, config);
  if (config.quant_dataset_path.empty()) {
    fuse_smooth_activations(graph);
    write_float_model(options, config, graph);
  } else {
    quantize_and_write(options, config, std::move(graph));
  }
}

}  // namespace

void convert(const Options& options) {
  const Config config = parse_config(options.config_path);
  try {
    convert_as_configured(options, config);
  } catch (const SettingError& error) {
    fail("{}: {}", options.config_path, error.what());
  }
  console::print_line(stdout, "^_^ Convert successfully, Enjoy it ^_^");
}

}  // namespace magik::transform
