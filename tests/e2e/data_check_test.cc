// magik-data-check on dumps of every naming, and magik-run --self-test. magik-run-broken has one kernel that rounds
// wrongly: that of the node relu4, the only EltwiseAdd.
#include <gmock/gmock.h>

#include <filesystem>

#include "venus/core/dump.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The digits, converted with debug mode and golden tests; magik_dump_path/ has one item.
class DataCheck : public testing::Test {
 protected:
  DataCheck() {
    nlohmann::json config = digits_config();
    config["DEBUG_PATH"] = digits_test_pictures().front();
    work_.convert_well(config, digits_onnx(), "digits.mk.h", {"--save_quantize_model"});
  }

  void dump(const std::string& folder, const std::string& program = "magik-run") const {
    const Finished finished =
        work_.run({tool(program), "digits.bin", "magik_dump_path/input_uint8.bin", "--dump", folder});
    ASSERT_EQ(finished.status, 0) << finished.err;
  }
  Finished check(const std::string& a, const std::string& b, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {tool("magik-data-check"), a, b});
    return work_.run(more);
  }
  // A dump as the debug library of a board without indexes writes it.
  void make_board_dump(const std::string& from, const std::string& to) const {
    const auto model = work_.model("digits.bin");
    for (const rt::Node& node : model->nodes) {
      std::string file = rt::file_stem(node.name);
      const std::string bytes = work_.read(from + "/" + file + ".bin");
      if (rt::has_quantized_weights(*model, node)) {
        file += "_Quantize";
        work_.write(to + "/" + file + "_weight.bin", "weights");
        work_.write(to + "/" + file + "_bt.bin", "biases");
      }
      work_.write(to + "/" + file + "_out.bin", bytes);
    }
    work_.write(to + "/input_data_shape_1_8_8_1.bin", work_.read(from + "/input_data_shape_1_8_8_1.bin"));
    work_.write(to + "/digits.bin", "a model beside the dumps");
  }
  void change_byte(const std::string& file, size_t at, char by) const {
    std::string bytes = work_.read(file);
    bytes[at] = static_cast<char>(bytes[at] + by);
    work_.write(file, bytes);
  }

  Workspace work_;
};

TEST_F(DataCheck, NamesTheBrokenKernelsNode) {
  dump("good");
  dump("bad", "magik-run-broken");
  const Finished finished = check("good", "bad");
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out,
              AllOf(StartsWith("A      good\nB      bad\norder  from good/dump_index.json\n"),
                    HasSubstr("\nrelu4 is the first node that differs (EltwiseAdd, node 8 of 14).\n"
                              "  files      A good/relu4.bin\n             B bad/relu4.bin\n"
                              "  output     uint8 1x4x4x32\n  first at   n 0, h 0, w 0, c "),
                    HasSubstr(" of 512 differ, by at most 1\n"
                              "  inputs     equal: pool2, conv4\n"
                              "  verdict    relu4 is to blame: its inputs are equal and its output is not.\n"),
                    HasSubstr("\n6 more differ:\n  relu5 "), EndsWith("\n8 values are equal.\n")));
}

TEST_F(DataCheck, EveryNamingOfEqualBytesIsEqual) {
  dump("run");
  make_board_dump("run", "board");
  fs::copy(work_.path("run"), work_.path("bare"), fs::copy_options::recursive);
  fs::remove(work_.path("bare/dump_index.json"));
  for (const std::string a : {"run", "bare", "board", "magik_dump_path/ptq_model"}) {
    for (const std::string b : {"run", "bare", "board", "magik_dump_path/ptq_model"}) {
      const Finished finished = check(a, b);
      EXPECT_EQ(finished.status, 0) << a << " " << b << "\n" << finished.out << finished.err;
      EXPECT_EQ(finished.err, "");
      EXPECT_THAT(finished.out, HasSubstr("\nAll 1"));
      const Finished with_model = check(a, b, {"--model", "digits.bin"});
      EXPECT_EQ(with_model.status, 0) << with_model.err;
      EXPECT_THAT(with_model.out, HasSubstr("order  from the model\n"));
    }
  }
}

