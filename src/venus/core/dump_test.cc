#include "venus/core/dump.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "venus/core/files.h"
#include "venus/core/json_text.h"
#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

using test::attribute;
using test::TestGraph;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class DumpTest : public testing::Test {
 protected:
  DumpTest() {
    std::string name = testing::TempDir() + "magik_dump_XXXXXX";
    folder_ = mkdtemp(&name[0]);
  }
  ~DumpTest() override {
    for (const std::string& file : files()) std::remove((folder_ + "/" + file).c_str());
    std::remove(folder_.c_str());
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    DIR* folder = opendir(folder_.c_str());
    while (const dirent* entry = readdir(folder)) {
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    closedir(folder);
    return names;
  }
  template <typename T>
  std::vector<T> read(const std::string& file) const {
    std::ifstream in(folder_ + "/" + file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    std::vector<T> elements(bytes.size() / sizeof(T));
    if (!elements.empty()) std::memcpy(elements.data(), bytes.data(), elements.size() * sizeof(T));
    return elements;
  }
  std::string text(const std::string& file) const {
    const std::vector<char> characters = read<char>(file);
    return {characters.begin(), characters.end()};
  }

  static std::unique_ptr<Network> network_of(std::shared_ptr<const Graph> graph) {
    auto network = Network::create(std::move(graph));
    EXPECT_TRUE(network.ok()) << network.message();
    return network.take();
  }
  static void run(Network& network, DumpOptions options) {
    NodeDump dump(std::move(options));
    ASSERT_TRUE(network.run(&dump).ok());
    const Status status = dump.take_status();
    ASSERT_TRUE(status.ok()) << status.message();
  }

  std::string folder_;
};

// 2 pixels of 1 channel, quantized by a 1x1 convolution to 2 channels.
std::shared_ptr<const Graph> convolution() {
  TestGraph builder;
  const ValueId x = builder.value("a/x", {1, 1, 2, 1}, ElementType::kUint8);
  builder.graph.inputs.push_back(x);
  builder.graph.preprocessing.emplace_back();
  builder.graph.values[x].quantization = {8, {0.5f}, {3}, -1};
  const ValueId w = builder.value("w", {2, 1, 1, 1}, ElementType::kInt8);
  const int8_t weights[] = {2, -4};
  builder.graph.values[w].constant = Constant::copy_of(weights, 2);
  builder.graph.values[w].quantization = {8, {0.25f, 0.5f}, {}, 0};
  const ValueId b = builder.value("b", {2}, ElementType::kInt32);
  const int32_t bias[] = {100, -100};
  builder.graph.values[b].constant = Constant::copy_of(bias, 2);
  const ValueId y = builder.node("Conv2D", "a/y", {x, w, b}, {1, 1, 2, 2}, {}, ElementType::kUint8);
  builder.graph.values[y].quantization = {8, {0.125f}, {128}, -1};
  return builder.shared({y});
}

TEST_F(DumpTest, WritesInputsNodesAndAnIndex) {
  const auto network = network_of(convolution());
  network->input(0).as<uint8_t>()[0] = 3;
  network->input(0).as<uint8_t>()[1] = 5;
  DumpOptions options;
  options.directory = folder_;
  std::vector<std::string> written;
  options.written = [&](const std::string& path, const Shape& shape) { written.push_back(path + " " + shape.text()); };
  run(*network, options);
  EXPECT_THAT(files(), UnorderedElementsAre("input_data_shape_1_1_2_1.bin", "a_y.bin", "dump_index.json"));
  EXPECT_THAT(read<uint8_t>("input_data_shape_1_1_2_1.bin"), ElementsAre(3, 5));
  // 128 + acc: acc = 100 and 104 of scale 0.125, -100 and -108 of scale 0.25.
  EXPECT_THAT(read<uint8_t>("a_y.bin"), ElementsAre(228, 0, 232, 0));
  EXPECT_EQ(text("dump_index.json"), R"({"values": [
  {"name": "a/x", "op": "Input", "type": "uint8", "shape": [1, 1, 2, 1], "file": "input_data_shape_1_1_2_1.bin", "inputs": []},
  {"name": "a/y", "op": "Conv2D", "type": "uint8", "shape": [1, 1, 2, 2], "file": "a_y.bin", "inputs": ["a/x"]}
]}
)");
  EXPECT_THAT(written, ElementsAre(folder_ + "/a_y.bin 1x1x2x2"));
}

