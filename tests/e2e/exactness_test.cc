// Every instruction set gives the reference kernels' bytes, node by node.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "camera_net.h"
#include "transform/data/dataset.h"
#include "transform/data/input_bytes.h"
#include "transform/error.h"
#include "venus/core/network.h"
#include "venus/core/tensor_bytes.h"
#include "workspace.h"

namespace magik::rt {
static void PrintTo(Isa isa, std::ostream* out) { *out << isa_name(isa); }  // in the tests' names
}  // namespace magik::rt

namespace magik::e2e {
namespace {

// The instruction sets that a build for this machine has to have.
#if defined(__x86_64__)
const rt::Isa kIsas[] = {rt::Isa::kAvx2, rt::Isa::kAvx512Vnni};
#elif defined(__mips__)
const rt::Isa kIsas[] = {rt::Isa::kMips32, rt::Isa::kMsa};
#elif defined(__aarch64__)
const rt::Isa kIsas[] = {rt::Isa::kNeon, rt::Isa::kDotprod};
#endif

// Bytes of each node's outputs, as they were when the node was done.
class Recorder : public rt::Observer {
 public:
  void node_done(const rt::Network& network, size_t node, double) override { bytes_[node] = bytes_of(network, node); }
  const std::vector<uint8_t>& bytes(size_t node) const { return bytes_.at(node); }

  static std::vector<uint8_t> bytes_of(const rt::Network& network, size_t node) {
    std::vector<uint8_t> all;
    for (const rt::ValueId id : network.graph().nodes[node].outputs) {
      const std::vector<uint8_t> one = rt::dense_bytes(network.tensor(id));
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

 private:
  std::map<size_t, std::vector<uint8_t>> bytes_;
};

// Compares each node as soon as it is done: later nodes may reuse its memory.
class Comparer : public rt::Observer {
 public:
  explicit Comparer(const Recorder& expected) : expected_(expected) {}

  void node_done(const rt::Network& network, size_t node, double) override {
    ++nodes_;
    if (Recorder::bytes_of(network, node) == expected_.bytes(node)) return;
    ADD_FAILURE() << network.graph().nodes[node].op << " " << network.graph().nodes[node].name << " on "
                  << network.kernel_name(node) << " differs from the reference";
  }
  size_t nodes() const { return nodes_; }

 private:
  const Recorder& expected_;
  size_t nodes_ = 0;
};

std::unique_ptr<rt::Network> make_network(std::shared_ptr<const rt::Graph> graph, const std::string& picture,
                                          const rt::NetworkOptions& options) {
  auto network = transform::check(rt::Network::create(graph, options));
  transform::fill_inputs(*network, transform::open_dataset(picture, "picture", *graph, "", 0)->load(0));
  return network;
}

size_t count_fast_kernels(const rt::Network& network) {
  size_t count = 0;
  for (size_t node = 0; node < network.node_count(); ++node) {
    const std::string name = network.kernel_name(node);
    count += name != "reference" && name != "alias";
  }
  return count;
}

// All threads, with memory of its own for each value and with shared memory.
void expect_reference_bytes(const std::shared_ptr<const rt::Graph>& graph, const std::string& picture, rt::Isa isa,
                            bool has_fast_kernels) {
  Recorder expected;
  const auto reference = make_network(graph, picture, {rt::Isa::kReference, 1, true, false, nullptr});
  transform::check(reference->run(&expected));
  for (const int threads : {1, 2}) {
    for (const bool keep_all : {true, false}) {
      SCOPED_TRACE(fmt::format("{} threads, {}", threads, keep_all ? "every value kept" : "memory reused"));
      const auto network = make_network(graph, picture, {isa, threads, keep_all, false, nullptr});
      if (has_fast_kernels) {
        EXPECT_GT(count_fast_kernels(*network), graph->nodes.size() / 4);
      }
      if (!keep_all) {
        EXPECT_LE(network->arena_bytes() * 10, network->least_arena_bytes() * 11);
      }
      Comparer comparer(expected);
      transform::check(network->run(&comparer));
      EXPECT_EQ(comparer.nodes(), graph->nodes.size());
      transform::check(network->run());  // nobody looks on
      for (size_t i = 0; i < graph->outputs.size(); ++i) {
        EXPECT_EQ(rt::dense_bytes(network->output(i)), rt::dense_bytes(reference->output(i)));
      }
    }
  }
}

std::string first_picture(const std::string& folder) {
  std::string first;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".jpg") && (first.empty() || path < first)) first = path;
  }
  return first;
}

class Exactness : public testing::TestWithParam<rt::Isa> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(rt::build_has(GetParam())) << "this build has no kernels for " << rt::isa_name(GetParam());
    if (!rt::cpu_has(GetParam())) GTEST_SKIP() << "this CPU has no " << rt::isa_name(GetParam());
  }

  // The network as it is deployed, and in float.
  void expect_exact(const nlohmann::json& config, const std::string& source, const std::string& picture,
                    bool has_fast_kernels = true) const {
    work_.convert_well(config, source, "net.mk.h", {"--save_quantize_model"});
    {
      SCOPED_TRACE("quantized");
      expect_reference_bytes(work_.model("net.bin"), picture, GetParam(), has_fast_kernels);
    }
    SCOPED_TRACE("float");
    expect_reference_bytes(work_.model("save-magik/model_float.mgk"), picture, GetParam(), false);
  }

  // A network of the shared data, with a few of its photos.
  void expect_exact_on_shared_data(nlohmann::json config, const std::string& source, const std::string& photos) const {
    const std::string data = shared_data();
    if (data.empty()) GTEST_SKIP() << "no shared data: set MAGIK_TEST_DATA, or put it at ../shared/data";
    config["SOC"] = "PC";
    config["QUANT_DATASET_PATH"] = data + "/" + photos;
    config["QUANT_DATASET_SIZE"] = 4;
    expect_exact(config, data + "/models/" + source, first_picture(data + "/" + photos));
  }

  Workspace work_;
};

