#include "transform/data/dataset.h"

#include <filesystem>

#include "transform/data/file.h"
#include "transform/data/image.h"
#include "transform/data/input_bytes.h"
#include "transform/data/item_files.h"
#include "transform/data/resize.h"
#include "transform/error.h"
#include "transform/text/counted.h"
#include "venus/core/tensor_bytes.h"

namespace magik::transform {
namespace {

ItemKind kind_of(const std::string& file, const rt::Value& input) {
  if (has_image_suffix(file)) return ItemKind::kImages;
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(file, error);
  if (error) fail("{}: cannot read the file: {}", file, error.message());
  const rt::ElementType type = check(element_type_of_file(file, bytes, input));
  return type == rt::ElementType::kFloat32 ? ItemKind::kBinFloat : ItemKind::kBinUint8;
}

InputData input_data(rt::ElementType type, const std::vector<uint8_t>& bytes) {
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return {type, {first, first + bytes.size()}};
}

std::vector<std::string> input_names(const rt::Graph& graph) {
  std::vector<std::string> names;
  for (const rt::ValueId id : graph.inputs) names.push_back(graph.values[static_cast<size_t>(id)].name);
  return names;
}

// What `body` gives. Its errors, which name a file, get the key that leads to the file.
template <typename Body>
auto naming_key(const std::string& config_key, const Body& body) {
  try {
    return body();
  } catch (const Error& error) {
    fail_setting("{}: {}", config_key, error.what());
  }
}

class FolderDataset : public Dataset {
 public:
  FolderDataset(std::vector<ItemFiles> items, const std::string& config_key, const rt::Graph& graph,
                bool bins_are_stored)
      : items_(std::move(items)),
        config_key_(config_key),
        bins_are_stored_(bins_are_stored),
        preprocessing_(graph.preprocessing) {
    for (const rt::ValueId id : graph.inputs) inputs_.push_back(graph.values[static_cast<size_t>(id)]);
  }

  size_t size() const override { return items_.size(); }
  std::string name(size_t item) const override { return items_.at(item).name; }

  std::vector<InputData> load(size_t item) const override {
    return naming_key(config_key_, [&] {
      std::vector<InputData> result;
      for (size_t i = 0; i < inputs_.size(); ++i) {
        const std::string& file = items_.at(item).files[i];
        result.push_back(has_image_suffix(file) ? load_image_input(file, inputs_[i], preprocessing_.at(i))
                                                : load_bin(file, inputs_[i]));
      }
      return result;
    });
  }

 private:
  InputData load_bin(const std::string& file, const rt::Value& input) const {
    const rt::ElementType type =
        kind_of(file, input) == ItemKind::kBinFloat ? rt::ElementType::kFloat32 : rt::ElementType::kUint8;
    rt::Result<std::vector<uint8_t>> bytes = to_input(file, {type, read_file(file), !bins_are_stored_}, input);
    if (bytes.ok()) return input_data(input.type, bytes.take());
    const bool floats_for_pixels = type == rt::ElementType::kFloat32 && input.type == rt::ElementType::kUint8;
    fail("{}{}", bytes.message(), floats_for_pixels ? "; COLOR, or uint8 data, make its input take pixels" : "");
  }

  std::vector<ItemFiles> items_;
  std::string config_key_;
  bool bins_are_stored_;
  std::vector<rt::Value> inputs_;
  std::vector<rt::Preprocessing> preprocessing_;
};

}  // namespace

InputData load_image_input(const std::string& file, const rt::Value& input, const rt::Preprocessing& preprocessing) {
  const rt::Shape& shape = input.shape;
  if (preprocessing.kind != rt::InputKind::kPixels || shape.rank() != 4) {
    fail("{}: an image, but the input {} of shape {} takes no pixels, expected a .bin file", file, input.name,
         shape.text());
  }
  const Image image =
      fit_image(convert_color(load_image(file), preprocessing.color), shape[2], shape[1], preprocessing.resize);
  if (image.channels != shape[3]) {
    fail("{}: {} images have {}, but the input {} has {}", file, preprocessing.color,
         counted(static_cast<size_t>(image.channels), "channel"), input.name, shape[3]);
  }
  std::vector<uint8_t> pixels;
  for (int n = 0; n < shape[0]; ++n) pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
  return input_data(rt::ElementType::kUint8, pixels);
}

std::vector<ItemKind> probe_dataset(const std::string& path, const std::string& config_key, const rt::Graph& graph) {
  const ItemFiles first = find_items(path, config_key, input_names(graph), 1).front();
  return naming_key(config_key, [&] {
    std::vector<ItemKind> kinds;
    for (size_t i = 0; i < graph.inputs.size(); ++i) {
      kinds.push_back(kind_of(first.files[i], graph.values[static_cast<size_t>(graph.inputs[i])]));
    }
    return kinds;
  });
}

std::unique_ptr<Dataset> open_dataset(const std::string& path, const std::string& config_key, const rt::Graph& graph,
                                      const std::string& bin_layout, size_t limit) {
  return std::make_unique<FolderDataset>(find_items(path, config_key, input_names(graph), limit), config_key, graph,
                                         bin_layout == "NHWC");
}

void fill_inputs(const rt::Network& network, const std::vector<InputData>& data) {
  for (size_t i = 0; i < data.size(); ++i) {
    const rt::Tensor tensor = network.input(i);
    const size_t bytes = static_cast<size_t>(tensor.elements()) * rt::element_size(tensor.type);
    if (data[i].type != tensor.type || data[i].bytes.size() != bytes) {
      fail("input {}: {} bytes of {}, expected {} of {}", i, data[i].bytes.size(), rt::element_type_name(data[i].type),
           bytes, rt::element_type_name(tensor.type));
    }
    rt::copy_to_tensor(data[i].bytes.data(), tensor);
  }
}

}  // namespace magik::transform
