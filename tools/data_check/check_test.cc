#include "data_check/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace magik::data_check {
namespace {

namespace fs = std::filesystem;
using rt::DumpedValue;
using testing::ElementsAre;
using testing::IsEmpty;

class CheckTest : public testing::Test {
 protected:
  CheckTest() {
    std::string name = testing::TempDir() + "magik_check_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~CheckTest() override { fs::remove_all(folder_); }

  // Values with a file have one element in it.
  DumpFolder dump(const std::string& name, const std::vector<DumpedValue>& values, char element) const {
    fs::create_directory(folder_ / name);
    std::ofstream(folder_ / name / rt::kDumpIndexFile) << rt::dump_index_text(values);
    for (const DumpedValue& value : values) {
      if (!value.file.empty()) std::ofstream(folder_ / name / value.file) << (value.op == rt::kInputOp ? 'i' : element);
    }
    return DumpFolder(folder_ / name);
  }

  fs::path folder_;
};

DumpedValue value(const std::string& name, const std::string& op, const std::string& file,
                  const std::vector<std::string>& inputs) {
  return {name, op, rt::ElementType::kUint8, {1}, file, inputs};
}

// As in a residual network, where every node that was left out doubles the ways to the input.
TEST_F(CheckTest, LooksThroughManyNodesThatWereLeftOut) {
  std::vector<DumpedValue> values = {value("n0", rt::kInputOp, "input_data_shape_1.bin", {})};
  for (int i = 1; i <= 100; ++i) {
    const std::string before = "n" + std::to_string(i - 1);
    values.push_back(value("n" + std::to_string(i), "EltwiseAdd", "", {before, before}));
  }
  values.push_back(value("last", "Relu", "last.bin", {"n100"}));
  const Check check = check_dumps(dump("a", values, 'a'), dump("b", values, 'b'), nullptr);
  const Result& last = check.results.back();
  EXPECT_EQ(last.state, State::kDiffers);
  EXPECT_THAT(last.equal_inputs, ElementsAre("n0"));
  EXPECT_THAT(last.different_inputs, IsEmpty());
  EXPECT_THAT(last.unknown_inputs, IsEmpty());
}

}  // namespace
}  // namespace magik::data_check
