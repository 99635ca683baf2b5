// The four libraries, shared and static, as a client's program links them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>

#include "camera_net.h"
#include "venus/core/dump.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Runs argv[1] argv[2] times, at another size once more with argv[3]; prints the outputs, and what the program's own
// operator new saw. VENUS_NMEM_FILE is printed before the network is freed.
constexpr char kClient[] = R"(
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <new>
#include "venus.h"

namespace {
std::atomic<size_t> now{0}, peak{0};
}

void *operator new(size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  const size_t lead = static_cast<size_t>(alignment);
  char *memory = static_cast<char *>(std::aligned_alloc(lead, lead + bytes));
  if (!memory) return nullptr;
  std::memcpy(memory, &bytes, sizeof bytes);
  if ((now += bytes) > peak) peak = now.load();
  return memory + lead;
}
void operator delete(void *memory, std::align_val_t alignment) noexcept {
  if (!memory) return;
  char *block = static_cast<char *>(memory) - static_cast<size_t>(alignment);
  size_t bytes;
  std::memcpy(&bytes, block, sizeof bytes);
  now -= bytes;
  std::free(block);
}

static void run(venus::BaseNet &net) {
  auto input = net.get_input(0);
  size_t bytes = 1;
  for (int dim : input->shape()) bytes *= dim;
  for (size_t i = 0; i < bytes; ++i) input->mudata<uint8_t>()[i] = static_cast<uint8_t>(i * 7 + i / 50);
  if (net.run() != 0) std::exit(2);
}

int main(int argc, char **argv) {
  {
    auto net = venus::net_create();
    net->set_profiler_per_frame(std::getenv("PER_FRAME") != nullptr);
    if (net->load_model(argv[1]) != 0) return 1;
    for (int i = 0; i < std::atoi(argv[2]); ++i) run(*net);
    if (argc > 3) {
      net->get_input(0)->reshape({1, 22, 36, 4});
      run(*net);
    }
    for (std::string name : net->get_output_names()) {
      auto output = net->get_output_by_name(name);
      size_t count = 1;
      for (int dim : output->shape()) count *= dim;
      std::cout << name;
      for (size_t i = 0; i < count; ++i) std::cout << " " << output->data<float>()[i];
      std::cout << "\n";
    }
    if (const char *file = std::getenv("VENUS_NMEM_FILE")) std::cout << std::ifstream(file).rdbuf();
    venus::nmem_free(venus::nmem_memalign(256, 100));
  }
  std::cout << "hook " << now << " " << peak << "\n";
}
)";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> lines_with(const std::string& text, const std::string& start) {
  std::vector<std::string> result;
  for (const std::string& line : lines_of(text)) {
    if (line.compare(0, start.size(), start) == 0) result.push_back(line);
  }
  return result;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

