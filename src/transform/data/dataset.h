// Calibration and debug data: images or .bin files of a folder, as the network's inputs take them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/network.h"

namespace magik::transform {

// One input tensor's bytes in the runtime's form: pixels uint8 [H*W*C] dense logical channels (no fourth byte) or
// float32 in the stored layout.
struct InputData {
  rt::ElementType type = rt::ElementType::kNone;
  std::vector<std::byte> bytes;
};

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual size_t size() const = 0;
  virtual std::string name(size_t item) const = 0;  // file or folder name, for messages and dumps
  // One entry for each of the graph's inputs. Safe to call from several threads. Throws Error naming key and file.
  virtual std::vector<InputData> load(size_t item) const = 0;
};

// What the first item of a folder looks like, for each input of a graph as a frontend made it: images and uint8 files
// make pixel inputs.
enum class ItemKind { kImages, kBinFloat, kBinUint8 };
std::vector<ItemKind> probe_dataset(const std::string& path, const std::string& config_key, const rt::Graph& graph);

// An image file as the input's preprocessing wants it; a batch is filled with the one image.
InputData load_image_input(const std::string& file, const rt::Value& input, const rt::Preprocessing& preprocessing);

// `path`: directory or one file. `config_key` ("QUANT_DATASET_PATH", ...) goes into messages. `graph` is the optimised
// graph (shapes, source_axes, preprocessing). bin_layout: "" (the source's) or "NHWC". limit 0: all.
std::unique_ptr<Dataset> open_dataset(const std::string& path, const std::string& config_key, const rt::Graph& graph,
                                      const std::string& bin_layout, size_t limit);

// Copies item data into the network's input memory (expands pixels to the input's pitch).
void fill_inputs(const rt::Network& network, const std::vector<InputData>& data);

}  // namespace magik::transform
