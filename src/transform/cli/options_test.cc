#include "transform/cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using Words = std::vector<std::string>;

TEST(Options, EverySpellingMeansTheSame) {
  for (const char* input : {"-i", "-inputpath", "--inputpath"}) {
    for (const char* output : {"-o", "-outputpath", "--outputpath"}) {
      for (const char* config : {"-cfg", "-config", "--config"}) {
        const Options options = parse_options({input, "m.onnx", output, "dir/net.mk.h", config, "magik.cfg"});
        EXPECT_EQ(options.input_path, "m.onnx");
        EXPECT_EQ(options.output_path, "dir/net.mk.h");
        EXPECT_EQ(options.config_path, "magik.cfg");
        EXPECT_EQ(options.output_name(), "net");
        EXPECT_FALSE(options.save_quantize_model);
      }
    }
  }
  EXPECT_TRUE(parse_options({"-gcfg"}).gen_config);
  EXPECT_TRUE(parse_options({"--gen_config"}).gen_config);
  EXPECT_TRUE(parse_options({"-h"}).help);
  EXPECT_TRUE(parse_options({"--version"}).version);
}

TEST(Options, FlagsTakeTrueAndFalseOrNothing) {
  const Words paths = {"-i", "m.onnx", "-o", "n.mk.h", "-cfg", "c"};
  const auto saves = [&](Words flag) {
    Words words = flag;
    words.insert(words.end(), paths.begin(), paths.end());
    const Options options = parse_options(words);
    EXPECT_EQ(options.input_path, "m.onnx");
    return options.save_quantize_model;
  };
  EXPECT_TRUE(saves({"--save_quantize_model", "true"}));
  EXPECT_FALSE(saves({"--save_quantize_model", "false"}));
  EXPECT_TRUE(saves({"--save_quantize_model"}));
  EXPECT_TRUE(saves({"--save_quantize_model=true"}));
  EXPECT_FALSE(saves({"-save_quantize_model=false"}));
}

TEST(Options, NormalizeJoinsValues) {
  EXPECT_THAT(normalize_arguments({"-i", "a b", "-cfg=c", "-gcfg", "-v"}),
              ElementsAre("--inputpath=a b", "--config=c", "--gen_config", "--version"));
}

TEST(Options, ErrorsNameTheOption) {
  const auto error = [](const Words& words) { return error_of([&] { parse_options(words); }); };
  EXPECT_THAT(error({"--inputpaht", "x"}), HasSubstr("unknown option --inputpaht (did you mean 'inputpath'"));
  EXPECT_THAT(error({"x"}), HasSubstr("unexpected argument \"x\""));
  EXPECT_THAT(error({"-i"}), HasSubstr("-i needs a path"));
  EXPECT_THAT(error({"-i", "m.onnx", "-o", "n.mk.h"}), HasSubstr("--config is missing"));
  EXPECT_THAT(error({"-o", "n.mk.h", "-cfg", "c"}), HasSubstr("--inputpath is missing"));
  EXPECT_THAT(error({"-i", "m.onnx", "-cfg", "c"}), HasSubstr("--outputpath is missing"));
  EXPECT_THAT(error({"-i", "m", "-o", "n.h", "-cfg", "c"}), HasSubstr("--outputpath: \"n.h\" must end in NAME.mk.h"));
  EXPECT_THAT(error({"-i", "m", "-o", "d/.mk.h", "-cfg", "c"}), HasSubstr("must end in NAME.mk.h"));
  for (const Words& flag : {Words{"-save_quantize_model", "TRUE"}, {"--save_quantize_model=TRUE"}}) {
    EXPECT_EQ(error(flag), "--save_quantize_model: expected true, false or nothing behind it, but it is \"TRUE\"");
  }
  EXPECT_EQ(error({"-i", "-o", "x"}), "-i needs a path behind it");
  EXPECT_EQ(error({"-i="}), "-i= needs a path behind it");
  EXPECT_EQ(error({"-i", ""}), "-i needs a path behind it");
  EXPECT_EQ(error({"-i", "a", "-inputpath", "b"}), "--inputpath is given twice, expected once");
}

TEST(Options, HelpListsEveryOption) {
  for (const char* option : {"--inputpath", "--outputpath", "--config", "--gen_config", "--save_quantize_model",
                             "--dump_all", "--help", "--version"}) {
    EXPECT_THAT(help_text(), HasSubstr(option));
  }
}

}  // namespace
}  // namespace magik::transform