class Flavours : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    prepared_ = std::make_unique<Workspace>();
    prepared_->write("camera.onnx", camera_onnx(1));
    for (int i = 0; i < 4; ++i) prepared_->write(fmt::format("set/{}.ppm", i), ppm(noise_picture(i, 20, 14)));
    const nlohmann::json config = {
        {"SOC", "PC"},      {"INPUT_SHAPE", {1, 3, 14, 20}}, {"MEAN", {120, 110, 100}}, {"NORMAL", {60, 62, 64}},
        {"COLOR", {"RGB"}}, {"QUANT_DATASET_PATH", "set"}};
    prepared_->convert_well(config, "camera.onnx", "camera.mk.h");
    prepared_->write("client.cc", kClient);
    compile({"-std=c++17", "-I", source_path("include/venus"), "-c", "client.cc", "-o", "client.o"});
  }
  static void TearDownTestSuite() { prepared_.reset(); }

  static void compile(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), MAGIK_CXX);
    if (*MAGIK_CLIENT_FLAGS != '\0') arguments.push_back(MAGIK_CLIENT_FLAGS);
    const Finished compiled = prepared_->run(arguments);
    ASSERT_EQ(compiled.status, 0) << compiled.err;
  }

  Flavours() { work_.write("camera.bin", prepared_->read("camera.bin")); }

  // `library`: "venus", "venus.p", ...
  void link_client(const std::string& library, bool shared = true) {
    const std::string folder = std::string(MAGIK_BUILD) + "/lib";
    if (shared) {
      compile({"client.o", "-L" + folder, "-l" + library, "-Wl,-rpath," + folder, "-o", work_.path("client")});
    } else {
      compile({"client.o", folder + "/lib" + library + ".a", "-lpthread", "-o", work_.path("client")});
    }
  }

  Finished run_client(const std::vector<std::string>& variables, const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {"env"};
    command.insert(command.end(), variables.begin(), variables.end());
    command.insert(command.end(), {"./client", "camera.bin"});
    command.insert(command.end(), arguments.begin(), arguments.end());
    Finished finished = work_.run(command);
    EXPECT_EQ(finished.status, 0) << finished.err;
    return finished;
  }

  // What every library has to give.
  static std::vector<std::string> outputs_of(const Finished& finished) {
    std::vector<std::string> lines = lines_with(finished.out, "heat ");
    const std::vector<std::string> coarse = lines_with(finished.out, "coarse ");
    lines.insert(lines.end(), coarse.begin(), coarse.end());
    EXPECT_EQ(lines.size(), 2u) << finished.out;
    return lines;
  }

  static std::unique_ptr<Workspace> prepared_;  // the model and the compiled client
  Workspace work_;
};
std::unique_ptr<Workspace> Flavours::prepared_;

TEST_F(Flavours, GiveEqualResultsSharedAndStatic) {
  std::vector<std::string> expected;
  for (const char* library : {"venus", "venus.p", "venus.d", "venus.m"}) {
    for (const bool shared : {true, false}) {
      link_client(library, shared);
      const Finished finished = run_client({"VENUS_NMEM_FILE=nmem.txt"}, {"1"});
      if (expected.empty()) expected = outputs_of(finished);
      EXPECT_EQ(outputs_of(finished), expected) << library;
      EXPECT_THAT(finished.err, StartsWith("INFO(magik): venus version:")) << library;
      EXPECT_THAT(finished.err, HasSubstr("\nINFO(magik): model version:")) << library;
    }
  }
}

TEST_F(Flavours, ReleaseSaysAndWritesNothingElse) {
  link_client("venus");
  const std::vector<std::string> before = work_.files();
  const Finished finished = run_client({}, {"3"});
  EXPECT_EQ(lines_of(finished.err).size(), 2u) << finished.err;
  EXPECT_EQ(work_.files(), before);
}

TEST_F(Flavours, ProfilePrintsBothTablesWhenTheNetworkIsFreed) {
  link_client("venus.p");
  const Finished finished = run_client({"VENUS_PROFILE_DOT=net.dot"}, {"10"});
  EXPECT_THAT(finished.err, HasSubstr("\nINFO(magik): venus flavour:profile\n"));
  EXPECT_THAT(finished.err,
              HasSubstr("\n[I/magik::venus]:\nTiming cycle = 10\n"
                        "===== Detailed DispatchProfiler Summary: N/A, Exclude 5warm-ups =====\nLayerName "));
  EXPECT_THAT(finished.err,
              HasSubstr("===== Concise Dispatch Profiler Summary: N/A, Exclude 0 warm-ups =====\nOperatorType "));
  EXPECT_EQ(lines_with(finished.err, "Timing cycle").size(), 1u);
  // 3x3 with stride 2, 8 of 3 channels.
  const std::vector<std::string> rows = lines_with(finished.err, "relu0_Quantize ");
  ASSERT_EQ(rows.size(), 1u) << finished.err;
  const std::vector<std::string> cells = words_of(rows[0]);
  ASSERT_EQ(cells.size(), 15u) << rows[0];
  EXPECT_THAT(std::vector<std::string>(cells.begin() + 1, cells.begin() + 8),
              ElementsAre("Convolution", "{1,14,20,4}", "{1,7,10,8}", "{3,3,4,8}", "{2,2}", "{1,1,1,1}", "{1,1}"));
  EXPECT_EQ(cells[13], fmt::format("{:.9f}", 2 * 7 * 10 * 8 * 3 * 3 * 3 / 1e9));

  const std::shared_ptr<const rt::Graph> graph = work_.model("camera.bin");
  const std::string dot = work_.read("net.dot");
  std::set<std::string> declared;
  size_t edges = 0;
  for (const std::string& line : lines_of(dot)) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() > 1 && words[1] == "->") {
      ++edges;
      EXPECT_TRUE(declared.count(words[0]) == 1 && declared.count(words[2]) == 1) << line;
    } else if (words[0] != "node" && words[0] != "}" && words[0] != "digraph") {
      declared.insert(words[0]);
    }
  }
  EXPECT_EQ(declared.size(), graph->nodes.size() + 1);
  EXPECT_GE(edges, graph->nodes.size());
  if (work_.run({"sh", "-c", "command -v dot"}).status == 0) {
    const Finished drawn = work_.run({"dot", "-Tsvg", "net.dot", "-o", "net.svg"});
    EXPECT_EQ(drawn.status, 0) << drawn.err;
  }
}

