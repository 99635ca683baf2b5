// magik-inspect as a program: its text is all of stdout, and its errors speak of its own options.
#include <gmock/gmock.h>

#include "transform/frontends/onnx/onnx_test_model.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class MagikInspect : public testing::Test {
 protected:
  Finished inspect(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), tool("magik-inspect"));
    return work_.run(arguments);
  }
  std::string error_of(const std::vector<std::string>& arguments) const {
    const Finished finished = inspect(arguments);
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(finished.out, "");
    return finished.err;
  }
  void write_relu(const std::string& file, const transform::test::Dims& shape) const {
    transform::test::OnnxTestModel model(13);
    model.input("x", shape).output("y");
    model.node("Relu", {"x"}, {"y"});
    work_.write(file, model.proto.SerializeAsString());
  }

  Workspace work_;
};

TEST_F(MagikInspect, ADynamicBatchCanBeCompared) {
  write_relu("relu.onnx", {-1, 3, 4, 4});
  const Finished finished = inspect({"relu.onnx"});
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.out, StartsWith("\ninputs:\n  x float32 1x3x4x4"));
  EXPECT_THAT(finished.out, Not(HasSubstr("dynamic batch")));
  EXPECT_THAT(finished.err, HasSubstr("dynamic batch"));
}

TEST_F(MagikInspect, OpenShapesAreToldByItsOption) {
  write_relu("relu.onnx", {1, 3, -1, -1});
  EXPECT_EQ(error_of({"relu.onnx"}), "ERROR: input 'x' has dynamic axes, [1,3,?,?]: set --shape\n");
  EXPECT_THAT(error_of({"relu.onnx", "--shape", "1,3"}), StartsWith("ERROR: --shape [1,3] of 'x' has 2 axes"));
  EXPECT_EQ(error_of({"relu.onnx", "--shape", "1,3,4,4", "--shape", "1,3,4,4"}),
            "ERROR: --shape has 2 shapes for 1 input\n");
  EXPECT_THAT(inspect({"relu.onnx", "--shape=1,3,4,5"}).out, HasSubstr("x float32 1x3x4x5"));
}

TEST_F(MagikInspect, ConvertedModelsHaveNoOpenShapes) {
  work_.convert_well(digits_config(), digits_onnx(), "digits.mk.h");
  EXPECT_EQ(error_of({"digits.bin", "--shape", "1,2"}),
            "ERROR: --shape: digits.bin is converted, its shapes are fixed; source models may leave theirs open\n");
}

TEST_F(MagikInspect, NamesWrongArguments) {
  EXPECT_EQ(
      error_of({"x.onnx", "--shap", "1,3"}),
      "ERROR: unknown option --shap (did you mean '--shape', '--help'?); magik-inspect --help lists the options\n");
  EXPECT_EQ(error_of({"x.onnx", "--shape"}), "ERROR: --shape needs a value behind it, like 1,3,224,224\n");
  EXPECT_EQ(error_of({"x.onnx", "y.onnx"}), "ERROR: unexpected y.onnx: magik-inspect prints one model\n");
  EXPECT_EQ(error_of({}), "ERROR: no model is given; magik-inspect --help lists the options\n");
}

TEST_F(MagikInspect, ACutListingIsAnError) {
  const Finished finished = work_.run({"sh", "-c", tool("magik-inspect") + " " + digits_onnx() + " > /dev/full"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.err,
            "ERROR: stdout: cannot write all of the text\n");  // a full buffer met the error before the end
}

}  // namespace
}  // namespace magik::e2e
