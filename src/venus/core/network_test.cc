#include "venus/core/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cfenv>
#include <cstring>
#include <random>

#include "venus/core/aligned_memory.h"
#include "venus/core/arena.h"
#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

using test::attribute;
using test::TestGraph;
using Ints = std::vector<int64_t>;

// Elementwise y = x0 / 2 + x1 + 1 whose abilities the node's attributes choose, and that spoils its scratch.
class Halve : public Kernel {
 public:
  explicit Halve(const Attributes& attributes)
      : pitch_(attributes.integer("pitch", 1) != 0),
        in_place_(attributes.integer("in_place", 1) != 0),
        scratch_(static_cast<size_t>(attributes.integer("scratch", 0))) {}
  size_t scratch_bytes() const override { return scratch_; }
  bool reads_pitch(size_t) const override { return pitch_; }
  bool writes_pitch() const override { return pitch_; }
  bool runs_in_place(size_t) const override { return in_place_; }
  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& y = tensors.outputs[0];
    EXPECT_TRUE(pitch_ || y.dense() || y.rows() <= 1);
    if (scratch_ > 0)
      std::memset(context.scratch, 0xff, context.scratch_stride * static_cast<size_t>(context.pool.threads()));
    context.pool.parallel_for(y.rows(), 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin * y.shape.back(); i < end * y.shape.back(); ++i) {
        float sum = at(tensors.inputs[0], i) / 2 + 1;
        if (tensors.has_input(1)) sum += at(tensors.inputs[1], i);
        y.as<float>()[i / y.shape.back() * y.pitch + i % y.shape.back()] = sum;
      }
    });
  }

 private:
  static float at(const Tensor& x, int64_t i) {
    const int64_t place = i / x.shape.back() * x.pitch + i % x.shape.back();
    return x.type == ElementType::kUint8 ? x.as<uint8_t>()[place] : x.as<float>()[place];
  }
  bool pitch_, in_place_;
  size_t scratch_;
};

Result<std::unique_ptr<Kernel>> halve(const NodeTensors& tensors) {
  if (tensors.node->attributes.has("decline")) return nullptr;
  if (tensors.node->attributes.has("fail")) return Status::error("wants to fail");
  return std::make_unique<Halve>(tensors.node->attributes);
}

// Cast takes pixels to float, so that it stands for a network's first node.
const std::vector<KernelEntry> kFakes = {{"Relu", "fake", Isa::kReference, halve},
                                         {"Cast", "fake", Isa::kReference, halve},
                                         {"EltwiseAdd", "fake", Isa::kReference, halve}};

NetworkOptions options(int threads = 1) {
  NetworkOptions options;
  options.isa = Isa::kReference;
  options.threads = threads;
  options.extra_kernels = &kFakes;
  return options;
}

std::unique_ptr<Network> make(std::shared_ptr<const Graph> graph, const NetworkOptions& with = options()) {
  auto network = Network::create(std::move(graph), with);
  EXPECT_TRUE(network.ok()) << network.message();
  return network.take();
}

// An input's or output's elements; network inputs here are dense floats.
std::vector<float> read(const Tensor& tensor) {
  std::vector<float> result;
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    result.push_back(tensor.as<float>()[i / tensor.shape.back() * tensor.pitch + i % tensor.shape.back()]);
  }
  return result;
}

void fill(Network& network) {
  for (size_t i = 0; i < network.graph().inputs.size(); ++i) {
    const Tensor input = network.input(i);
    for (int64_t k = 0; k < input.elements(); ++k)
      input.as<float>()[k] = static_cast<float>(k % 251) + static_cast<float>(i);
  }
}

std::vector<std::vector<float>> results(Network& network) {
  fill(network);
  const Status status = network.run();
  EXPECT_TRUE(status.ok()) << status.message();
  std::vector<std::vector<float>> all;
  for (size_t i = 0; i < network.graph().outputs.size(); ++i) all.push_back(read(network.output(i)));
  return all;
}

uint64_t block(uint64_t bytes) { return align_up(bytes + kReadPadding); }

TEST(Network, RunsAndReusesTheArena) {
  TestGraph builder;
  ValueId x = builder.input("x", {1, 4, 4, 2});
  const Attributes apart = attribute("in_place", 0);
  for (const char* name : {"a", "b", "c", "d"}) x = builder.node("Relu", name, {x}, {1, 4, 4, 2}, apart);
  auto network = make(builder.shared({x}));
  EXPECT_EQ(network->arena_bytes(), 2 * block(4 * 4 * 2 * 4));
  EXPECT_STREQ(network->kernel_name(0), "fake");
  const std::vector<float> y = results(*network)[0];
  EXPECT_EQ(y[0], 1.875f);
  EXPECT_EQ(y[31], 31 / 16.0f + 1.875f);
}

