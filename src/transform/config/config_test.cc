#include "transform/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;
using test::TestFolder;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigTest : public testing::Test {
 protected:
  Config parse(const std::string& members) { return parse_config(folder_.write("magik.cfg", "{" + members + "}")); }
  std::string error(const std::string& members) {
    return error_of([&] { parse(members); });
  }
  // What is logged while the members are parsed beside a SOC.
  std::string warnings(const std::string& members) {
    testing::internal::CaptureStderr();
    config_ = parse(R"("SOC": "T40", )" + members);
    return testing::internal::GetCapturedStderr();
  }

  TestFolder folder_;
  Config config_;
};

TEST_F(ConfigTest, Defaults) {
  const Config config = parse(R"("SOC": "T40")");
  EXPECT_EQ(config.soc, "T40");
  EXPECT_THAT(config.input, IsEmpty());
  EXPECT_THAT(config.mean, IsEmpty());
  EXPECT_THAT(config.color, IsEmpty());
  EXPECT_EQ(config.quant_dataset_path, "");
  EXPECT_EQ(config.quant_feature_bit, 8);
  EXPECT_EQ(config.quant_weight_bit, 8);
  EXPECT_EQ(config.quant_feature_method, QuantMethod::kKl);
  EXPECT_EQ(config.quant_weight_method, QuantMethod::kMaxAbs);
  EXPECT_EQ(config.quant_dataset_size, 0);
  EXPECT_FALSE(config.save_op_quant_bit);
}

TEST_F(ConfigTest, EveryKey) {
  const Config config = parse(R"(
    "SOC": "x2500", "INPUT": ["a", "b"], "OUTPUT": ["c"], "INPUT_SHAPE": [[1, 3, 4, 5], [1, 7]],
    "MEAN": [[1, 2, 3], [4]], "NORMAL": 2, "COLOR": ["brg", "GRAY"], "RESIZE": "letterbox", "BIN_LAYOUT": "nhwc",
    "QUANT_DATASET_PATH": ")" +
                              folder_.path() + R"(", "DEBUG_PATH": ")" + folder_.path() + R"(",
    "QUANT_FEATURE_BIT": 12, "QUANT_WEIGHT_BIT": 6, "QUANT_FEATURE_METHOD": "MSE", "QUANT_WEIGHT_METHOD": "ADMM",
    "QUANT_DATASET_SIZE": 40, "QUANT_NODE_SKIP": ["n"], "QUANT_OP_SKIP": ["Conv2D"], "FEATURE_FAKE_QUANT": true,
    "WEIGHT_FAKE_QUANT": true, "WEIGHT_CORRECT_PATH": "", "FEATURE_CORRECT_PATH": "", "SAVE_OP_QUANT_BIT": true,
    "LOAD_OP_QUANT_BIT": true, "LOAD_OP_QUANT_MIN_MAX": true)");
  EXPECT_EQ(config.soc, "X2500");
  EXPECT_THAT(config.input, ElementsAre("a", "b"));
  EXPECT_THAT(config.output, ElementsAre("c"));
  EXPECT_THAT(config.input_shape, ElementsAre(ElementsAre(1, 3, 4, 5), ElementsAre(1, 7)));
  EXPECT_THAT(config.mean, ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4)));
  EXPECT_THAT(config.normal, ElementsAre(ElementsAre(2)));
  EXPECT_THAT(config.color, ElementsAre("BGR", "GRAY"));
  EXPECT_THAT(config.resize, ElementsAre("LETTERBOX"));
  EXPECT_EQ(config.bin_layout, "NHWC");
  EXPECT_EQ(config.quant_dataset_path, folder_.path());
  EXPECT_EQ(config.quant_feature_bit, 12);
  EXPECT_EQ(config.quant_weight_bit, 6);
  EXPECT_EQ(config.quant_feature_method, QuantMethod::kMse);
  EXPECT_EQ(config.quant_weight_method, QuantMethod::kAdmm);
  EXPECT_EQ(config.quant_dataset_size, 40);
  EXPECT_THAT(config.quant_node_skip, ElementsAre("n"));
  EXPECT_THAT(config.quant_op_skip, ElementsAre("Conv2D"));
  EXPECT_TRUE(config.feature_fake_quant && config.weight_fake_quant && config.save_op_quant_bit);
  EXPECT_TRUE(config.load_op_quant_bit && config.load_op_quant_min_max);
}

