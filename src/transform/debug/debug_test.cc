#include "transform/debug/debug.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "transform/calibrate/test_support.h"
#include "transform/debug/dump.h"
#include "transform/quantize/quantize.h"
#include "venus/core/dump.h"
#include "venus/core/tensor_bytes.h"

namespace magik::transform {
namespace {

using testing::add_conv;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using testing::MemoryDataset;
using ::testing::Not;
using testing::random_dataset;

// Its last item cannot be read.
class DamagedDataset : public MemoryDataset {
 public:
  using MemoryDataset::MemoryDataset;
  std::vector<InputData> load(size_t item) const override {
    if (item + 1 == size()) fail("item{}: damaged", item);
    return MemoryDataset::load(item);
  }
};

class DebugTest : public ::testing::Test {
 protected:
  DebugTest() : dataset_(random_dataset(3, 6 * 6 * 2)) {
    GraphBuilder builder;
    rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 6, 6, 2});
    x = add_conv(builder, x, 4, "block/conv");
    x = builder.add("GlobalAveragePool", {x}, {}, "pool");
    builder.output(add_conv(builder, x, 3, "head", 1, ""));
    graph_ = std::make_shared<const rt::Graph>(builder.take());
    statistics_ = calibrate(graph_, dataset_, 1);
    quantized_ = std::make_shared<const rt::Graph>(quantize(*graph_, statistics_, {}));
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 (std::string("debug_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(directory_);
  }
  ~DebugTest() override { std::filesystem::remove_all(directory_); }

  template <typename Run>
  static std::string output_of(const Run& run) {
    ::testing::internal::CaptureStdout();
    run();
    return ::testing::internal::GetCapturedStdout();
  }

  template <typename Element>
  std::vector<Element> read(const std::filesystem::path& file) const {
    std::ifstream in(directory_ / file, std::ios::binary);
    EXPECT_TRUE(in) << file;
    std::vector<char> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::vector<Element> result(bytes.size() / sizeof(Element));
    std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }

  // Relative to the folder, hidden ones too.
  std::set<std::string> files() const {
    std::set<std::string> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
      if (!entry.is_directory()) result.insert(entry.path().lexically_relative(directory_).string());
    }
    return result;
  }

  MemoryDataset dataset_;
  std::shared_ptr<const rt::Graph> graph_, quantized_;
  StatisticsByName statistics_;
  std::filesystem::path directory_;
};

TEST_F(DebugTest, PrintsOneRowForEachFloatNode) {
  const std::string output = output_of([&] { run_debug(graph_, quantized_, dataset_, directory_.string()); });
  EXPECT_THAT(output, HasSubstr("Compute distance: 100.00 %"));
  EXPECT_THAT(output, ContainsRegex("ptq model compute distance\nfeature name .*max_abs_0~1\n"
                                    "block/conv +0\\.999.*\npool +(0\\.99|1\\.00).*\nhead +(0\\.99|1\\.00).*\n"));
  EXPECT_THAT(output, Not(HasSubstr("x/Quantize")));
}

TEST_F(DebugTest, DumpsTheFirstItem) {
  output_of([&] { run_debug(graph_, quantized_, dataset_, directory_.string()); });
  const std::vector<InputData> input = dataset_.load(0);
  EXPECT_EQ(read<std::byte>("input.bin"), input[0].bytes);

  const auto levels = read<uint8_t>("ptq_model/block_conv.bin");
  const auto reals = read<float>("ptq_model_dequantize/block_conv.bin");
  const auto floats = read<float>("float_model/block_conv.bin");
  ASSERT_EQ(levels.size(), 6u * 6 * 4);
  ASSERT_EQ(reals.size(), levels.size());
  ASSERT_EQ(floats.size(), levels.size());
  const rt::Quantization& q = testing::value_named(*quantized_, "block/conv").quantization;
  for (size_t i = 0; i < levels.size(); ++i) {
    EXPECT_EQ(reals[i], static_cast<float>(levels[i] - q.zero_point[0]) * q.scale[0]);
    EXPECT_NEAR(reals[i], floats[i], 0.1);
  }
  EXPECT_EQ(read<float>("ptq_model/head.bin"), read<float>("ptq_model_dequantize/head.bin"));  // float output
}

TEST_F(DebugTest, DumpAllWritesAFolderForEachItem) {
  output_of([&] { run_debug(graph_, quantized_, dataset_, directory_.string(), true); });
  for (const char* item : {"item0", "item1", "item2"}) {
    for (const char* file :
         {"input.bin", "float_model/pool.bin", "ptq_model/pool.bin", "ptq_model_dequantize/pool.bin"}) {
      EXPECT_TRUE(std::filesystem::exists(directory_ / item / file)) << item << "/" << file;
    }
  }
}

TEST_F(DebugTest, NamesThatFallTogetherAndLongOnesHaveFilesOfTheirOwn) {
  const std::string long_name(300, 'n');
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 6, 6, 2});
  for (const std::string& name : {std::string("a/b"), std::string("a_b"), long_name}) {
    x = add_conv(builder, x, 4, name);
  }
  builder.output(x);
  const auto graph = std::make_shared<const rt::Graph>(builder.take());
  const auto quantized = std::make_shared<const rt::Graph>(quantize(*graph, calibrate(graph, dataset_, 1), {}));
  output_of([&] { run_debug(graph, quantized, dataset_, directory_.string()); });
  for (const char* folder : {"float_model", "ptq_model", "ptq_model_dequantize"}) {
    EXPECT_NE(read<char>(directory_ / folder / "a_b.bin"), read<char>(directory_ / folder / "a_b.2.bin")) << folder;
  }

  // The runtime's dump has the same bytes under the same names.
  const auto network = check(rt::Network::create(quantized));
  fill_inputs(*network, dataset_.load(0));
  rt::DumpOptions options;
  options.directory = (directory_ / "board").string();
  rt::NodeDump dump(options);
  check(network->run(&dump));
  check(dump.take_status());
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_ / "ptq_model")) {
    EXPECT_EQ(read<char>(entry.path()), read<char>(directory_ / "board" / entry.path().filename())) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 3u);
}