TEST_F(DumpTest, DebugLibraryNamesAndWeights) {
  const auto network = network_of(convolution());
  DumpOptions options;
  options.directory = folder_;
  options.suffix = "_out";
  options.runtime_names = options.weights = true;
  run(*network, options);
  EXPECT_THAT(files(), UnorderedElementsAre("input_data_shape_1_1_2_1.bin", "a_y_Quantize_out.bin",
                                            "a_y_Quantize_weight.bin", "a_y_Quantize_bt.bin", "dump_index.json"));
  EXPECT_THAT(read<int8_t>("a_y_Quantize_weight.bin"), ElementsAre(2, -4));
  const auto integers = read<int32_t>("a_y_Quantize_bt.bin");
  const auto floats = read<float>("a_y_Quantize_bt.bin");
  ASSERT_EQ(integers.size(), 6u);
  EXPECT_EQ(integers[0], 100);
  EXPECT_EQ(integers[1], -100);
  EXPECT_EQ(floats[2], 0.5f * 0.25f / 0.125f);
  EXPECT_EQ(floats[3], 0.5f * 0.5f / 0.125f);
  EXPECT_EQ(integers[4], 3);
  EXPECT_EQ(integers[5], 128);
  EXPECT_THAT(text("dump_index.json"), HasSubstr("\"name\": \"a/y\", \"op\": \"Conv2D\""));
}

TEST_F(DumpTest, WeightsOfNamesThatFallTogetherStayApart) {
  Graph graph = *convolution();
  Node second = graph.nodes[0];
  second.name = "a_y";
  Value output = graph.values[static_cast<size_t>(second.outputs[0])];
  output.name = "a_y";
  second.outputs = {graph.add_value(output)};
  graph.outputs.push_back(second.outputs[0]);
  graph.nodes.push_back(second);
  DumpOptions options;
  options.directory = folder_;
  options.suffix = "_out";
  options.runtime_names = options.weights = true;
  run(*network_of(std::make_shared<const Graph>(graph)), options);
  EXPECT_THAT(files(), UnorderedElementsAre("input_data_shape_1_1_2_1.bin", "dump_index.json", "a_y_Quantize_out.bin",
                                            "a_y_Quantize_weight.bin", "a_y_Quantize_bt.bin", "a_y.2_Quantize_out.bin",
                                            "a_y.2_Quantize_weight.bin", "a_y.2_Quantize_bt.bin"));
}

TEST_F(DumpTest, ANodeNamedLikeAnotherOnesRuntimeNameStaysApart) {
  Graph graph = *convolution();
  Node flatten;
  flatten.op = "Flatten";
  flatten.name = "a/y/Quantize";
  flatten.inputs = graph.outputs;
  flatten.attributes.set("axis", 1);
  Value output = graph.values[static_cast<size_t>(graph.outputs[0])];
  output.name = flatten.name;
  output.shape = {1, 4};
  flatten.outputs = {graph.add_value(output)};
  graph.outputs.push_back(flatten.outputs[0]);
  graph.nodes.push_back(flatten);
  DumpOptions options;
  options.directory = folder_;
  options.runtime_names = true;
  run(*network_of(std::make_shared<const Graph>(graph)), options);
  EXPECT_THAT(files(), UnorderedElementsAre("input_data_shape_1_1_2_1.bin", "dump_index.json", "a_y_Quantize.bin",
                                            "a_y_Quantize.2.bin"));
}

std::shared_ptr<const Graph> relu_named(const std::string& name) {
  TestGraph builder;
  return builder.shared({builder.node("Relu", name, {builder.input("x", {1, 4})}, {1, 4})});
}

