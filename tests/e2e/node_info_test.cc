// magik_node_quant_bit_info.json: widths and ranges of nodes, written and read.
#include <gmock/gmock.h>

#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kFile[] = "magik_node_quant_bit_info.json";

class NodeInfo : public testing::Test {
 protected:
  NodeInfo() { config_["QUANT_FEATURE_METHOD"] = "MAX_ABS"; }

  nlohmann::json saved() const { return nlohmann::json::parse(work_.read(kFile)); }
  void save(const nlohmann::json& info) const { work_.write(kFile, info.dump(2)); }

  Workspace work_;
  nlohmann::json config_ = digits_config();
};

TEST_F(NodeInfo, IsWrittenForEveryQuantizedNode) {
  config_["SAVE_OP_QUANT_BIT"] = true;
  EXPECT_THAT(work_.convert_well(config_), HasSubstr("model quant info save in ./magik_node_quant_bit_info.json\n"));
  nlohmann::json expected;
  for (const char* node : {"image/BatchNormScale", "relu0", "relu1", "relu2", "pool2", "relu3", "conv4", "relu4",
                           "relu5", "relu6", "concat7", "pool7", "flatten7"}) {
    expected[node] = {{"QUANT_FEATURE_BIT", 8}};
  }
  EXPECT_EQ(saved(), expected);
}

TEST_F(NodeInfo, ReadBackUnchangedGivesTheSameModel) {
  config_["SAVE_OP_QUANT_BIT"] = true;
  work_.convert_well(config_);
  const std::string model = work_.read("out/digits.bin");
  config_["LOAD_OP_QUANT_BIT"] = config_["LOAD_OP_QUANT_MIN_MAX"] = true;
  work_.convert_well(config_);
  EXPECT_TRUE(work_.read("out/digits.bin") == model);
}

TEST_F(NodeInfo, WidthsAndRangesAreLoadedEachByItsKey) {
  const nlohmann::json info = {{"relu0", {{"QUANT_FEATURE_BIT", 8}, {"MIN", 0}, {"MAX", 1.7}}},
                               {"relu3", {{"QUANT_FEATURE_BIT", 4}}},
                               {"conv4", {{"QUANT_FEATURE_BIT", 12}, {"MIN", -3}, {"MAX", 5}}}};
  save(info);
  config_["LOAD_OP_QUANT_BIT"] = true;
  EXPECT_THAT(work_.convert_well(config_), Not(HasSubstr("Update Node")));
  auto model = work_.model("out/digits.bin");
  EXPECT_EQ(output_of(*model, "relu3").quantization.bits, 4);
  EXPECT_EQ(output_of(*model, "conv4").quantization.bits, 12);
  EXPECT_EQ(output_of(*model, "conv4").type, rt::ElementType::kUint16);
  EXPECT_EQ(output_of(*model, "relu1").quantization.bits, 8);
  EXPECT_NE(output_of(*model, "relu0").quantization.scale[0], 1.7f / 255);

  config_["LOAD_OP_QUANT_BIT"] = false;
  config_["LOAD_OP_QUANT_MIN_MAX"] = true;
  const std::string log = work_.convert_well(config_);
  EXPECT_THAT(log, HasSubstr("] Update Node: relu0, MIN: 0, MAX: 1.7\n"));
  EXPECT_THAT(log, HasSubstr("] Update Node: conv4, MIN: -3, MAX: 5\n"));
  model = work_.model("out/digits.bin");
  EXPECT_EQ(output_of(*model, "relu3").quantization.bits, 8);
  const rt::Quantization relu0 = output_of(*model, "relu0").quantization;
  EXPECT_FLOAT_EQ(relu0.scale[0], 1.7f / 255);
  EXPECT_EQ(relu0.zero_point[0], 0);
  const rt::Quantization conv4 = output_of(*model, "conv4").quantization;
  EXPECT_EQ(conv4.bits, 8);
  EXPECT_NEAR(conv4.scale[0], 8.0f / 255, 1e-4);
  EXPECT_EQ(conv4.zero_point[0], 96);
}

