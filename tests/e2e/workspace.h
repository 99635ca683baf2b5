// A folder in which the real converter and magik-run work on real models.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "process.h"
#include "transform/test_folder.h"
#include "venus/core/graph.h"

namespace magik::e2e {

// `bin/NAME` of this build.
std::string tool(const std::string& name);
// A file of the project's source tree.
std::string source_path(const std::string& name);
// The data beside the project, see shared/data/README.md; "" where it is not there.
std::string shared_data();

// The bundled classifier (grey 8x8), and pictures of it whose names start with the right digit.
std::string digits_onnx();
std::string digits_calibration();
std::vector<std::string> digits_test_pictures();
// Converts it with the defaults.
nlohmann::json digits_config();

class Workspace : public transform::test::TestFolder {
 public:
  // Runs magik-transform-tools -i `source` -o `output` -cfg config.json `more`...
  Finished convert(const nlohmann::json& config, const std::string& source = digits_onnx(),
                   const std::string& output = "out/digits.mk.h", const std::vector<std::string>& more = {}) const;
  // The same, as a test's precondition: fails the test where the program does. Gives what it printed.
  std::string convert_well(const nlohmann::json& config, const std::string& source = digits_onnx(),
                           const std::string& output = "out/digits.mk.h",
                           const std::vector<std::string>& more = {}) const;
  Finished run(const std::vector<std::string>& command) const { return run_program(command, path()); }
  // Paths of all files below `folder` relative to the workspace, sorted.
  std::vector<std::string> files(const std::string& folder = "") const;
  std::shared_ptr<const rt::Graph> model(const std::string& name) const;
};

const rt::Node& node_named(const rt::Graph& graph, const std::string& name);
// Of a node's first output.
const rt::Value& output_of(const rt::Graph& graph, const std::string& node);

}  // namespace magik::e2e
