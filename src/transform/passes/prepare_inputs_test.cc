#include "transform/passes/prepare_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/pass.h"
#include "transform/passes/passes.h"
#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::evaluate;
using test::NetBuilder;
using test::node_names;
using Names = std::vector<std::string>;

InputSetting pixels(std::vector<float> mean, std::vector<float> normal) {
  return {rt::InputKind::kPixels, "RGB", "STRETCH", std::move(mean), std::move(normal)};
}

rt::HostTensor normalised(const rt::HostTensor& tensor, int channel_axis, const std::vector<float>& mean,
                          const std::vector<float>& normal) {
  std::vector<float> values(tensor.data.as<float>(), tensor.data.as<float>() + tensor.shape.elements());
  const auto inner = static_cast<size_t>(tensor.shape.elements(channel_axis + 1, tensor.shape.rank()));
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = i / inner % static_cast<size_t>(tensor.shape[channel_axis]);
    values[i] = (values[i] - mean[c % mean.size()]) / normal[c % normal.size()];
  }
  return {tensor.type, tensor.shape, constant_of(values)};
}

std::vector<float> floats(const rt::HostTensor& tensor) {
  return {tensor.data.as<float>(), tensor.data.as<float>() + tensor.shape.elements()};
}

// `after` on the raw tensor gives what `before` gives on the normalised one, in the source's layout.
void expect_normalises(const rt::Graph& before, const rt::Graph& after, const InputSetting& setting, int channel_axis) {
  std::mt19937 random(3);
  const rt::Value& new_input = value_of(after, after.inputs[0]);
  rt::HostTensor raw = test::random_tensor(new_input.type, new_input.shape, random);
  rt::HostTensor as_float = raw;
  if (raw.type == rt::ElementType::kUint8) {
    const std::vector<float> values(raw.data.as<uint8_t>(), raw.data.as<uint8_t>() + raw.shape.elements());
    as_float = {rt::ElementType::kFloat32, raw.shape, constant_of(values)};
  }
  const rt::HostTensor source = test::in_source_layout(new_input, as_float);
  const auto expected = evaluate(before, {normalised(source, channel_axis, setting.mean, setting.normal)});
  const auto actual = evaluate(after, {raw});
  const auto e = floats(test::in_source_layout(value_of(before, before.outputs[0]), expected[0]));
  const auto a = floats(test::in_source_layout(value_of(after, after.outputs[0]), actual[0]));
  ASSERT_EQ(e.size(), a.size());
  for (size_t i = 0; i < e.size(); ++i) ASSERT_NEAR(a[i], e[i], 1e-4f * std::max(1.0f, std::fabs(e[i]))) << i;
}

TEST(PrepareInputs, PixelsAreNhwcBytesAndGoIntoTheFirstConvolution) {
  NetBuilder net;
  net.output(net.conv(net.image("data", {1, 3, 6, 6}), 4, 3, "c"));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  const InputSetting setting = pixels({123.0f, 116.0f, 103.0f}, {58.0f, 57.0f, 56.0f});
  prepare_inputs(after, {setting});
  expect_normalises(before, after, setting, 1);
  optimize(after);

  const rt::Value& input = value_of(after, after.inputs[0]);
  EXPECT_EQ(input.type, rt::ElementType::kUint8);
  EXPECT_EQ(input.shape, (rt::Shape{1, 6, 6, 3}));
  EXPECT_EQ(input.source_axes, (std::vector<uint8_t>{0, 2, 3, 1}));
  EXPECT_EQ(input.quantization, (rt::Quantization{8, {1.0f}, {0}, -1}));
  ASSERT_EQ(node_names(after), (Names{"data/BatchNormScale", "c"}));
  EXPECT_EQ(after.nodes[0].inputs.size(), 1u);  // the identity: all is in the convolution
  const std::vector<float> pad_value = after.nodes[1].attributes.numbers("pad_value");
  EXPECT_THAT(pad_value, testing::Pointwise(testing::FloatNear(1e-3f), setting.mean));
  expect_normalises(before, after, setting, 1);
  EXPECT_EQ(after.preprocessing[0].kind, rt::InputKind::kPixels);
  EXPECT_EQ(after.preprocessing[0].color, "RGB");
  EXPECT_EQ(after.preprocessing[0].mean, setting.mean);
}

TEST(PrepareInputs, GroupedFirstConvolution) {
  NetBuilder net;
  net.output(net.conv(net.image("data", {1, 3, 6, 6}), 6, 3, "c", 2, 3));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  const InputSetting setting = pixels({10.0f, 20.0f, 30.0f}, {2.0f, 4.0f, 8.0f});
  prepare_inputs(after, {setting});
  optimize(after);
  EXPECT_EQ(after.nodes[0].inputs.size(), 1u);
  expect_normalises(before, after, setting, 1);
}

TEST(PrepareInputs, NormalisationStaysWhereOthersReadItAndTakesTheSourcesOwn) {
  NetBuilder net;
  const rt::ValueId x = net.add("EltwiseDiv", {net.image("data", {1, 3, 4, 4}), net.scalar(255.0f)}, {}, "div");
  net.output(net.add("EltwiseAdd", {net.unary("Relu", x, "r"), net.conv(x, 3, 3, "c")}, {}, "sum"));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  const InputSetting setting = pixels({1.0f}, {2.0f});
  prepare_inputs(after, {setting});
  optimize(after);
  EXPECT_EQ(node_names(after), (Names{"data/BatchNormScale", "r", "c", "sum"}));
  EXPECT_EQ(after.nodes[0].inputs.size(), 3u);
  expect_normalises(before, after, setting, 1);
}

