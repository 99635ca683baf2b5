#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/pass.h"
#include "transform/passes/prepare_inputs.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::count_of;
using test::expect_same_outputs;
using test::NetBuilder;
using test::node_names;
using Names = std::vector<std::string>;

// ResNet-18 v1-7 with its names, narrow and small.
class ResNet18 {
 public:
  rt::Graph build() {
    rt::ValueId x = net_.image("data", {1, 3, 32, 32});
    x = conv_bn(x, prefix_ + "conv0_fwd", prefix_ + "batchnorm0_fwd", 4, 7, 2);
    x = net_.unary("Relu", x, prefix_ + "relu0_fwd");
    x = net_.image_op("MaxPool", x, {},
                      Attrs().ints("kernel", {3, 3}).ints("strides", {2, 2}).ints("pads", {1, 1, 1, 1}),
                      prefix_ + "pool0_fwd");
    for (int i = 1; i <= 4; ++i) x = stage(x, i);
    x = net_.image_op("GlobalAveragePool", x, {}, {}, prefix_ + "pool1_fwd");
    x = net_.add("Flatten", {x}, Attrs().set("axis", 1), "flatten_170");
    x = net_.add("MatMul", {x, net_.random_constant("w", {10, 32}), net_.random_constant("b", {10})}, {},
                 prefix_ + "dense0_fwd");
    net_.output(x);
    return net_.take();
  }

 private:
  rt::ValueId conv_bn(rt::ValueId x, const std::string& conv, const std::string& bn, int channels, int kernel,
                      int stride) {
    return net_.batch_norm(net_.conv(x, channels, kernel, conv, stride, 1, false), bn);
  }

  rt::ValueId stage(rt::ValueId x, int number) {
    const std::string p = fmt::format("{}stage{}_", prefix_, number);
    const auto numbered = [&](const char* kind, int i) { return fmt::format("{}{}{}_fwd", p, kind, i); };
    int conv = 0;
    for (int block = 0; block < 2; ++block) {
      const bool down = block == 0 && number > 1;
      const int channels = 2 << number;
      rt::ValueId y = conv_bn(x, numbered("conv", conv), numbered("batchnorm", conv), channels, 3, down ? 2 : 1);
      y = net_.unary("Relu", y, numbered("relu", block));
      ++conv;
      y = conv_bn(y, numbered("conv", conv), numbered("batchnorm", conv), channels, 3, 1);
      ++conv;
      if (down) {
        x = conv_bn(x, numbered("conv", conv), numbered("batchnorm", conv), channels, 1, 2);
        ++conv;
      }
      const rt::ValueId sum = net_.add("EltwiseAdd", {y, x}, {}, fmt::format("{}_plus{}", p, block));
      x = net_.unary("Relu", sum, fmt::format("{}activation{}", p, block));
    }
    return x;
  }

  NetBuilder net_;
  const std::string prefix_ = "resnetv15_";
};

TEST(Pipeline, ResNet18HasTheGuidesNodes) {
  rt::Graph graph = ResNet18().build();
  InputSetting setting;
  setting.kind = rt::InputKind::kPixels;
  setting.mean = {123.675f, 116.28f, 103.53f};
  setting.normal = {58.395f, 57.12f, 57.375f};
  prepare_inputs(graph, {setting});
  optimize(graph);
  Names expected = {"data/BatchNormScale", "resnetv15_relu0_fwd", "resnetv15_pool0_fwd"};
  for (int i = 1; i <= 4; ++i) {
    const std::string p = fmt::format("resnetv15_stage{}_", i);
    expected.insert(expected.end(), {p + "relu0_fwd", p + "batchnorm1_fwd"});
    if (i > 1) expected.push_back(p + "batchnorm2_fwd");
    expected.insert(expected.end(), {p + "activation0", p + "relu1_fwd"});
    expected.insert(expected.end(), {p + (i > 1 ? "batchnorm4_fwd" : "batchnorm3_fwd"), p + "activation1"});
  }
  expected.insert(expected.end(), {"resnetv15_pool1_fwd", "flatten_170", "resnetv15_dense0_fwd"});
  EXPECT_EQ(node_names(graph), expected);
  EXPECT_EQ(graph.nodes[0].op, "BatchNormScale");
  EXPECT_EQ(count_of(graph, "Conv2D"), 20);
  EXPECT_EQ(count_of(graph, "EltwiseAdd"), 8);
  EXPECT_EQ(graph.nodes[graph.nodes.size() - 2].op, "Flatten");
}

// A seeded random network of NCHW values, as a frontend makes it.
class RandomNet {
 public:
  explicit RandomNet(unsigned seed) : net_(seed) {}