TEST_F(ConfigTest, OneShapeAndOneListServeOneInput) {
  const Config config = parse(R"("SOC": "PC", "INPUT_SHAPE": [1, 3, 224, 224], "MEAN": [123.675, 116.28, 103.53])");
  EXPECT_THAT(config.input_shape, ElementsAre(ElementsAre(1, 3, 224, 224)));
  EXPECT_THAT(config.mean, ElementsAre(ElementsAre(123.675f, 116.28f, 103.53f)));
}

TEST_F(ConfigTest, UnknownKeysAreWarnedOfWithTheClosest) {
  EXPECT_THAT(warnings(R"("QUANT_DATASET_PAHT": "x")"),
              HasSubstr("magik.cfg: unknown key QUANT_DATASET_PAHT is ignored (did you mean 'QUANT_DATASET_PATH'"));
  EXPECT_EQ(config_.quant_dataset_path, "");
  EXPECT_THAT(warnings(R"("XYZ": 1)"),
              ContainsRegex("unknown key XYZ is ignored \\(there are [0-9]+: 'SOC', 'INPUT', "));
}

TEST_F(ConfigTest, MisspellingsOfTheGuideAreUnderstood) {
  EXPECT_THAT(warnings(R"("DEUBG_PATH": "/")"), HasSubstr("unknown key DEUBG_PATH is read as DEBUG_PATH"));
  EXPECT_EQ(config_.debug_path, "/");
  for (const char* key : {"FEATURE_QUANT_BITS", "QUANT_FEATURE_BITS"}) {
    EXPECT_THAT(warnings('"' + std::string(key) + "\": 10"), HasSubstr("is read as QUANT_FEATURE_BIT"));
    EXPECT_EQ(config_.quant_feature_bit, 10);
  }
  EXPECT_THAT(warnings(R"("WEIGHT_COREECT_PATH": "")"), HasSubstr("is read as WEIGHT_CORRECT_PATH"));
  EXPECT_THAT(warnings(R"("FEATURE_QUANT_BITS": 10, "QUANT_FEATURE_BIT": 12)"),
              HasSubstr("is ignored, since QUANT_FEATURE_BIT is given too"));
  EXPECT_EQ(config_.quant_feature_bit, 12);
}

struct BadConfig {
  const char* members;
  const char* error;
};

