#include "transform/cli/input_settings.h"

#include "transform/cli/log.h"
#include "transform/data/dataset.h"
#include "transform/error.h"
#include "transform/text/counted.h"

namespace magik::transform {
namespace {

const rt::Value& input_value(const rt::Graph& graph, size_t input) {
  return graph.values[static_cast<size_t>(graph.inputs[input])];
}

// 1 or 3 for images, NxCxHxW or NxHxWxC; otherwise 0.
int image_channels(const rt::Shape& shape) {
  const auto is_color_count = [](int32_t channels) { return channels == 1 || channels == 3; };
  if (shape.rank() != 4) return 0;
  return is_color_count(shape[1]) ? shape[1] : is_color_count(shape[3]) ? shape[3] : 0;
}

// The entry for an input of a list that has one for each of the first inputs, or one for all.
template <typename T>
T entry_for(const std::vector<T>& list, size_t input) {
  if (list.size() == 1) return list[0];
  return input < list.size() ? list[input] : T();
}

void check_count(const char* key, size_t count, size_t inputs) {
  if (count <= inputs) return;
  fail_setting("{}: it has {} entries, expected one for each of the network's {} or one for all", key, count,
               counted(inputs, "input"));
}

bool fits(const std::string& color, const rt::Value& input) {
  return !color.empty() && image_channels(input.shape) == (color == "GRAY" ? 1 : 3);
}

// A colour for all inputs is meant for those that it fits; if there are none, or it was given to this input alone, it
// is a mistake.
void check_color(const Config& config, const rt::Graph& graph, size_t index, bool pixel_data) {
  const rt::Value& input = input_value(graph, index);
  const std::string color = entry_for(config.color, index);
  if (color.empty() || fits(color, input)) return;
  bool for_others = false;
  for (size_t i = 0; i < graph.inputs.size(); ++i) for_others |= fits(color, input_value(graph, i));
  for_others &= config.color.size() == 1;
  const int channels = image_channels(input.shape);
  if (channels == 0) {
    if (for_others) return;
    MAGIK_LOG_WARNING(
        "COLOR: {} has no effect on the input '{}' of shape {}: only inputs NxCxHxW or NxHxWxC of 1 or 3 "
        "channels have colours",
        color, input.name, input.shape.text());
  } else if (for_others && !pixel_data) {
    MAGIK_LOG_WARNING(
        "COLOR: {} does not fit the input '{}' of shape {}, which takes floats; give each input its own "
        "where pixels are meant",
        color, input.name, input.shape.text());
  } else {
    fail_setting("COLOR: {} does not fit the input '{}' of shape {}: expected {}{}", color, input.name,
                 input.shape.text(), channels == 1 ? "GRAY for its 1 channel" : "RGB or BGR for its 3 channels",
                 pixel_data ? "" : ", or no colour where it takes floats");
  }
}

InputSetting setting_for(const Config& config, const rt::Value& input, size_t index, bool pixel_data) {
  InputSetting setting;
  setting.mean = entry_for(config.mean, index);
  setting.normal = entry_for(config.normal, index);
  const int channels = image_channels(input.shape);
  const std::string color = entry_for(config.color, index);
  if (channels == 0 || (!pixel_data && !fits(color, input))) return setting;
  setting.kind = rt::InputKind::kPixels;
  setting.color = !color.empty() ? color : channels == 1 ? "GRAY" : "RGB";
  setting.resize = entry_for(config.resize, index);
  if (setting.resize.empty()) setting.resize = "STRETCH";
  return setting;
}

}  // namespace

std::vector<InputSetting> input_settings(const Config& config, const rt::Graph& graph) {
  const size_t count = graph.inputs.size();
  check_count("MEAN", config.mean.size(), count);
  check_count("NORMAL", config.normal.size(), count);
  check_count("COLOR", config.color.size(), count);
  check_count("RESIZE", config.resize.size(), count);

  std::vector<ItemKind> kinds;
  if (!config.quant_dataset_path.empty()) {
    kinds = probe_dataset(config.quant_dataset_path, "QUANT_DATASET_PATH", graph);
  }
  std::vector<InputSetting> settings;
  for (size_t i = 0; i < count; ++i) {
    const bool pixel_data = i < kinds.size() && kinds[i] != ItemKind::kBinFloat;
    check_color(config, graph, i, pixel_data);
    settings.push_back(setting_for(config, input_value(graph, i), i, pixel_data));
    if (i < kinds.size() && kinds[i] == ItemKind::kImages && settings[i].kind != rt::InputKind::kPixels) {
      fail_setting(
          "QUANT_DATASET_PATH: \"{}\" has images, but the input {} has shape {}: expected .bin files, or an input of 1 "
          "or "
          "3 channels",
          config.quant_dataset_path, input_value(graph, i).name, input_value(graph, i).shape.text());
    }
  }
  return settings;
}

}  // namespace magik::transform