  rt::Graph build() {
    values_.push_back(net_.image("x", {1, 4, 6, 6}));
    values_.push_back(net_.conv(values_[0], 4, 3, "first"));
    for (int i = 0; i < 14; ++i) values_.push_back(random_op(fmt::format("v{}", i)));
    for (size_t i = values_.size() - 3; i < values_.size(); ++i) net_.output(values_[i]);
    rt::ValueId flat = net_.add("Flatten", {pick()}, Attrs().set("axis", 1), "flat");
    net_.output(net_.add("MatMul", {flat, net_.random_constant("w", {3, net_.shape(flat)[1]})}, {}, "fc"));
    return net_.take();
  }

 private:
  rt::ValueId pick() {
    // Mostly recent values, so that chains grow long.
    const int last = static_cast<int>(values_.size()) - 1;
    return values_[static_cast<size_t>(std::max(0, last - net_.random_int(0, 3)))];
  }

  rt::ValueId random_op(const std::string& name) {
    const rt::ValueId x = pick();
    const rt::Shape s = net_.shape(x);
    const int axis = net_.random_int(1, 3);
    switch (net_.random_int(0, 17)) {
      case 0:
        return net_.conv(x, net_.random_int(1, 3) * 2, 3, name);
      case 1:
        return net_.conv(x, s[1], 1, name, 1, s[1]);
      case 2:
        return net_.batch_norm(x, name);
      case 3:
        return net_.unary(net_.random_int(0, 1) ? "Relu" : "Tanh", x, name);
      case 4:
        return net_.add("EltwiseMul", {x, net_.unary("Sigmoid", x, name + "s")}, {}, name);
      case 5:
        return net_.add("EltwiseAdd", {x, net_.unary("Neg", x, name + "n")}, {}, name);
      case 6:
        return net_.add("EltwiseSub", {net_.random_constant(name + "k", {s[1], 1, 1}), x}, {}, name);
      case 7:
        return net_.add("EltwiseMul", {x, net_.random_constant(name + "k", {s[3]})}, {}, name);
      case 8:
        return net_.permute(x, shuffle_axes(), name);
      case 9:
        return net_.add("Concat", {x, x}, Attrs().set("axis", axis), name);
      case 10:
        return slice(x, axis, name);
      case 11:
        return net_.add("Pad", {x}, Attrs().ints("pads", {0, 0, 1, 0, 0, 0, 0, 1}), name);
      case 12:
        return net_.add("Softmax", {x}, Attrs().set("axis", axis), name);
      case 13:
        return shuffle_channels(x, name);
      case 14:
        return gate(x, name);
      case 15:
        return net_.add("Reshape", {x}, Attrs().ints("shape", {1, s[1] * s[2], 1, s[3]}), name);
      case 16:
        return net_.image_op("MaxPool", x, {}, Attrs().ints("kernel", {3, 3}).ints("pads", {1, 1, 1, 1}), name);
      default:
        return net_.unary("Identity", x, name);
    }
  }

  Permutation shuffle_axes() {
    static const Permutation choices[] = {{0, 2, 3, 1}, {0, 3, 1, 2}, {0, 1, 3, 2}, {0, 3, 2, 1}, {0, 2, 1, 3}};
    return choices[net_.random_int(0, 4)];
  }

  rt::ValueId slice(rt::ValueId x, int axis, const std::string& name) {
    const int64_t end = std::max(1, net_.shape(x)[axis] - 1);
    return net_.add("Slice", {x},
                    Attrs().ints("axes", {axis}).ints("starts", {0}).ints("ends", {end}).ints("steps", {1}), name);
  }

  rt::ValueId shuffle_channels(rt::ValueId x, const std::string& name) {
    const rt::Shape s = net_.shape(x);
    const int groups = s[1] % 2 == 0 ? 2 : 1;
    x = net_.add("Reshape", {x}, Attrs().ints("shape", {1, groups, s[1] / groups, s[2], s[3]}), name + "a");
    x = net_.permute(x, {0, 2, 1, 3, 4}, name + "b");
    return net_.add("Reshape", {x}, Attrs().ints("shape", {1, s[1], s[2], s[3]}), name);
  }

  rt::ValueId gate(rt::ValueId x, const std::string& name) {
    const rt::ValueId mean = net_.add("ReduceMean", {x}, Attrs().ints("axes", {2, 3}).set("keepdims", 0), name + "m");
    const rt::ValueId open = net_.add("Unsqueeze", {mean}, Attrs().ints("axes", {2, 3}), name + "u");
    return net_.add("EltwiseMul", {x, open}, {}, name);
  }

  NetBuilder net_;
  std::vector<rt::ValueId> values_;
};

TEST(Pipeline, RandomNetworksComputeTheSame) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const rt::Graph before = RandomNet(seed).build();
    rt::Graph after = before;
    prepare_inputs(after, {{}});
    optimize(after);
    expect_same_outputs(before, after, 1e-4f);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Pipeline, OptimizingTwiceChangesNothing) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    rt::Graph graph = RandomNet(seed).build();
    optimize(graph);
    const Names names = node_names(graph);
    optimize(graph);
    EXPECT_EQ(node_names(graph), names) << "seed " << seed;
  }
}

}  // namespace
}  // namespace magik::transform
