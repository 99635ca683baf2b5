// What magik-run makes of its command line, beyond the results themselves.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "transform/frontends/onnx/onnx_test_model.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class MagikRun : public testing::Test {
 protected:
  MagikRun() {
    work_.convert_well(digits_config(), digits_onnx(), "digits.mk.h");
    for (const char* name : {"a/x.png", "b/x.png", "y.png", "b\xe4r.png"}) {
      std::filesystem::create_directories(std::filesystem::path(work_.path(name)).parent_path());
      std::filesystem::copy_file(digits_test_pictures().front(), work_.path(name));
    }
  }

  // With `environment` as words NAME=VALUE.
  Finished run(std::vector<std::string> arguments, std::vector<std::string> environment = {}) const {
    std::vector<std::string> command = {"env"};
    command.insert(command.end(), environment.begin(), environment.end());
    command.insert(command.end(), {tool("magik-run"), "digits.bin"});
    command.insert(command.end(), arguments.begin(), arguments.end());
    return work_.run(command);
  }
  std::string error_of(const std::vector<std::string>& arguments,
                       const std::vector<std::string>& environment = {}) const {
    const Finished finished = run(arguments, environment);
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(finished.out, "");
    return finished.err;
  }

  Workspace work_;
};

TEST_F(MagikRun, ResultsOfTwoInputsNeverBecomeOneFile) {
  EXPECT_EQ(
      error_of({"y.png", "a/x.png", "b/x.png", "--save-outputs", "results"}),
      "ERROR: --save-outputs: results of a/x.png and of b/x.png would both be x.logits.npy; run them one by one into "
      "two folders\n");
  EXPECT_FALSE(work_.has("results"));
  EXPECT_EQ(run({"y.png", "a/x.png", "--save-outputs", "results"}).status, 0);
  EXPECT_THAT(work_.files("results"), ElementsAre("results/x.logits.npy", "results/y.logits.npy"));
  EXPECT_EQ(run({"a/x.png", "b/x.png"}).status, 0);
}

TEST_F(MagikRun, OutputsOfLikeNamesHaveFilesOfTheirOwn) {
  transform::test::OnnxTestModel model(13);
  model.input("x", {1, 2, 4, 4}).output("a/b").output("a_b");
  model.node("Relu", {"x"}, {"a/b"});
  model.node("Sigmoid", {"x"}, {"a_b"});
  work_.write("two.onnx", model.proto.SerializeAsString());
  work_.convert_well({{"SOC", "PC"}}, work_.path("two.onnx"), "two.mk.h");
  work_.write("zeros.bin", std::string(2 * 4 * 4 * sizeof(float), '\0'));
  const Finished finished = work_.run({tool("magik-run"), "two.bin", "zeros.bin", "--save-outputs", "results"});
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(work_.files("results"), ElementsAre("results/zeros.a_b.2.npy", "results/zeros.a_b.npy"));
}

TEST_F(MagikRun, ResultsAppearWholeOrNotAtAll) {
  const std::string program = tool("magik-run") + " digits.bin y.png --save-outputs results 2>&1 >/dev/null";
  const Finished finished = work_.run({"sh", "-c", "(trap '' XFSZ; ulimit -f 0; " + program + ") | cat >&2"});
  EXPECT_EQ(finished.err, "ERROR: results/y.logits.npy: cannot write the file: File too large\n");
  EXPECT_THAT(work_.files("results"), ElementsAre());
}

TEST_F(MagikRun, AnInputHasOneFile) {
  EXPECT_EQ(error_of({"--input", "image=a/x.png", "--input", "image=y.png"}),
            "ERROR: --input: image is given twice, as a/x.png and as y.png; several files of one input are INPUTs\n");
}

TEST_F(MagikRun, OptionsWinOverTheEnvironment) {
  const std::vector<std::string> wrong = {"VENUS_ISA=foo", "VENUS_NUM_THREADS=abc"};
  EXPECT_THAT(error_of({"y.png"}, wrong), StartsWith("ERROR: VENUS_ISA: "));
  EXPECT_THAT(error_of({"y.png", "--isa", "reference"}, wrong), StartsWith("ERROR: VENUS_NUM_THREADS: "));
  const Finished finished = run({"y.png", "--isa", "reference", "--threads", "2"}, wrong);
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("; threads 2, reference\n"));
  EXPECT_EQ(run({"y.png"}, {"VENUS_ISA=", "VENUS_NUM_THREADS="}).status, 0);
}

TEST_F(MagikRun, JsonIsUtf8WhateverTheFileIsCalled) {
  const Finished finished = run({"b\xe4r.png", "--json"});
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.out, StartsWith(R"({"file": "b\ufffdr.png")"));
}

TEST_F(MagikRun, WarnsOfMissingLabels) {
  work_.write("labels.txt", "zero\none\ntwo\n");
  const Finished finished = run({"y.png", "--labels", "labels.txt"});
  EXPECT_EQ(finished.status, 0);
  EXPECT_EQ(finished.err,
            "WARNING: labels.txt has 3 labels for the 10 classes of logits, the others are printed without one\n");
  EXPECT_EQ(run({"y.png", "--labels", source_path("models/digits/labels.txt")}).err, "");
}

TEST_F(MagikRun, SuggestsOptions) {
  EXPECT_EQ(error_of({"y.png", "--tread=2"}),
            "ERROR: unknown option --tread=2 (did you mean '--threads'?); magik-run --help lists the options\n");
}

TEST_F(MagikRun, ACutListingIsAnError) {
  const Finished finished = work_.run({"sh", "-c", tool("magik-run") + " digits.bin y.png --json > /dev/full"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.err, "ERROR: stdout: cannot write: No space left on device\n");
}

}  // namespace
}  // namespace magik::e2e
