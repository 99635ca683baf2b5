#include "workspace.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "transform/error.h"
#include "venus/core/model_file.h"

namespace magik::e2e {

namespace fs = std::filesystem;

std::string tool(const std::string& name) { return std::string(MAGIK_TOOLS) + "/" + name; }

std::string source_path(const std::string& name) { return std::string(MAGIK_SOURCE) + "/" + name; }

std::string shared_data() {
  const char* given = std::getenv("MAGIK_TEST_DATA");
  const std::string path = given ? given : source_path("../shared/data");
  return fs::is_directory(path) ? path : "";
}

std::string digits_onnx() { return source_path("models/digits/digits.onnx"); }

std::string digits_calibration() { return source_path("models/digits/calibration"); }

std::vector<std::string> digits_test_pictures() {
  std::vector<std::string> pictures;
  for (const auto& entry : fs::directory_iterator(source_path("models/digits/test"))) {
    pictures.push_back(entry.path().string());
  }
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

nlohmann::json digits_config() {
  return {{"SOC", "PC"},
          {"MEAN", {127.5}},
          {"NORMAL", {127.5}},
          {"COLOR", {"GRAY"}},
          {"QUANT_DATASET_PATH", digits_calibration()}};
}

Finished Workspace::convert(const nlohmann::json& config, const std::string& source, const std::string& output,
                            const std::vector<std::string>& more) const {
  write("config.json", config.dump(2));
  std::vector<std::string> command = {tool("magik-transform-tools"), "-i", source, "-o", output, "-cfg", "config.json"};
  command.insert(command.end(), more.begin(), more.end());
  return run(command);
}

std::string Workspace::convert_well(const nlohmann::json& config, const std::string& source, const std::string& output,
                                    const std::vector<std::string>& more) const {
  const Finished finished = convert(config, source, output, more);
  EXPECT_EQ(finished.status, 0) << finished.out << finished.err;
  return finished.out + finished.err;
}

std::vector<std::string> Workspace::files(const std::string& folder) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(path(folder))) {
    if (!entry.is_directory()) names.push_back(fs::relative(entry.path(), path()).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::shared_ptr<const rt::Graph> Workspace::model(const std::string& name) const {
  return transform::check(rt::load_model_file(path(name)));
}

const rt::Node& node_named(const rt::Graph& graph, const std::string& name) {
  for (const rt::Node& node : graph.nodes) {
    if (node.name == name) return node;
  }
  throw std::runtime_error("no node " + name);
}

const rt::Value& output_of(const rt::Graph& graph, const std::string& node) {
  return graph.values[static_cast<size_t>(node_named(graph, node).outputs[0])];
}

}  // namespace magik::e2e