TEST_F(DumpTest, ReplacesTheDumpOfAnotherNetwork) {
  std::ofstream(folder_ + "/notes.bin") << "the user's";
  DumpOptions options;
  options.directory = folder_;
  run(*network_of(convolution()), options);
  run(*network_of(relu_named("relu")), options);
  EXPECT_THAT(files(), UnorderedElementsAre("notes.bin", "input_data_shape_1_4.bin", "relu.bin", "dump_index.json"));
  EXPECT_EQ(text("notes.bin"), "the user's");
}

TEST_F(DumpTest, KeepsTheDumpOfAnotherNetworkInASharedFolder) {
  DumpOptions options;
  options.directory = folder_;
  options.shared = true;
  run(*network_of(relu_named("one")), options);
  run(*network_of(relu_named("two")), options);
  EXPECT_THAT(files(), UnorderedElementsAre("input_data_shape_1_4.bin", "one.bin", "two.bin", "dump_index.json"));
}

TEST_F(DumpTest, RemovesWhatAKilledDumpLeft) {
  const pid_t killed = fork();
  if (killed == 0) _exit(0);
  waitpid(killed, nullptr, 0);
  const std::string left = folder_ + "/.magik." + std::to_string(killed) + ".7.tmp";
  const std::string in_use = temporary_name(folder_ + "/other.bin"), mine = left + ".txt";
  DumpOptions options;
  options.directory = folder_;
  const auto network = network_of(relu_named("relu"));
  for (int run_number = 0; run_number < 2; ++run_number) {  // the second one finds its own index
    for (const std::string& file : {left, in_use, mine}) std::ofstream(file) << "x";
    run(*network, options);
    EXPECT_NE(access(left.c_str(), F_OK), 0) << run_number;
    EXPECT_EQ(access(in_use.c_str(), F_OK), 0) << run_number;
    EXPECT_EQ(access(mine.c_str(), F_OK), 0) << run_number;
  }
  for (const std::string& file : {in_use, mine}) std::remove(file.c_str());
}

TEST_F(DumpTest, AFailedDumpLeavesNothing) {
  const std::string folder = folder_ + "/relu.bin";  // where a file belongs
  ASSERT_TRUE(make_directory(folder).ok());
  DumpOptions options;
  options.directory = folder_;
  NodeDump dump(options);
  ASSERT_TRUE(network_of(relu_named("relu"))->run(&dump).ok());
  EXPECT_THAT(dump.take_status().message(), HasSubstr(folder + ": cannot write the file: "));
  EXPECT_THAT(files(), ElementsAre("relu.bin"));
}

TEST_F(DumpTest, AFailedDumpIntoASharedFolderLeavesNoIndex) {
  const std::string folder = folder_ + "/two.bin";  // where a file belongs
  ASSERT_TRUE(make_directory(folder).ok());
  DumpOptions options;
  options.directory = folder_;
  options.shared = true;
  run(*network_of(relu_named("one")), options);
  NodeDump dump(options);
  ASSERT_TRUE(network_of(relu_named("two"))->run(&dump).ok());
  EXPECT_THAT(dump.take_status().message(), HasSubstr(folder + ": cannot write the file: "));
  EXPECT_THAT(files(), UnorderedElementsAre("input_data_shape_1_4.bin", "one.bin", "two.bin"));
}

TEST_F(DumpTest, ShortensLongNames) {
  const std::string prefix(300, 'n');
  TestGraph builder;
  const ValueId x = builder.input(prefix + "/x", {1, 4}), y = builder.input("y", {1, 4});
  const ValueId first = builder.node("EltwiseAdd", prefix + "/1", {x, y}, {1, 4});
  DumpOptions options;
  options.directory = folder_;
  options.suffix = "_out";
  run(*network_of(builder.shared({first, builder.node("Relu", prefix + "/2", {first}, {1, 4})})), options);
  EXPECT_EQ(files().size(), 5u);
}

