#include "transform/passes/prepare_inputs.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "transform/error.h"
#include "transform/passes/layout_demand.h"
#include "transform/passes/rewrite.h"
#include "transform/text/counted.h"

namespace magik::transform {
namespace {

bool is_color_count(int32_t channels) { return channels == 1 || channels == 3; }

bool is_uniform(const std::vector<float>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [&](float n) { return n == numbers[0]; });
}

class InputPreparer {
 public:
  InputPreparer(rt::Graph& graph, rt::ValueId input, const InputSetting& setting)
      : graph_(graph),
        setting_(setting),
        input_(input),
        name_(value_of(graph, input).name),
        source_(value_of(graph, input).shape) {}

  rt::Preprocessing run(bool wanted_as_nhwc) {
    const bool pixels = setting_.kind == rt::InputKind::kPixels;
    if (pixels) check_image();
    const bool source_is_nhwc = pixels && !is_color_count(source_[1]);
    const bool nhwc = (pixels && !source_is_nhwc) || wanted_as_nhwc;
    const int channel_axis = source_is_nhwc || source_.rank() < 3 ? source_.rank() - 1 : 1;
    if (source_.rank() > 0) normalize(source_[channel_axis]);

    // Readers go on with the last value of: input, normalised, back in the source's layout.
    const rt::ValueId old = detach_readers();
    rt::ValueId last = input_;
    const Permutation to_last = channels_last(channel_axis, nhwc);
    if (nhwc) set_layout(input_, kToNhwc);
    const bool permute_to_channels = !nhwc && !is_identity(to_last) && !(is_uniform(scale_) && is_uniform(bias_));
    if (permute_to_channels) last = add_permute(last, to_last, name_ + "/channels_last");
    if (pixels || has_normalization_) last = add_batch_norm_scale(last);
    if (pixels) {
      value_of(graph_, input_).type = rt::ElementType::kUint8;
      value_of(graph_, input_).quantization = {8, {1.0f}, {0}, -1};
    }
    if (nhwc || permute_to_channels) {
      last = add_permute(last, inverse(to_last), value_of(graph_, last).name + kSourceSuffix);
    }
    replace_uses(graph_, old, last);
    graph_.nodes.insert(graph_.nodes.begin(), nodes_.begin(), nodes_.end());

    rt::Preprocessing preprocessing;
    preprocessing.kind = setting_.kind;
    if (pixels) {
      preprocessing.color = setting_.color;
      preprocessing.resize = setting_.resize;
    }
    preprocessing.mean = setting_.mean;
    preprocessing.normal = setting_.normal;
    return preprocessing;
  }

 private:
  void check_image() const {
    if (source_.rank() != 4 || (!is_color_count(source_[1]) && !is_color_count(source_[3]))) {
      fail("input '{}' has shape {}: pixels need an image of 1 or 3 channels, NxCxHxW or NxHxWxC", name_,
           source_.text());
    }
  }

  // One number for each channel.
  std::vector<float> spread(const char* key, std::vector<float> numbers, float otherwise, int32_t channels) const {
    if (numbers.empty()) numbers = {otherwise};
    if (numbers.size() == 1) numbers.assign(static_cast<size_t>(channels), numbers[0]);
    if (numbers.size() != static_cast<size_t>(channels)) {
      fail_setting("{} has {} numbers for the input '{}' of shape {}: give one, or one for each of its {}{}", key,
                   numbers.size(), name_, source_.text(), counted(static_cast<size_t>(channels), "channel"),
                   graph_.inputs.size() == 1 ? "" : "; [[...], [...]] gives each input its own");
    }
    return numbers;
  }