TEST_P(Exactness, Digits) { expect_exact(digits_config(), digits_onnx(), digits_test_pictures().front()); }

// Smooth activations, levels of more than 8 bits (which have few fast kernels), odd sizes.
TEST_P(Exactness, Camera) {
  constexpr int kWidth = 45, kHeight = 31;
  work_.write("camera.onnx", camera_onnx(1));
  work_.write("pictures/a.ppm", ppm(noise_picture(1, kWidth, kHeight)));
  for (const int bits : {4, 8, 12}) {
    SCOPED_TRACE(fmt::format("{} bits", bits));
    expect_exact({{"SOC", "PC"},
                  {"INPUT_SHAPE", {1, 3, kHeight, kWidth}},
                  {"MEAN", {120}},
                  {"NORMAL", {60}},
                  {"QUANT_FEATURE_BIT", bits},
                  {"QUANT_DATASET_PATH", "pictures"}},
                 "camera.onnx", work_.path("pictures/a.ppm"), bits <= 8);
  }
}

TEST_P(Exactness, EfficientNetLite0) {
  expect_exact_on_shared_data({{"MEAN", {127}}, {"NORMAL", {128}}, {"RESIZE", {"CENTER_CROP"}}},
                              "efficientnet_lite0.onnx", "imagenet200");
}

TEST_P(Exactness, YoloFastestV2) {
  expect_exact_on_shared_data({{"NORMAL", {255}}, {"COLOR", {"BGR"}}}, "yolo-fastestv2.onnx", "coco20");
}

// With its post-processing.
TEST_P(Exactness, Slim320) {
  expect_exact_on_shared_data({{"MEAN", {127}}, {"NORMAL", {128}}}, "slim-320/version-slim-320.onnx", "coco20");
}

INSTANTIATE_TEST_SUITE_P(Kernels, Exactness, testing::ValuesIn(kIsas),
                         [](const auto& info) { return rt::isa_name(info.param); });

}  // namespace
}  // namespace magik::e2e
