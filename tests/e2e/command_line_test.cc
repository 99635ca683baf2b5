// What the converter says to users' mistakes: one line, exit status 1, nothing written.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "transform/frontends/onnx/onnx_test_model.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class CommandLine : public testing::Test {
 protected:
  // The text of the one line of a run that has to fail and write nothing.
  std::string error_of(const Finished& finished) const {
    EXPECT_EQ(finished.status, 1) << finished.out;
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    EXPECT_FALSE(work_.has("out"));
    EXPECT_THAT(finished.err,
                ContainsRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\\.[0-9]{6}: E command.cc:[0-9]+-run_command\\] "));
    const size_t text = finished.err.find("] ");
    return text == std::string::npos ? finished.err : finished.err.substr(text + 2, finished.err.size() - text - 3);
  }
  // Of the digits' conversion with one key changed.
  std::string error_with(const std::string& key, const nlohmann::json& value) const {
    nlohmann::json config = digits_config();
    config[key] = value;
    return error_of(work_.convert(config));
  }
  std::string error_of_arguments(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), tool("magik-transform-tools"));
    return error_of(work_.run(arguments));
  }

  Workspace work_;
};

TEST_F(CommandLine, AcceptsEverySpellingOfItsOptions) {
  work_.write("c.json", digits_config().dump());
  const std::string program = tool("magik-transform-tools");
  for (const std::vector<std::string>& command : {
           std::vector<std::string>{program, "-i", digits_onnx(), "-o", "1/x.mk.h", "-cfg", "c.json"},
           {program, "-inputpath", digits_onnx(), "-outputpath", "2/x.mk.h", "-config", "c.json"},
           {program, "--inputpath", digits_onnx(), "--outputpath", "3/x.mk.h", "--config", "c.json"},
           {program, "--inputpath=" + digits_onnx(), "--outputpath=4/x.mk.h", "--config=c.json"},
       }) {
    const Finished finished = work_.run(command);
    EXPECT_EQ(finished.status, 0) << finished.err;
  }
  for (const char* output : {"2/x.bin", "3/x.bin", "4/x.bin"}) EXPECT_EQ(work_.read(output), work_.read("1/x.bin"));
}

TEST_F(CommandLine, WritesATemplate) {
  const Finished finished = work_.run({tool("magik-transform-tools"), "-gcfg"});
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(work_.files(), ElementsAre("magik.cfg"));
  std::vector<std::string> keys;
  const auto config = nlohmann::ordered_json::parse(work_.read("magik.cfg"));
  for (const auto& item : config.items()) keys.push_back(item.key());
  EXPECT_THAT(keys,
              ElementsAre("SOC", "INPUT", "INPUT_SHAPE", "MEAN", "NORMAL", "COLOR", "OUTPUT", "QUANT_DATASET_PATH"));
}

TEST_F(CommandLine, PrintsHelpAndVersion) {
  for (const char* option : {"-h", "--help"}) {
    const Finished help = work_.run({tool("magik-transform-tools"), option});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("--save_quantize_model"));
  }
  for (const char* option : {"-v", "--version"}) {
    const Finished version = work_.run({tool("magik-transform-tools"), option});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.out, ContainsRegex("^INFO\\(magik\\): magik-transform-tools version:[0-9.]+\\([^)]*\\) target "
                                           "version:MGK1\\.[0-9]+ built:[0-9-]+_CPU\n$"));
  }
}

TEST_F(CommandLine, NamesWrongArguments) {
  EXPECT_EQ(error_of_arguments({"-i", digits_onnx()}),
            "--outputpath is missing: the deployment header to write; magik-transform-tools --help lists the options");
  EXPECT_THAT(error_of_arguments({"-inputpth", "x"}), HasSubstr("unknown option -inputpth (did you mean 'inputpath'"));
  EXPECT_EQ(error_of_arguments({"-i", digits_onnx(), "x"}), "unexpected argument \"x\", expected an option");
  EXPECT_EQ(error_of_arguments({"-i", digits_onnx(), "-cfg", "c.json", "-o", "out/x.h"}),
            "--outputpath: \"out/x.h\" must end in NAME.mk.h");
}