TEST_F(Flavours, ProfilePrintsEachRunWherePerFrameIsSet) {
  link_client("venus.p");
  const Finished finished = run_client({"PER_FRAME=1"}, {"3"});
  EXPECT_THAT(lines_with(finished.err, "Timing cycle"),
              ElementsAre("Timing cycle = 1", "Timing cycle = 1", "Timing cycle = 1"));
}

TEST_F(Flavours, ProfileTellsTheSizesOfAReshapedNetworkApart) {
  link_client("venus.p");
  const Finished finished = run_client({}, {"2", "reshape"});
  EXPECT_THAT(lines_with(finished.err, "Timing cycle"), ElementsAre("Timing cycle = 2", "Timing cycle = 1"));
  const std::vector<std::string> rows = lines_with(finished.err, "relu0_Quantize ");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0], HasSubstr(" {1,7,10,8} "));
  EXPECT_THAT(rows[1], HasSubstr(" {1,11,18,8} "));
}

// Every node: the PC's and the debug library's files are equal, and there are no others.
TEST_F(Flavours, DebugFilesEqualTheDataDumpOfEveryLibrary) {
  const std::shared_ptr<const rt::Graph> graph = work_.model("camera.bin");
  link_client("venus.d");
  EXPECT_THAT(run_client({}, {"1"}).err, HasSubstr("\nINFO(magik): venus flavour:debug\n"));
  for (const char* library : {"venus", "venus.p", "venus.d", "venus.m"}) {
    link_client(library);
    const Finished finished =
        run_client({"MAGIK_CPP_DUMPDATA=true", "VENUS_DEBUG_DIR=debug", "VENUS_NMEM_FILE=nmem.txt"}, {"1"});
    size_t values = 0;
    for (const rt::Node& node : graph->nodes) {
      for (const rt::ValueId id : node.outputs) {
        const std::string name =
            node.outputs.size() == 1 ? rt::runtime_name(*graph, node) : graph->values[static_cast<size_t>(id)].name;
        const std::string stem = rt::file_stem(name);
        const std::string bytes = work_.read("MAGIK_DATA_DUMP/" + stem + ".bin");
        EXPECT_FALSE(bytes.empty()) << stem;
        EXPECT_EQ(bytes, work_.read(stem + "_out.bin")) << stem;
        ++values;
      }
    }
    EXPECT_EQ(lines_with(finished.err, "Log: Data dumping to: ./MAGIK_DATA_DUMP/").size(), values) << finished.err;
    EXPECT_THAT(finished.err, HasSubstr("\nLog: Data dumping to: ./MAGIK_DATA_DUMP/relu0_Quantize.bin--->"
                                        "shape:[1,7,10,8]\n"));
    // Without the fourth byte of the client's pixels.
    EXPECT_EQ(work_.read("MAGIK_DATA_DUMP/input_data_shape_1_14_20_3.bin").size(), 14u * 20 * 3);
    EXPECT_EQ(work_.read("MAGIK_DATA_DUMP/input_data_shape_1_14_20_3.bin"),
              work_.read("input_data_shape_1_14_20_3.bin"));
    ASSERT_EQ(work_.run({"rm", "-r", "MAGIK_DATA_DUMP"}).status, 0);
  }
  EXPECT_EQ(work_.read("debug/relu0_Quantize_out.bin"), work_.read("relu0_Quantize_out.bin"));
}