TEST(Network, ElementwiseNodesRunInPlace) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId a = builder.node("Relu", "a", {x}, {1, 8});
  const ValueId b = builder.node("Relu", "b", {a}, {1, 8});
  const ValueId c = builder.node("EltwiseAdd", "c", {a, b}, {1, 8});
  const ValueId d = builder.node("EltwiseAdd", "d", {c, c}, {1, 8});
  auto network = make(builder.shared({d}));
  EXPECT_NE(network->tensor(a).data, network->input(0).data) << "the input keeps what the client wrote";
  EXPECT_NE(network->tensor(b).data, network->tensor(a).data) << "a is used again by c";
  EXPECT_EQ(network->tensor(c).data, network->tensor(a).data);
  EXPECT_NE(network->tensor(d).data, network->tensor(c).data) << "an operand that is used twice stays";
  const auto first = results(*network);
  EXPECT_EQ(results(*network), first);
}

TEST(Network, InPlaceIntoTheNetworksOutput) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId a = builder.node("Relu", "a", {x}, {1, 8});
  const ValueId b = builder.node("Relu", "b", {a}, {1, 8});
  auto network = make(builder.shared({b}));
  EXPECT_EQ(network->tensor(a).data, network->output(0).data);
  EXPECT_EQ(network->arena_bytes(), 0u);
}

TEST(Network, AliasesShareMemoryUnlessTheClientSeesBoth) {
  TestGraph builder;
  const ValueId x = builder.input("x", {2, 3, 4});
  const ValueId view = builder.node("Identity", "view", {x}, {2, 3, 4});
  const ValueId a = builder.node("Relu", "a", {view}, {2, 3, 4});
  const ValueId flat = builder.node("Reshape", "flat", {a}, {6, 4}, attribute("shape", Ints{6, 4}));
  const ValueId again = builder.node("Reshape", "again", {flat}, {24}, attribute("shape", Ints{24}));
  const ValueId copy = builder.node("Identity", "copy", {x}, {2, 3, 4});
  const ValueId c = builder.constant("c", {2}, {5, 6});
  const ValueId copied_constant = builder.node("Identity", "cc", {c}, {2});
  auto network = make(builder.shared({flat, again, copy, copied_constant}));
  EXPECT_EQ(network->tensor(view).data, network->input(0).data);
  EXPECT_EQ(network->tensor(a).data, network->tensor(flat).data);
  EXPECT_NE(network->tensor(again).data, network->tensor(flat).data);
  EXPECT_NE(network->tensor(copy).data, network->input(0).data);
  EXPECT_STREQ(network->kernel_name(0), "alias");
  EXPECT_STREQ(network->kernel_name(2), "alias");
  EXPECT_STREQ(network->kernel_name(3), "copy");
  EXPECT_STREQ(network->kernel_name(4), "copy");
  const auto y = results(*network);
  EXPECT_EQ(y[0], y[1]);
  EXPECT_EQ(y[2], read(network->input(0)));
  EXPECT_THAT(y[3], testing::ElementsAre(5, 6));
}

class InPlaceConcat : public testing::Test {
 protected:
  // x -> a, b -> concat (axis) -> y
  std::unique_ptr<Network> concat(Shape part, Shape whole, int axis, Attributes a_can = {}, Attributes y_can = {}) {
    const ValueId x = builder.input("x", part);
    a = builder.node("Relu", "a", {x}, part, std::move(a_can));
    b = builder.node("Relu", "b", {x}, part);
    joined = builder.node("Concat", "joined", {a, b}, whole, attribute("axis", axis));
    const ValueId y = builder.node("Relu", "y", {joined}, whole, std::move(y_can));
    return make(builder.shared({y}));
  }
  size_t offset(Network& network, ValueId part) {
    return static_cast<size_t>(network.tensor(part).as<char>() - network.tensor(joined).as<char>());
  }
  TestGraph builder;
  ValueId a, b, joined;
};

TEST_F(InPlaceConcat, ChannelsBecomePitchedViews) {
  auto network = concat({1, 2, 2, 3}, {1, 2, 2, 6}, -1);
  EXPECT_EQ(offset(*network, a), 0u);
  EXPECT_EQ(offset(*network, b), 12u);
  EXPECT_EQ(network->tensor(b).pitch, 6);
  EXPECT_EQ(network->arena_bytes(), 0u) << "all of it lies in the output";
  const std::vector<float> y = results(*network)[0];
  for (int i = 0; i < 24; ++i) {
    EXPECT_EQ(y[static_cast<size_t>(i)], (static_cast<float>(i / 6 * 3 + i % 3) / 2 + 1) / 2 + 1);
  }
}