TEST(PrepareInputs, NhwcSource) {
  NetBuilder net;
  net.output(net.unary("Relu", net.image("data", {1, 6, 5, 3}), "r"));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  const InputSetting setting = pixels({1.0f, 2.0f, 3.0f}, {1.0f});
  prepare_inputs(after, {setting});
  EXPECT_EQ(value_of(after, after.inputs[0]).shape, (rt::Shape{1, 6, 5, 3}));
  EXPECT_TRUE(value_of(after, after.inputs[0]).source_axes.empty());
  expect_normalises(before, after, setting, 3);
}

TEST(PrepareInputs, PixelsWithoutMeanHaveAnIdentityNode) {
  NetBuilder net;
  net.output(net.conv(net.image("data", {1, 1, 6, 6}), 4, 3, "c"));
  rt::Graph graph = net.take();
  prepare_inputs(graph, {pixels({}, {})});
  EXPECT_EQ(graph.nodes[0].name, "data/BatchNormScale");
  EXPECT_EQ(graph.nodes[0].inputs.size(), 1u);
}

TEST(PrepareInputs, FloatImageBecomesNhwcWhereItsReadersWantThat) {
  NetBuilder net;
  net.output(net.conv(net.unary("Relu", net.image("x", {1, 5, 6, 4}), "r"), 4, 3, "c"));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  prepare_inputs(after, {{}});
  optimize(after);
  EXPECT_EQ(value_of(after, after.inputs[0]).shape, (rt::Shape{1, 6, 4, 5}));
  EXPECT_EQ(node_names(after), (Names{"r", "c"}));
  test::expect_same_outputs(before, after);
}

TEST(PrepareInputs, FloatImageBecomesNhwcWhereAnOutputTakesEither) {
  NetBuilder net;
  const rt::ValueId x = net.image("x", {1, 4, 6, 5});
  net.output(net.add("EltwiseAdd", {net.conv(x, 4, 3, "c"), x}, {}, "sum"));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  prepare_inputs(after, {{}});
  optimize(after);
  EXPECT_EQ(node_names(after), (Names{"c", "sum"}));
  test::expect_same_outputs(before, after);
}

TEST(PrepareInputs, OtherFloatInputsStayAndAreNormalisedPerChannel) {
  for (const bool uniform : {true, false}) {
    NetBuilder net;
    net.output(net.unary("Relu", net.image("x", {1, 3, 5}), "r"));
    const rt::Graph before = net.take();
    rt::Graph after = before;
    InputSetting setting;
    setting.mean = uniform ? std::vector<float>{0.5f} : std::vector<float>{0.5f, 0.25f, 0.125f};
    setting.normal = {2.0f};
    prepare_inputs(after, {setting});
    EXPECT_EQ(value_of(after, after.inputs[0]).shape, (rt::Shape{1, 3, 5}));
    EXPECT_EQ(test::count_of(after, "Permute"), uniform ? 0 : 2);
    expect_normalises(before, after, setting, 1);
  }
}

TEST(PrepareInputs, ErrorsNameTheInput) {
  const auto message = [](const rt::Shape& shape, const InputSetting& setting) -> std::string {
    NetBuilder net;
    net.output(net.unary("Relu", net.image("data", shape), "r"));
    rt::Graph graph = net.take();
    try {
      prepare_inputs(graph, {setting});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({1, 4, 4, 4}, pixels({}, {})),
            "input 'data' has shape 1x4x4x4: pixels need an image of 1 or 3 channels, NxCxHxW or NxHxWxC");
  EXPECT_EQ(message({1, 3, 4, 4}, pixels({1.0f, 2.0f}, {})),
            "MEAN has 2 numbers for the input 'data' of shape 1x3x4x4: give one, or one for each of its 3 channels");
  EXPECT_EQ(message({1, 3, 4, 4}, pixels({}, {1.0f, 0.0f, 1.0f})),
            "(x - MEAN) / NORMAL of the input 'data' is not finite for channel 1: MEAN is 0, NORMAL is 0");
  EXPECT_EQ(message({1, 3, 4, 4}, pixels({1e30f}, {1e-30f})),
            "(x - MEAN) / NORMAL of the input 'data' is not finite for channel 0: MEAN is 1e+30, NORMAL is 1e-30");
}

TEST(PrepareInputs, IndicesAreNotNormalised) {
  NetBuilder net;
  net.output(net.unary("Identity", net.image("ids", {1, 5}), "r"));
  rt::Graph graph = net.take();
  value_of(graph, graph.inputs[0]).type = rt::ElementType::kInt32;
  InputSetting mean;
  mean.mean = {1.0f};
  EXPECT_EQ(
      test::error_of([&] { prepare_inputs(graph, {mean}); }),
      "MEAN and NORMAL do not apply to the input 'ids', whose elements are int32; [[...], []] gives the second input "
      "none");
  prepare_inputs(graph, {InputSetting()});
}

TEST(PrepareInputs, OneListForAllInputsHasToFitEach) {
  NetBuilder net;
  net.output(net.unary("Relu", net.image("picture", {1, 3, 4, 4}), "r"));
  net.output(net.unary("Relu", net.image("state", {1, 5}), "s"));
  rt::Graph graph = net.take();
  InputSetting state;
  state.mean = {1.0f, 2.0f, 3.0f};
  EXPECT_EQ(
      test::error_of([&] {
        prepare_inputs(graph, {pixels({1.0f, 2.0f, 3.0f}, {}), state});
      }),
      "MEAN has 3 numbers for the input 'state' of shape 1x5: give one, or one for each of its 5 channels; [[...], "
      "[...]] gives each input its own");
}

}  // namespace
}  // namespace magik::transform