TEST_F(CommandLine, NamesFilesThatAreNotThere) {
  EXPECT_EQ(error_of_arguments({"-i", digits_onnx(), "-o", "out/x.mk.h", "-cfg", "none.json"}),
            "none.json: cannot read the config: No such file or directory");
  EXPECT_EQ(error_of_arguments({"-i", digits_onnx(), "-o", "out/x.mk.h", "-cfg", work_.path()}),
            work_.path() + ": cannot read the config: Is a directory");
  EXPECT_EQ(error_of(work_.convert(digits_config(), "none.onnx")),
            "cannot open the model 'none.onnx': No such file or directory");
  EXPECT_THAT(error_with("QUANT_DATASET_PATH", "none"),
              HasSubstr("config.json: QUANT_DATASET_PATH: \"none\" does not exist, expected a folder"));
  EXPECT_THAT(error_with("DEBUG_PATH", "none"),
              HasSubstr("config.json: DEBUG_PATH: \"none\" does not exist, expected a folder"));
}

TEST_F(CommandLine, TellsForeignAndCutModels) {
  std::ifstream file(digits_onnx(), std::ios::binary);
  const std::string model(std::istreambuf_iterator<char>(file), {});
  work_.write("cut.onnx", model.substr(0, 5000));
  work_.write("model.txt", "a text");
  EXPECT_EQ(error_of(work_.convert(digits_config(), "cut.onnx")),
            "'cut.onnx' is not a whole ONNX model: it is cut off or damaged near byte 5000");
  EXPECT_THAT(error_of(work_.convert(digits_config(), "model.txt")),
              HasSubstr("'model.txt' is not a model this tool can read: it looks like a text file"));
}

TEST_F(CommandLine, NamesWrongValuesOfTheConfig) {
  EXPECT_EQ(error_with("SOC", "T99"),
            "config.json: SOC: unknown SOC \"T99\", expected one of T40, T41, X2500, A1, PC, MIPS32, ARM64");
  EXPECT_THAT(error_with("MEAN", "a"), EndsWith("but it is \"a\""));
  EXPECT_EQ(error_with("NORMAL", {0}), "config.json: NORMAL: expected divisors other than 0, but it is [0]");
  EXPECT_EQ(error_with("QUANT_FEATURE_BIT", 13),
            "config.json: QUANT_FEATURE_BIT: expected a whole number from 2 to 12, but it is 13");
  EXPECT_EQ(error_with("QUANT_FEATURE_METHOD", "KLD"),
            "config.json: QUANT_FEATURE_METHOD: unknown \"KLD\", expected one of ADMM, KL, MAX_ABS, MSE");
  EXPECT_EQ(error_with("SAVE_OP_QUANT_BIT", "yes"),
            "config.json: SAVE_OP_QUANT_BIT: expected true or false, but it is \"yes\"");
  EXPECT_THAT(error_with("COLOR", {"RGB"}),
              StartsWith("config.json: COLOR: RGB does not fit the input 'image' of shape 1x1x8x8"));
  EXPECT_THAT(error_with("MEAN", {1, 2, 3}), StartsWith("config.json: MEAN has 3 numbers for the input 'image'"));
  EXPECT_THAT(error_with("INPUT_SHAPE", {1, 3, 8, 8}), StartsWith("config.json: INPUT_SHAPE [1,3,8,8] of 'image'"));
  EXPECT_THAT(error_with("INPUT_SHAPE", {8}), StartsWith("config.json: INPUT_SHAPE [8] of 'image' has 1 axis, "));
  EXPECT_THAT(error_with("OUTPUT", {"image"}), StartsWith("config.json: OUTPUT 'image' is an input of "));
  EXPECT_THAT(error_with("QUANT_NODE_SKIP", {"relu33"}), StartsWith("config.json: QUANT_NODE_SKIP: there is no node"));
  EXPECT_THAT(error_with("WEIGHT_CORRECT_PATH", digits_calibration()),
              StartsWith("config.json: WEIGHT_CORRECT_PATH: "));
}