TEST_F(InPlaceConcat, LeadingAxesOfOneStayDense) {
  auto network = concat({1, 2, 4}, {1, 4, 4}, 1, attribute("pitch", 0));
  EXPECT_EQ(offset(*network, a), 0u);
  EXPECT_EQ(offset(*network, b), 32u);
  EXPECT_EQ(network->tensor(b).pitch, 4);
}

TEST_F(InPlaceConcat, AKernelWithoutPitchIsCopied) {
  auto network = concat({2, 3}, {2, 6}, 1, attribute("pitch", 0));
  EXPECT_NE(network->tensor(a).data, network->tensor(joined).data);
  EXPECT_EQ(offset(*network, b), 12u);
  const std::vector<float> y = results(*network)[0];
  EXPECT_THAT(std::vector<float>(y.begin() + 6, y.end()), testing::ElementsAre(2.25, 2.5, 2.75, 2.25, 2.5, 2.75));
}

TEST(Network, NestedConcatsOfADenseBlock) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 3, 3, 2});
  const ValueId a = builder.node("Relu", "a", {x}, {1, 3, 3, 2});
  const ValueId b = builder.node("Relu", "b", {a}, {1, 3, 3, 2});
  const ValueId ab = builder.node("Concat", "ab", {a, b}, {1, 3, 3, 4}, attribute("axis", 3));
  const ValueId c = builder.node("Relu", "c", {ab}, {1, 3, 3, 4});
  const ValueId abc = builder.node("Concat", "abc", {ab, c, x}, {1, 3, 3, 10}, attribute("axis", 3));
  auto network = make(builder.shared({abc}));
  EXPECT_EQ(network->arena_bytes(), 0u);
  EXPECT_EQ(network->tensor(b).as<float>(), network->output(0).as<float>() + 2);
  EXPECT_EQ(network->tensor(c).as<float>(), network->output(0).as<float>() + 4);
  EXPECT_EQ(network->tensor(b).pitch, 10);
  const std::vector<float> y = results(*network)[0];
  EXPECT_THAT(std::vector<float>(y.begin() + 10, y.begin() + 20),
              testing::ElementsAre(2, 2.5, 2, 2.25, 2, 2.25, 2, 2.125, 2, 3));
}

TEST(Network, PixelInputsHaveFourBytes) {
  for (int pitch : {0, 1}) {
    TestGraph builder;
    const ValueId x = builder.pixels("x", {1, 2, 2, 3});
    Attributes attributes = attribute("pitch", pitch);
    attributes.set("to", static_cast<int64_t>(ElementType::kFloat32));
    const ValueId y = builder.node("Cast", "y", {x}, {1, 2, 2, 3}, attributes);
    const ValueId flat = builder.node("Reshape", "flat", {x}, {12}, attribute("shape", Ints{12}), ElementType::kUint8);
    auto network = make(builder.shared({y, flat}));
    const Tensor input = network->input(0);
    EXPECT_EQ(input.pitch, 4);
    EXPECT_EQ(network->arena_bytes(), pitch ? 0u : block(12)) << "dense only for a kernel that needs it";
    for (int i = 0; i < 16; ++i) input.as<uint8_t>()[i] = static_cast<uint8_t>(2 * i);
    ASSERT_TRUE(network->run().ok());
    EXPECT_THAT(read(network->output(0)), testing::ElementsAre(1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15));
    const uint8_t* bytes = network->output(1).as<uint8_t>();
    EXPECT_THAT(std::vector<int>(bytes, bytes + 12), testing::ElementsAre(0, 2, 4, 8, 10, 12, 16, 18, 20, 24, 26, 28));
    EXPECT_STREQ(network->kernel_name(1), "copy");
  }
}

TEST(Network, KeepAllValues) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId a = builder.node("Relu", "a", {x}, {1, 8});
  const ValueId b = builder.node("Relu", "b", {a}, {1, 8});
  const ValueId c = builder.node("Concat", "c", {a, b}, {1, 16}, attribute("axis", 1));
  NetworkOptions keep = options();
  keep.keep_all_values = true;
  auto network = make(builder.shared({c}), keep);
  results(*network);
  EXPECT_EQ(read(network->tensor(a))[2], 2);
  EXPECT_EQ(read(network->tensor(b))[2], 2);
  EXPECT_EQ(read(network->output(0))[10], 2);
  EXPECT_EQ(network->arena_bytes(), 2 * block(32));
}