  void normalize(int32_t channels) {
    const std::vector<float> mean = spread("MEAN", setting_.mean, 0.0f, channels);
    const std::vector<float> normal = spread("NORMAL", setting_.normal, 1.0f, channels);
    for (size_t c = 0; c < mean.size(); ++c) {
      has_normalization_ |= mean[c] != 0.0f || normal[c] != 1.0f;
      scale_.push_back(1.0f / normal[c]);
      bias_.push_back(-mean[c] / normal[c]);
      if (!std::isfinite(scale_[c]) || !std::isfinite(bias_[c])) {
        fail_setting("(x - MEAN) / NORMAL of the input '{}' is not finite for channel {}: MEAN is {}, NORMAL is {}",
                     name_, c, mean[c], normal[c]);
      }
    }
    const rt::ElementType type = value_of(graph_, input_).type;
    if (has_normalization_ && type != rt::ElementType::kFloat32) {
      fail_setting(
          "MEAN and NORMAL do not apply to the input '{}', whose elements are {}; [[...], []] gives the second input "
          "none",
          name_, rt::element_type_name(type));
    }
  }

  // Moves the channels last; the identity where they are.
  Permutation channels_last(int channel_axis, bool nhwc) const {
    if (nhwc) return kToNhwc;
    Permutation perm = identity_permutation(source_.rank());
    if (!perm.empty()) std::rotate(perm.begin() + channel_axis, perm.begin() + channel_axis + 1, perm.end());
    return perm;
  }

  // Lets all nodes that read the input read a placeholder for the prepared value.
  rt::ValueId detach_readers() {
    rt::Value placeholder = value_of(graph_, input_);
    const rt::ValueId id = graph_.add_value(std::move(placeholder));
    replace_uses(graph_, input_, id);
    return id;
  }

  void set_layout(rt::ValueId id, const Permutation& perm) {
    rt::Value& value = value_of(graph_, id);
    value.shape = permuted(source_, perm);
    value.source_axes = permuted_source_axes({}, perm);
  }

  rt::ValueId add_node(const char* op, rt::Value output, std::vector<rt::ValueId> inputs, rt::Attributes attributes) {
    rt::Node node;
    node.op = op;
    node.name = output.name;
    node.inputs = std::move(inputs);
    node.outputs = {graph_.add_value(std::move(output))};
    node.attributes = std::move(attributes);
    nodes_.push_back(node);
    return node.outputs[0];
  }

  rt::ValueId add_permute(rt::ValueId from, const Permutation& perm, const std::string& name) {
    rt::Value output = value_of(graph_, from);
    output.name = name;
    output.shape = permuted(output.shape, perm);
    output.source_axes = permuted_source_axes(output.source_axes, perm);
    rt::Attributes attributes;
    attributes.set("perm", perm);
    return add_node("Permute", std::move(output), {from}, std::move(attributes));
  }

  rt::ValueId add_batch_norm_scale(rt::ValueId from) {
    rt::Value output = value_of(graph_, from);
    output.name = name_ + "/BatchNormScale";
    std::vector<rt::ValueId> inputs = {from};
    if (has_normalization_) {
      // Numbers for channels of another axis are all equal here and serve any axis.
      scale_.resize(static_cast<size_t>(output.shape.back()), scale_[0]);
      bias_.resize(static_cast<size_t>(output.shape.back()), bias_[0]);
      inputs.push_back(add_floats(graph_, output.name + "/scale", {output.shape.back()}, scale_));
      inputs.push_back(add_floats(graph_, output.name + "/bias", {output.shape.back()}, bias_));
    }
    return add_node("BatchNormScale", std::move(output), std::move(inputs), {});
  }

  rt::Graph& graph_;
  const InputSetting& setting_;
  const rt::ValueId input_;
  const std::string name_;
  const rt::Shape source_;
  std::vector<float> scale_, bias_;  // per channel
  bool has_normalization_ = false;
  std::vector<rt::Node> nodes_;  // in front of the graph's own
};

}  // namespace

void prepare_inputs(rt::Graph& graph, const std::vector<InputSetting>& settings) {
  if (settings.size() != graph.inputs.size()) {
    fail("{} input settings for a model of {} inputs", settings.size(), graph.inputs.size());
  }
  const std::vector<std::optional<Permutation>> demands = demanded_layouts(graph);
  graph.preprocessing.clear();
  for (size_t i = 0; i < settings.size(); ++i) {
    const rt::ValueId input = graph.inputs[i];
    const bool nhwc = demands[static_cast<size_t>(input)] == kToNhwc;
    graph.preprocessing.push_back(InputPreparer(graph, input, settings[i]).run(nhwc));
  }
  remove_dead(graph);
}

}  // namespace magik::transform