TEST_F(DebugTest, AnItemThatFailsLeavesNothing) {
  const DamagedDataset damaged({std::vector<float>(6 * 6 * 2), {}});
  EXPECT_THROW(output_of([&] { run_debug(graph_, quantized_, damaged, directory_.string()); }), Error);
  ::testing::internal::GetCapturedStdout();
  EXPECT_FALSE(std::filesystem::exists(directory_));

  output_of([&] { run_debug(graph_, quantized_, dataset_, directory_.string()); });
  const auto before = files();
  EXPECT_THROW(output_of([&] { run_debug(graph_, quantized_, damaged, directory_.string(), true); }), Error);
  ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(files(), before);
}

TEST_F(DebugTest, ListsQuantizableNodesByType) {
  output_of([&] { run_debug(graph_, quantized_, dataset_, directory_.string()); });
  std::ifstream file(directory_ / "model_node_info.json");
  const auto json = nlohmann::json::parse(file);
  EXPECT_EQ(json["all_type"], (std::vector<std::string>{"Conv2D", "GlobalAvgPool"}));
  EXPECT_EQ(json["Conv2D"], (std::vector<std::string>{"block/conv", "head"}));
  EXPECT_EQ(json["GlobalAvgPool"], (std::vector<std::string>{"pool"}));
}

TEST_F(DebugTest, FakeQuantizationHasItsOwnTables) {
  const std::string features =
      output_of([&] { run_feature_fake_quant(graph_, choose_quantization(*graph_, statistics_, {}), dataset_); });
  EXPECT_THAT(features, HasSubstr("feature fake quant compute distance\n"));
  EXPECT_THAT(features, ContainsRegex("block/conv +0\\.999"));
  EXPECT_THAT(features, Not(ContainsRegex("block/conv .* 0\\.00000 +0\\.00000\n")));
  const std::string weights = output_of([&] { run_weight_fake_quant(graph_, quantized_, dataset_); });
  EXPECT_THAT(weights, HasSubstr("weight fake quant compute distance\n"));
  EXPECT_THAT(weights, ContainsRegex("block/conv +(0\\.999|1\\.000)"));
}

TEST(DumpTest, LogicalShapesHaveNoPaddingChannels) {
  std::vector<uint8_t> pixels = {1, 2, 3, 255, 4, 5, 6, 255};
  rt::Quantization quantization;
  rt::Tensor tensor;
  tensor.data = pixels.data();
  tensor.type = rt::ElementType::kUint8;
  tensor.shape = {1, 1, 2, 3};
  tensor.pitch = 4;
  tensor.quantization = &quantization;
  EXPECT_EQ(real_values(tensor), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(rt::dense_bytes(tensor).size(), 6u);
}

}  // namespace
}  // namespace magik::transform