// The input is one of the values; the node behind it is not to blame for it.
TEST_F(DataCheck, InputsMayDifferAlready) {
  dump("run");
  make_board_dump("run", "board");
  change_byte("board/input_data_shape_1_8_8_1.bin", 9, 1);
  change_byte("board/image_BatchNormScale_out.bin", 9, 1);
  const Finished finished = check("run", "board");
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.out,
              AllOf(HasSubstr("The network's input image differs.\n"), HasSubstr("  first at   n 0, h 1, w 1, c 0: A "),
                    HasSubstr("the two runs were not given the same input"), HasSubstr("\n1 more differ")));
}

// Also a second culprit is told from those that only pass a fault on; floats show their bits.
TEST_F(DataCheck, TellsWhoseInputsAreEqual) {
  dump("run");
  make_board_dump("run", "board");
  change_byte("board/pool2_out.bin", 0, 5);
  change_byte("board/relu1_Quantize_out.bin", 0, 5);
  change_byte("board/logits_Quantize_out.bin", 8, 1);
  const Finished finished = check("run", "board", {"--all"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.out,
              AllOf(HasSubstr("relu1 is the first node that differs (Conv2D, node 3 of 14).\n"),
                    HasSubstr("\n  relu0                 equal\n"),
                    HasSubstr("\n  relu1                 1 of 1024 differ, by at most 5; its inputs are equal\n"),
                    Not(HasSubstr("more differ"))));
  EXPECT_THAT(finished.out, testing::ContainsRegex("\n  logits +1 of 10 differ, by at most [0-9.e-]+; its"));

  const Finished of_logits =
      check("magik_dump_path/ptq_model", "magik_dump_path/float_model", {"--model", "digits.bin"});
  EXPECT_EQ(of_logits.status, 1);
  EXPECT_THAT(of_logits.out, testing::ContainsRegex("verdict    the dumps have different shapes or element types"));
}

TEST_F(DataCheck, WeightsBesideTheDumpsAreCompared) {
  dump("run");
  make_board_dump("run", "one");
  make_board_dump("run", "other");
  change_byte("other/relu3_Quantize_weight.bin", 0, 1);
  const Finished finished = check("one", "other", {"--model", "digits.bin"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.out, AllOf(HasSubstr("relu3 is the first node that differs"),
                                  HasSubstr("  weights    differ\n  verdict    its weights or parameters differ")));
}

TEST_F(DataCheck, WithoutOrderTheTimesOfFilesCount) {
  dump("run");
  make_board_dump("run", "one");
  make_board_dump("run", "other");
  for (const char* file : {"relu5_Quantize_out.bin", "concat7_out.bin"}) {
    change_byte(std::string("other/") + file, 0, 1);
  }
  const Finished finished = check("one", "other");
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.out, AllOf(HasSubstr("A      one (no index)\n"),
                                  HasSubstr("order  guessed from the times of the "
                                            "files in A; --model MODEL tells"),
                                  HasSubstr("relu5_Quantize is the first node that differs (node "),
                                  HasSubstr("verdict    nothing tells what feeds the node")));
}

TEST_F(DataCheck, ErrorsAreOneClearLine) {
  dump("run");
  fs::create_directories(work_.path("empty"));
  const auto error_of = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {tool("magik-data-check")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished finished = work_.run(command);
    EXPECT_EQ(finished.status, 2);
    EXPECT_EQ(finished.out, "");
    return finished.err;
  };
  EXPECT_EQ(error_of({"run", "nowhere"}), "ERROR: nowhere: there is no such folder\n");
  EXPECT_EQ(error_of({"digits.bin", "run"}), "ERROR: digits.bin: not a folder, expected one with node dumps\n");
  EXPECT_EQ(error_of({"run", "empty"}), "ERROR: empty: no dumps are in this folder, expected NODE.bin files\n");
  EXPECT_EQ(error_of({"run", "magik_dump_path"}),
            "ERROR: magik_dump_path: this folder has dumps of several networks; give magik_dump_path/ptq_model\n");
  EXPECT_EQ(error_of({"run"}), "ERROR: 1 folders are given, expected two; magik-data-check --help tells more\n");
  EXPECT_EQ(error_of({"run", "run", "--every"}),
            "ERROR: unknown option --every; magik-data-check --help lists the options\n");
  EXPECT_EQ(error_of({"run", "run", "--model", "nowhere.bin"}),
            "ERROR: nowhere.bin: cannot open: No such file or directory\n");
  work_.write("other/node.bin", "x");
  EXPECT_EQ(error_of({"run", "other"}),
            "ERROR: run and other have no node in common: were both dumps made from the same model?\n");
  work_.write("damaged/node.bin", "x");
  work_.write("damaged/dump_index.json", "{\"values\": 3}");
  EXPECT_THAT(error_of({"run", "damaged"}), StartsWith("ERROR: damaged/dump_index.json: damaged index: "));
}

TEST_F(DataCheck, NodesOfOneDumpOnlyAndOtherSizes) {
  dump("run");
  make_board_dump("run", "board");
  fs::remove(work_.path("board/pool2_out.bin"));
  work_.write("board/extra_out.bin", "x");
  Finished finished = check("run", "board");
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.err,
            "ERROR: only run has pool2, only board has extra: were both dumps made from the same model, "
            "and to the end?\n");
  EXPECT_THAT(finished.out, HasSubstr("\nAll 14 values that both dumps have are equal.\n"));

  fs::remove(work_.path("board/extra_out.bin"));
  work_.write("board/pool2_out.bin", work_.read("run/pool2.bin") + "more");
  finished = check("run", "board");
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out, AllOf(HasSubstr("pool2 is the first node that differs (MaxPool, node "),
                                  HasSubstr("  sizes      A 512 bytes, B 516 bytes\n")));
}