TEST_F(ConfigTest, ErrorsNameFileKeyAndWhatWasExpected) {
  const BadConfig cases[] = {
      {R"("INPUT": [])", "magik.cfg: SOC is missing"},
      {R"("SOC": "T99")",
       "magik.cfg: SOC: unknown SOC \"T99\", expected one of T40, T41, X2500, A1, PC, MIPS32, ARM64"},
      {R"("SOC": 40)", "magik.cfg: SOC: expected a text in quotes, but it is 40"},
      {R"("SOC": "T40", "SOC": "T41")", "magik.cfg: SOC is given twice"},
      {R"("SOC": "T40", "INPUT": "data")", "INPUT: expected a list of names, [\"a\", \"b\"], but it is \"data\""},
      {R"("SOC": "T40", "OUTPUT": [1])", "OUTPUT: expected a list of names"},
      {R"("SOC": "T40", "INPUT_SHAPE": [1, 3, 0, 2])", "INPUT_SHAPE: expected a shape like [1, 3, 224, 224]"},
      {R"("SOC": "T40", "INPUT_SHAPE": [1, 2.5])", "INPUT_SHAPE: expected a shape"},
      {R"("SOC": "T40", "INPUT_SHAPE": [1,1,1,1,1,1,1,1,1])", "INPUT_SHAPE: expected a shape"},
      {R"("SOC": "T40", "INPUT": ["a"], "INPUT_SHAPE": [[1], [2]])",
       "INPUT_SHAPE: it has 2 shapes for 1 input, expected"},
      {R"("SOC": "T40", "MEAN": ["1"])", "MEAN: expected a list of finite numbers"},
      {R"("SOC": "T40", "MEAN": [1e300])", "MEAN: expected a list of finite numbers"},
      {R"("SOC": "T40", "MEAN": [0, 1e400])",
       "magik.cfg: MEAN: expected finite numbers: number overflow parsing '1e400'"},
      {R"("SOC": "T40", "NORMAL": [1, 0, 1])", "NORMAL: expected divisors other than 0"},
      {R"("SOC": "T40", "INPUT": ["a","b","c"], "MEAN": [[1],[2]])", "MEAN: it has 2 entries for 3 inputs"},
      {R"("SOC": "T40", "COLOR": "RBG")", "COLOR: unknown \"RBG\", expected one of RGB, BGR, BRG, GRAY"},
      {R"("SOC": "T40", "RESIZE": "CROP")",
       "RESIZE: unknown \"CROP\", expected one of STRETCH, LETTERBOX, CENTER_CROP"},
      {R"("SOC": "T40", "BIN_LAYOUT": "NCHW")", "BIN_LAYOUT: unknown \"NCHW\", expected one of NHWC"},
      {R"("SOC": "T40", "QUANT_DATASET_PATH": "/no/such/folder")",
       "QUANT_DATASET_PATH: \"/no/such/folder\" does not exist, expected a folder"},
      {R"("SOC": "T40", "QUANT_DATASET_PATH": "/dev/null")", "QUANT_DATASET_PATH: expected a folder"},
      {R"("SOC": "T40", "DEBUG_PATH": "/no/such/folder")",
       "DEBUG_PATH: \"/no/such/folder\" does not exist, expected a folder of images or .bin files, or one such file, "
       "or "
       "\"\" to go without"},
      {R"("SOC": "PC", "QUANT_FEATURE_BIT": 13)", "QUANT_FEATURE_BIT: expected a whole number from 2 to 12"},
      {R"("SOC": "PC", "QUANT_FEATURE_BIT": 8.5)", "QUANT_FEATURE_BIT: expected a whole number"},
      {R"("SOC": "PC", "QUANT_WEIGHT_BIT": 1)", "QUANT_WEIGHT_BIT: expected a whole number from 2 to 8"},
      {R"("SOC": "T40", "QUANT_FEATURE_BIT": 9)",
       "QUANT_FEATURE_BIT: the SOC T40 has no 9-bit features, it takes 2, 4, 8, 10, 12 bits"},
      {R"("SOC": "T41", "QUANT_WEIGHT_BIT": 5)",
       "QUANT_WEIGHT_BIT: the SOC T41 has no 5-bit weights, it takes 2, 4, 6, 8 bits"},
      {R"("SOC": "T40", "QUANT_FEATURE_METHOD": "KLD")",
       "QUANT_FEATURE_METHOD: unknown \"KLD\", expected one of ADMM, KL, MAX_ABS, MSE"},
      {R"("SOC": "T40", "QUANT_DATASET_SIZE": 0)", "QUANT_DATASET_SIZE: expected a whole number of at least 1"},
      {R"("SOC": "T40", "FEATURE_FAKE_QUANT": 1)", "FEATURE_FAKE_QUANT: expected true or false, but it is 1"},
      {R"("SOC": "T40",)", "magik.cfg: not valid JSON: parse error at line 1, column"},
  };
  for (const BadConfig& bad : cases) {
    const std::string message = error(bad.members);
    EXPECT_THAT(message, HasSubstr(bad.error)) << bad.members;
    EXPECT_THAT(message, HasSubstr(folder_.path("magik.cfg"))) << bad.members;
    EXPECT_THAT(message, testing::Not(HasSubstr("\n"))) << bad.members;
  }
  EXPECT_EQ(error(R"("SOC": "PC", "QUANT_FEATURE_BIT": 9, "QUANT_WEIGHT_BIT": 5)"), "");
}

TEST_F(ConfigTest, FileErrors) {
  EXPECT_EQ(error_of([] { parse_config("/no/such.cfg"); }),
            "/no/such.cfg: cannot read the config: No such file or directory");
  EXPECT_EQ(error_of([&] { parse_config(folder_.path()); }),
            folder_.path() + ": cannot read the config: Is a directory");
  const std::string empty = folder_.write("empty.cfg", "");
  EXPECT_THAT(error_of([&] { parse_config(empty); }), HasSubstr("empty.cfg: not valid JSON: parse error at line 1"));
  const std::string list = folder_.write("list.cfg", "[1]");
  EXPECT_THAT(error_of([&] { parse_config(list); }), HasSubstr("list.cfg: expected a JSON object"));
}

TEST_F(ConfigTest, TemplateIsTheGuides) {
  EXPECT_EQ(config_template(), R"({
    "SOC":"",
    "INPUT":[],
    "INPUT_SHAPE":[],
    "MEAN":[],
    "NORMAL":[],
    "COLOR":[],
    "OUTPUT":[],
    "QUANT_DATASET_PATH":"./path/to/"
}
)");
  const std::string path = folder_.write("magik.cfg", config_template());
  EXPECT_THAT(error_of([&] { parse_config(path); }), HasSubstr("unknown SOC \"\""));
}

}  // namespace
}  // namespace magik::transform