TEST_F(NodeInfo, SavingAfterLoadingWritesBothTogether) {
  save({{"relu0", {{"QUANT_FEATURE_BIT", 10}, {"MIN", 0}, {"MAX", 1.7}}}, {"relu3", {{"QUANT_FEATURE_BIT", 4}}}});
  config_["SAVE_OP_QUANT_BIT"] = config_["LOAD_OP_QUANT_BIT"] = config_["LOAD_OP_QUANT_MIN_MAX"] = true;
  work_.convert_well(config_);
  EXPECT_EQ(saved().at("relu0"), (nlohmann::json{{"QUANT_FEATURE_BIT", 10}, {"MIN", 0}, {"MAX", 1.7}}));
  EXPECT_EQ(saved().at("relu3"), (nlohmann::json{{"QUANT_FEATURE_BIT", 4}}));
  EXPECT_EQ(saved().at("relu4"), (nlohmann::json{{"QUANT_FEATURE_BIT", 8}}));
  const std::string model = work_.read("out/digits.bin");
  work_.convert_well(config_);
  EXPECT_TRUE(work_.read("out/digits.bin") == model);
}

TEST_F(NodeInfo, RangesOfFloatNodesDoNothing) {
  save({{"relu0", {{"MIN", 0}, {"MAX", 1.7}}}, {"logits", {{"MIN", -1}, {"MAX", 1}}}});
  config_["LOAD_OP_QUANT_MIN_MAX"] = true;
  const std::string log = work_.convert_well(config_);
  EXPECT_THAT(log, HasSubstr("Update Node: relu0"));
  EXPECT_THAT(log, Not(HasSubstr("Update Node: logits")));
}

TEST_F(NodeInfo, NamesNodesOfTheNetwork) {
  save({{"relu33", {{"QUANT_FEATURE_BIT", 4}}}});
  config_["LOAD_OP_QUANT_BIT"] = true;
  const Finished finished = work_.convert(config_);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err,
              HasSubstr("magik_node_quant_bit_info.json: the network has no node relu33 (did you mean 'relu3'"));
}

TEST_F(NodeInfo, HasToBeThereToBeLoaded) {
  config_["LOAD_OP_QUANT_BIT"] = true;
  const Finished finished = work_.convert(config_);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("magik_node_quant_bit_info.json: cannot read"));
}

TEST_F(NodeInfo, WidthsThatTheSocLacksAreErrors) {
  config_["SOC"] = "T40";
  config_["QUANT_FEATURE_BIT"] = 7;
  Finished finished = work_.convert(config_);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("QUANT_FEATURE_BIT: the SOC T40 has no 7-bit features, it takes 2, 4, 8, 10, 12 "
                                      "bits"));
  config_.erase("QUANT_FEATURE_BIT");
  config_["QUANT_WEIGHT_BIT"] = 7;
  finished = work_.convert(config_);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("QUANT_WEIGHT_BIT: the SOC T40 has no 7-bit weights, it takes 2, 4, 6, 8 bits"));
  config_.erase("QUANT_WEIGHT_BIT");
  save({{"relu3", {{"QUANT_FEATURE_BIT", 7}}}});
  config_["LOAD_OP_QUANT_BIT"] = true;
  finished = work_.convert(config_);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("info.json: QUANT_FEATURE_BIT of node relu3: the SOC T40 has no 7-bit features"));
  EXPECT_FALSE(work_.has("out"));

  config_["SOC"] = "PC";
  config_["QUANT_WEIGHT_BIT"] = 7;
  work_.convert_well(config_);
  EXPECT_EQ(output_of(*work_.model("out/digits.bin"), "relu3").quantization.bits, 7);
}

}  // namespace
}  // namespace magik::e2e