TEST_F(DataCheck, SelfTestNamesTheBrokenKernelsNode) {
  const std::string model = "save-magik/model_quant.mgk";
  for (const std::string threads : {"1", "2"}) {
    const Finished good =
        work_.run({tool("magik-run"), "--self-test", model, "--isa", "reference", "--threads", threads});
    EXPECT_EQ(good.status, 0) << good.err;
    EXPECT_THAT(good.out, HasSubstr("self-test passed, all 14 nodes are right on reference with " + threads));
  }
  const Finished bad = work_.run({tool("magik-run-broken"), "--self-test", model});
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.out, StartsWith("OFF: relu4 (EltwiseAdd, kernel add_rounding_down): its inputs are right\n"
                                  "OFF: relu5 (Conv2D, kernel "));
  EXPECT_THAT(bad.err, AllOf(StartsWith("ERROR: " + model + ": 7 of 14 nodes are off on "),
                             HasSubstr("; to blame is relu4 (EltwiseAdd, kernel add_rounding_down): it is the first")));
  const auto json = nlohmann::json::parse(work_.run({tool("magik-run-broken"), "--self-test", model, "--json"}).out);
  EXPECT_EQ(json["nodes"], 14);
  EXPECT_EQ(json["off"][0], "relu4");
}

TEST_F(DataCheck, SelfTestOfFloatModelsAndModelsWithoutOne) {
  // model_float.mgk of a quantized network has a picture, a float model numbers from a seed.
  EXPECT_EQ(work_.run({tool("magik-run"), "--self-test", "save-magik/model_float.mgk"}).status, 0);
  nlohmann::json config = digits_config();
  config.erase("QUANT_DATASET_PATH");
  work_.convert_well(config, digits_onnx(), "float.mk.h", {"--embed-golden"});
  const Finished finished = work_.run({tool("magik-run"), "--self-test", "float.bin"});
  EXPECT_EQ(finished.status, 0) << finished.err;

  Finished refused = work_.run({tool("magik-run"), "--self-test", "digits.bin"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.err,
            "ERROR: digits.bin: the model has no golden test; convert it again with --embed-golden, or "
            "take the .mgk that --save_quantize_model writes\n");
  refused = work_.run({tool("magik-run"), "--self-test", "digits.bin", "magik_dump_path/input.bin"});
  EXPECT_EQ(refused.err, "ERROR: --self-test takes no INPUT: the model has its own\n");
}

}  // namespace
}  // namespace magik::e2e