TEST_F(Flavours, DebugWritesWeightsBiasAndMultipliersOfWeightedNodes) {
  link_client("venus.d");
  run_client({}, {"1"});
  const std::shared_ptr<const rt::Graph> graph = work_.model("camera.bin");
  size_t weighted = 0;
  for (const rt::Node& node : graph->nodes) {
    if (!rt::has_quantized_weights(*graph, node)) continue;
    ++weighted;
    const std::string stem = rt::file_stem(node.name) + "_Quantize";
    const rt::Value& weight = graph->values[static_cast<size_t>(node.inputs[1])];
    const rt::Value& bias = graph->values[static_cast<size_t>(node.inputs[2])];
    const std::string weights = work_.read(stem + "_weight.bin"), bt = work_.read(stem + "_bt.bin");
    ASSERT_EQ(weights.size(), weight.constant.bytes) << stem;
    EXPECT_EQ(std::memcmp(weights.data(), weight.constant.data, weights.size()), 0) << stem;
    ASSERT_GE(bt.size(), 2 * bias.constant.bytes + 8) << stem;
    EXPECT_EQ(std::memcmp(bt.data(), bias.constant.data, bias.constant.bytes), 0) << stem;
  }
  EXPECT_EQ(weighted, 5u);
}

TEST_F(Flavours, DataDumpIsOffWithoutTheVariable) {
  link_client("venus");
  const std::vector<std::string> before = work_.files();
  for (const char* variable : {"MAGIK_CPP_DUMPDATA=", "MAGIK_CPP_DUMPDATA=false", "MAGIK_CPP_DUMPDATA=0"}) {
    EXPECT_THAT(run_client({variable}, {"1"}).err, Not(HasSubstr("dumping")));
  }
  EXPECT_EQ(work_.files(), before);
}

TEST_F(Flavours, NmemCountsWhatTheAllocationHookCounts) {
  link_client("venus.m");
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"1"}, {"3", "reshape"}}) {
    const Finished finished = run_client({"VENUS_NMEM_FILE=nmem.txt"}, arguments);
    EXPECT_THAT(finished.err, HasSubstr("\nINFO(magik): venus flavour:nmem\n"));
    const std::vector<std::string> hook = words_of(lines_with(finished.out, "hook ").at(0));

    // At the end everything is free.
    const std::string text = work_.read("nmem.txt");
    EXPECT_EQ(lines_with(text, "used "), std::vector<std::string>{"used " + hook[1] + " bytes"});
    EXPECT_EQ(hook[1], "0");
    EXPECT_EQ(lines_with(text, "peak "), std::vector<std::string>{"peak " + hook[2] + " bytes"});
    const std::vector<std::string> freed = words_of(lines_with(text, "camera.bin ").at(0));
    EXPECT_EQ(freed.at(1), "freed");
    EXPECT_EQ(freed.at(7), "0");

    // Before, all memory was the network's.
    const std::string before = lines_with(finished.out, "used ").at(0);
    std::vector<std::string> row = words_of(lines_with(finished.out, "camera.bin ").at(0));
    ASSERT_EQ(row.size(), 9u);
    EXPECT_EQ(row[1], "loaded");
    EXPECT_EQ(before, "used " + row[7] + " bytes");
    EXPECT_EQ(std::stoul(row[4]) + std::stoul(row[5]) + std::stoul(row[6]), std::stoul(row[7]));
    EXPECT_GE(std::stoul(row[8]), std::stoul(row[7]));
    EXPECT_GE(std::stoul(hook[2]), std::stoul(row[8]));
  }
}

TEST_F(Flavours, NmemWritesToTmp) {
  link_client("venus.m");
  run_client({}, {"1"});
  EXPECT_NE(work_.run({"find", "/tmp/nmem_memory.txt", "-newer", "camera.bin"}).out, "");
}

}  // namespace
}  // namespace magik::e2e