// Random networks give the same results with and without all sharing, on one thread and on three.
TEST(Network, SharingNeverChangesResults) {
  std::mt19937 random(11);
  for (int round = 0; round < 150; ++round) {
    TestGraph builder;
    std::vector<ValueId> values = {builder.input("x", {1, 3, 2, 4}), builder.input("y", {2, 5})};
    const auto shape = [&](ValueId id) { return builder.graph.values[id].shape; };
    for (int k = 0; k < 25; ++k) {
      const ValueId a = values[random() % values.size()];
      const std::string name = std::to_string(k);
      Attributes abilities = attribute("pitch", static_cast<int>(random() % 4 != 0));
      abilities.set("in_place", static_cast<int>(random() % 2));
      abilities.set("scratch", static_cast<int>(random() % 3 * 100));
      switch (random() % 6) {
        case 0: {
          std::vector<ValueId> parts;
          Shape whole = shape(a);
          const int axis = static_cast<int>(random() % static_cast<unsigned>(whole.rank()));
          whole[axis] = 0;
          for (ValueId b : values) {
            Shape other = shape(b);
            if (other.rank() != whole.rank() || random() % 2) continue;
            const int32_t extent = other[axis];
            other[axis] = whole[axis];
            if (other != whole) continue;
            whole[axis] += extent;
            parts.push_back(b);
          }
          if (parts.empty() || whole.elements() > 2000) break;
          values.push_back(builder.node("Concat", name, parts, whole, attribute("axis", axis)));
          break;
        }
        case 1: {
          const auto count = static_cast<int32_t>(shape(a).elements());
          const Shape flat = random() % 2 ? Shape{1, count} : Shape{count / 2, 2};
          if (flat.elements() != count) break;
          values.push_back(
              builder.node("Reshape", name, {a}, flat, attribute("shape", Ints(flat.begin(), flat.end()))));
          break;
        }
        case 2:
          values.push_back(builder.node("Identity", name, {a}, shape(a)));
          break;
        case 3:
          for (ValueId b : values) {
            if (shape(b) != shape(a) || random() % 2) continue;
            values.push_back(builder.node("EltwiseAdd", name, {a, b}, shape(a), abilities));
            break;
          }
          break;
        default:
          values.push_back(builder.node("Relu", name, {a}, shape(a), abilities));
      }
    }
    std::vector<ValueId> outputs = {values.back()};
    for (ValueId id : values) {
      if (random() % 8 == 0) outputs.push_back(id);
    }
    const auto graph = builder.shared(outputs);
    NetworkOptions keep = options();
    keep.keep_all_values = true;
    const auto expected = results(*make(graph, keep));
    auto network = make(graph);
    ASSERT_EQ(results(*network), expected) << "round " << round;
    ASSERT_EQ(results(*network), expected) << "a second run in round " << round;
    ASSERT_EQ(results(*make(graph, options(3))), expected) << "three threads in round " << round;
  }
}

TEST(Network, ReshapePlansAgain) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 4, 4, 2});
  const ValueId y = builder.node("Relu", "y", {x}, {1, 4, 4, 2});
  const ValueId flat = builder.node("Flatten", "flat", {y}, {1, 32}, attribute("axis", 1));
  auto network = make(builder.shared({flat}));
  ASSERT_TRUE(network->reshape_input(0, {1, 2, 3, 2}).ok());
  EXPECT_EQ(network->output(0).shape, (Shape{1, 12}));
  EXPECT_EQ(results(*network)[0].size(), 12u);
}

TEST(Network, AReshapeThatFailsIsKeptForTheNextRun) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 4});
  const ValueId c = builder.constant("c", {1, 4}, {1, 2, 3, 4});
  const ValueId y = builder.node("EltwiseAdd", "sum", {x, c}, {1, 4});
  auto network = make(builder.shared({y}));
  const Status status = network->reshape_input(0, {1, 5});
  EXPECT_THAT(status.message(), testing::StartsWith("input 'x' cannot be reshaped to 1x5: node 'sum' (EltwiseAdd): "));
  EXPECT_EQ(network->run().message(), status.message());
  EXPECT_EQ(network->reshape_input(0, {4}).message(), "input 'x' cannot be reshaped to 4: it has rank 2");
  EXPECT_EQ(network->reshape_input(1, {4}).message(), "there is no input 1, the network has 1");
  ASSERT_TRUE(network->reshape_input(0, {1, 4}).ok());
  EXPECT_TRUE(network->run().ok());
}