TEST_F(DumpTest, SeveralInputsOutputsAndNamesThatFallTogether) {
  TestGraph builder;
  const ValueId a = builder.input("in/a", {1, 4}), b = builder.input("b", {1, 4});
  const ValueId sum = builder.node("EltwiseAdd", "x/sum", {a, b}, {1, 4});
  const ValueId twice = builder.node("EltwiseAdd", "x_sum", {sum, sum}, {1, 4});
  const ValueId left = builder.value("left", {1, 1}), right = builder.value("right", {1, 3});
  Node split;
  split.op = "Split";
  split.name = "right";
  split.inputs = {twice};
  split.outputs = {left, right};
  split.attributes.set("axis", 1);
  split.attributes.set("sizes", std::vector<int64_t>{1, 3});
  builder.graph.nodes.push_back(split);
  const auto network = network_of(builder.shared({left, right}));
  for (int i = 0; i < 4; ++i) network->input(0).as<float>()[i] = network->input(1).as<float>()[i] = float(i);
  DumpOptions options;
  options.directory = folder_;
  run(*network, options);
  EXPECT_THAT(files(), UnorderedElementsAre("in_a_input_data_shape_1_4.bin", "b_input_data_shape_1_4.bin", "x_sum.bin",
                                            "x_sum.2.bin", "left.bin", "right.bin", "dump_index.json"));
  EXPECT_THAT(read<float>("x_sum.bin"), ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(read<float>("x_sum.2.bin"), ElementsAre(0, 4, 8, 12));
  EXPECT_THAT(read<float>("left.bin"), ElementsAre(0));
  EXPECT_THAT(read<float>("right.bin"), ElementsAre(4, 8, 12));
}

TEST_F(DumpTest, TellsWhatItCannotWrite) {
  const auto network = network_of(convolution());
  std::ofstream(folder_ + "/file") << "x";
  DumpOptions options;
  options.directory = folder_ + "/file";
  NodeDump dump(options);
  ASSERT_TRUE(network->run(&dump).ok());
  EXPECT_THAT(dump.take_status().message(), HasSubstr(folder_ + "/file/dump_index.json: cannot write the file: Not a"));
}

TEST(DumpNames, EscapesWhatJsonCannotHold) {
  DumpedValue value;
  value.name = "a\"\\\n";
  EXPECT_THAT(dump_index_text({value}), HasSubstr(R"("name": "a\"\\\u000a")"));
}

TEST(DumpNames, TheFilesThatAnIndexLists) {
  std::vector<DumpedValue> values(3);
  values[0].name = "\"file\": \"x.bin\",";
  values[0].file = "a\"b\\.bin";
  values[1].file = "../c.bin";
  values[2].file = "\xff.bin";
  const std::string text = dump_index_text(values);
  EXPECT_THAT(listed_files(text), UnorderedElementsAre(R"("a\"b\\.bin")", R"("../c.bin")", json_text("\xff.bin")));
  for (size_t length = 0; length < text.size(); ++length) {  // none of a cut name
    EXPECT_THAT(listed_files(text), testing::IsSupersetOf(listed_files(text.substr(0, length)))) << length;
  }
}

std::vector<DumpedValue> values_named(const std::vector<std::string>& names, const std::string& op) {
  std::vector<DumpedValue> values;
  for (const std::string& name : names) values.push_back({name, op, ElementType::kUint8, {1}, "", {}});
  return values;
}

TEST(DumpNames, StemsOfANetworkAreUnique) {
  std::vector<DumpedValue> values = values_named({"a/b", "a_b", "x"}, kInputOp);
  for (const DumpedValue& node : values_named({"a/b", "a_b", "a_b.2", "x"}, "Relu")) values.push_back(node);
  EXPECT_THAT(file_stems(values), ElementsAre("a_b", "a_b.2", "x", "a_b", "a_b.2", "a_b.2.2", "x"));
}

TEST(DumpNames, LongStemsEndInAChecksumOfTheName) {
  EXPECT_EQ(file_stem(std::string(160, 'n')), std::string(160, 'n'));
  EXPECT_EQ(file_stem(std::string(161, 'n')), std::string(151, 'n') + ".3b73e3b1");
  EXPECT_NE(file_stem(std::string(161, 'n')), file_stem(std::string(162, 'n')));
  std::string chinese;  // 3 bytes each: 150 is the last border
  for (int i = 0; i < 60; ++i) chinese += "\u4e2d";
  EXPECT_EQ(file_stem(chinese).substr(0, 151), chinese.substr(0, 150) + ".");
}

}  // namespace
}  // namespace magik::rt