TEST_F(CommandLine, SuggestsNamesForThoseThatAreMisspelt) {
  EXPECT_THAT(error_with("INPUT", {"imge"}), EndsWith("(did you mean 'image'?)"));
  EXPECT_THAT(error_with("OUTPUT", {"logit"}), EndsWith("(did you mean 'logits'?)"));
  EXPECT_THAT(error_with("INPUT", {"no such tensor of it"}),
              ContainsRegex(" \\(there are [0-9]+: 'image', .*, \\.\\.\\.\\)$"));
}

TEST_F(CommandLine, WarnsOfUnknownKeysAndGoesOn) {
  nlohmann::json config = digits_config();
  config["QUANT_DATASET_SIZ"] = 3;
  config["QUANT_FEATURE_BITS"] = 10;  // misspelt so in the vendor's guide
  const Finished finished = work_.convert(config);
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.err, HasSubstr("config.json: unknown key QUANT_DATASET_SIZ is ignored (did you mean "
                                      "'QUANT_DATASET_SIZE'"));
  EXPECT_THAT(finished.err, HasSubstr("config.json: unknown key QUANT_FEATURE_BITS is read as QUANT_FEATURE_BIT\n"));
  EXPECT_EQ(output_of(*work_.model("out/digits.bin"), "relu0").quantization.bits, 10);
}

TEST_F(CommandLine, NamesDataThatCannotBeUsed) {
  std::filesystem::create_directories(work_.path("empty"));
  work_.write("wrong/a.bin", std::string(65, '0'));
  work_.write("mixed/a.bin", std::string(64, '0'));
  work_.write("mixed/b.png", "");
  work_.write("broken/b.jpg", "\xff\xd8\xff\xe0 and so on");
  EXPECT_THAT(error_with("QUANT_DATASET_PATH", "empty"), HasSubstr("QUANT_DATASET_PATH: \"empty\" has no data"));
  EXPECT_EQ(error_with("QUANT_DATASET_PATH", "wrong"),
            "config.json: QUANT_DATASET_PATH: wrong/a.bin: it has 65 bytes, expected 256 (float32) or 64 (uint8) for "
            "the input image of shape 1x1x8x8");
  EXPECT_EQ(error_with("QUANT_DATASET_PATH", "mixed"),
            "config.json: QUANT_DATASET_PATH: \"mixed\" has both images and .bin files, expected one kind");
  EXPECT_THAT(error_with("QUANT_DATASET_PATH", "broken"),
              StartsWith("config.json: QUANT_DATASET_PATH: broken/b.jpg: damaged JPEG: "));
}

TEST_F(CommandLine, ListsAllUnsupportedOperators) {
  transform::test::OnnxTestModel model(13);
  model.input("x", {1, 4, 8, 8}).output("z");
  model.node("NoSuchOperator", {"x"}, {"y"}).named("first");
  model.node("Relu", {"y"}, {"relu"});
  model.node("NeitherThis", {"relu"}, {"z"}).named("second");
  work_.write("model.onnx", model.proto.SerializeAsString());
  const Finished finished = work_.convert({{"SOC", "PC"}}, "model.onnx");
  EXPECT_EQ(finished.status, 1);
  EXPECT_FALSE(work_.has("out"));
  EXPECT_THAT(finished.err, HasSubstr("'model.onnx' needs what is not supported"));
  EXPECT_THAT(finished.err, ContainsRegex("NoSuchOperator.*first.*13"));
  EXPECT_THAT(finished.err, ContainsRegex("NeitherThis.*second.*13"));
}

}  // namespace
}  // namespace magik::e2e