TEST(Network, TheClientsArena) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId a = builder.node("Relu", "a", {x}, {1, 8}, attribute("in_place", 0));
  const ValueId y = builder.node("Relu", "y", {a}, {1, 8}, attribute("in_place", 0));
  const auto graph = builder.shared({y});
  NetworkOptions external = options();
  external.external_arena = true;
  auto network = make(graph, external);
  EXPECT_EQ(network->run().message(), "the network has no arena: give it memory before it runs");
  const AlignedMemory arena = allocate_aligned(network->arena_bytes());
  EXPECT_FALSE(network->set_arena(arena.get() + 1).ok());
  ASSERT_TRUE(network->set_arena(arena.get()).ok());
  EXPECT_EQ(network->tensor(a).data, arena.get());
  EXPECT_EQ(results(*network), results(*make(graph)));
  ASSERT_TRUE(network->set_arena(nullptr).ok());
  EXPECT_FALSE(network->run().ok());
  EXPECT_EQ(make(graph)->set_arena(arena.get()).message(), "this network has its own arena");
}

TEST(Network, ObserversSeeEveryNodeOfSteps) {
  struct Log : Observer {
    std::string text;
    void run_begins(const Network&) override { text += "("; }
    void node_done(const Network& network, size_t i, double milliseconds) override {
      EXPECT_GE(milliseconds, 0);
      text += network.graph().nodes[i].name;
    }
    void run_ends(const Network&) override { text += ")"; }
  };
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId a = builder.node("Relu", "a", {x}, {1, 8});
  const ValueId b = builder.node("Identity", "b", {a}, {1, 8});
  const ValueId c = builder.node("Relu", "c", {b}, {1, 8});
  auto network = make(builder.shared({c}));
  Log log;
  ASSERT_TRUE(network->run_nodes(0, 1, &log).ok());
  EXPECT_EQ(log.text, "(a");
  ASSERT_TRUE(network->run_nodes(1, 3, &log).ok());
  EXPECT_EQ(log.text, "(abc)");
  EXPECT_EQ(network->run_nodes(2, 4).message(), "there are no nodes 2 to 4, the network has 3");
}

TEST(Network, RunsWithItsOwnRounding) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 1});
  const ValueId y = builder.node("Relu", "y", {x}, {1, 1});
  auto network = make(builder.shared({y}));
  network->input(0).as<float>()[0] = 1e-8f;
  std::fesetround(FE_UPWARD);
  ASSERT_TRUE(network->run().ok());
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(network->output(0).as<float>()[0], 1.0f);
}

TEST(Network, KernelSelection) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId y = builder.node("EltwiseAdd", "y", {x, x}, {1, 8}, attribute("decline", 1));
  EXPECT_STREQ(make(builder.shared({y}))->kernel_name(0), "reference");
  builder.graph.nodes[0].attributes.set("fail", 1);
  builder.graph.nodes[0].attributes.erase("decline");
  EXPECT_EQ(Network::create(builder.shared({y}), options()).message(), "node 'y' (EltwiseAdd): wants to fail");
}

TEST(Network, CreateErrors) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 8});
  const ValueId y = builder.node("Relu", "y", {x}, {1, 9});
  EXPECT_EQ(Network::create(builder.shared({y}), options()).message(),
            "node 'y' (Relu): its output 'y' has shape 1x9 in the model, but inputs and attributes give 1x8");
  EXPECT_EQ(Network::create(builder.shared({99}), options()).message(),
            "output 0: value 99 does not exist, the model has 2 values");
  builder.graph.values[y].shape = {1, 8};
  NetworkOptions foreign = options();
  foreign.isa = build_has(Isa::kMsa) ? Isa::kNeon : Isa::kMsa;
  EXPECT_THAT(
      Network::create(builder.shared({y}), foreign).message(),
      testing::StartsWith(std::string("this machine cannot run ") + isa_name(foreign.isa) + " kernels, its best are "));
}

TEST(Network, Figures) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 2});
  const ValueId c = builder.constant("c", {2}, {1, 2});
  const ValueId y = builder.node("EltwiseAdd", "y", {x, c}, {1, 2}, attribute("decline", 1));
  auto network = make(builder.shared({y}));
  EXPECT_EQ(network->weight_bytes(), 8u);
  EXPECT_EQ(network->node_count(), 1u);
  EXPECT_EQ(network->node_tensors(0).inputs[1].as<float>()[1], 2);
  EXPECT_TRUE(network->node_tensors(0).inputs[1].constant);
}

}  // namespace
}  // namespace magik::rt
