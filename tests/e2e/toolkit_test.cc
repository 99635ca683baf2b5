// The delivered tree: scripts/toolkit.sh lays it out, then the samples' readmes are followed to the letter.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::Test;

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fenced blocks of a readme that start with `fence`, one after another.
std::string commands_of(const std::string& readme, const std::string& fence) {
  std::istringstream lines(read_text(readme));
  std::string commands, open_fence;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("```", 0) == 0) {
      open_fence = open_fence.empty() ? line : "";
    } else if (open_fence == "```" + fence) {
      commands += line + "\n";
    }
  }
  return commands;
}

std::vector<std::string> lines_with(const std::string& text, const std::string& start) {
  std::istringstream lines(text);
  std::vector<std::string> found;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(start, 0) == 0) found.push_back(line);
  }
  return found;
}

// Without the times, which no two runs share.
std::string without_times(const std::string& text) {
  return std::regex_replace(text, std::regex("time_ms:[0-9.]+ms"), "time_ms:");
}

constexpr bool kSanitized = sizeof(MAGIK_CLIENT_FLAGS) > 1;

class Toolkit : public Test {
 protected:
  static void SetUpTestSuite() {
    if (kSanitized) return;
    work_ = new Workspace;
    const Finished done =
        work_->run({source_path("scripts/toolkit.sh"), MAGIK_BUILD, MAGIK_BOARDS, work_->path("kit")});
    ASSERT_EQ(done.status, 0) << done.err;
  }
  static void TearDownTestSuite() {
    delete work_;
    work_ = nullptr;
  }
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "NOT RUN: the samples' Makefiles build without sanitizers";
  }

  static std::string sample(const std::string& net) {
    return work_->path("kit/Models/post/" + net + "/venus_sample_" + net);
  }

  static Finished shell(const std::string& commands, const std::string& folder) {
    return run_program({"bash", "-ec", commands}, folder);
  }

  // What the programs of the readme print.
  static std::string follow_readme(const std::string& folder, const std::string& fence = "sh") {
    const std::string commands = commands_of(folder + "/readme.md", fence);
    EXPECT_NE(commands, "") << folder;
    const Finished done = shell(commands, folder);
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    return done.out + done.err;
  }

  static bool has_mips() { return std::filesystem::exists(work_->path("kit/InferenceKit/nna1")); }

  static Workspace* work_;
};

Workspace* Toolkit::work_ = nullptr;

TEST_F(Toolkit, ReadmeOfTheClassifierOnThePcAndOnMips) {
  const std::string pc = follow_readme(sample("resnet18"));
  const std::vector<std::string> classes = lines_with(pc, "class: ");
  ASSERT_EQ(classes.size(), 10u) << pc;  // five by the release program, five by the one with a profile
  EXPECT_EQ(classes[0].rfind("class: 7 ", 0), 0u) << classes[0];
  EXPECT_EQ(std::vector(classes.begin(), classes.begin() + 5), std::vector(classes.begin() + 5, classes.end()));
  if (!has_mips()) GTEST_SKIP() << "NOT RUN on MIPS: " MAGIK_BOARDS "/mipsel is missing; make boards builds it";
  const std::vector<std::string> mips = lines_with(follow_readme(sample("resnet18"), "sh qemu"), "class: ");
  EXPECT_EQ(mips, std::vector(classes.begin(), classes.begin() + 5));
}

TEST_F(Toolkit, ReadmeOfTheDetectorOnThePcAndOnMips) {
  const std::string pc = follow_readme(sample("yolov5s"));
  const std::vector<std::string> boxes =
      lines_with(pc, "box: ");  // of the picture, its NV12 frame, the profile, the memory report
  ASSERT_GE(boxes.size(), 4u) << pc;
  EXPECT_NE(pc.find("Detailed DispatchProfiler Summary"), std::string::npos);
  if (!has_mips()) GTEST_SKIP() << "NOT RUN on MIPS: " MAGIK_BOARDS "/mipsel is missing; make boards builds it";
  const std::vector<std::string> mips = lines_with(follow_readme(sample("yolov5s"), "sh qemu"), "box: ");
  ASSERT_FALSE(mips.empty());
  ASSERT_LE(mips.size(), boxes.size() / 3) << pc;
  EXPECT_EQ(mips, std::vector(boxes.begin(), boxes.begin() + static_cast<ptrdiff_t>(mips.size())));
}

TEST_F(Toolkit, ReadmeOfThePcInferenceAndTheDataCheck) {
  const std::string pc_inference = work_->path("kit/Models/post/pc_inference");
  const std::string out = follow_readme(pc_inference);
  EXPECT_FALSE(lines_with(out, "box: ").empty()) << out;
  EXPECT_TRUE(std::filesystem::exists(pc_inference + "/result.bmp"));
  EXPECT_TRUE(std::filesystem::exists(sample("yolov5s") + "/magik_input_nhwc_1_384_640_3.bin"));
  if (!has_mips()) GTEST_SKIP() << "NOT RUN on MIPS: " MAGIK_BOARDS "/mipsel is missing; make boards builds it";
  const std::string board = follow_readme(sample("yolov5s"), "sh data-check");
  EXPECT_NE(board.find("image_bin shape:1 384 640 3\n"), std::string::npos) << board;
  EXPECT_NE(board.find("1,384,640,4,\n"), std::string::npos) << board;
}

// Sizes, scale and padding that the vendor's guide shows for its test photo.
TEST_F(Toolkit, TraceOfTheGuidesPhoto) {
  if (shared_data().empty()) GTEST_SKIP() << "NOT RUN: no shared data";
  const std::string photo = shared_data() + "/fall_1054_sys.jpg";
  const Finished done = shell(
      "sh ../run_t40.sh && make CROSS_COMPILE= && LD_LIBRARY_PATH=../../../../InferenceKit/pc/lib "
      "./venus_yolov5s_bin_glibc_release yolov5s_t40_magik.bin " +
          photo,
      sample("yolov5s"));
  ASSERT_EQ(done.status, 0) << done.out << done.err;
  const std::string trace = without_times(done.out.substr(done.out.find("image w,h")));
  EXPECT_EQ(trace.rfind("image w,h: 388 ,574\n"
                        "model-->640 ,640 4\n"
                        "input shape:\n"
                        "-->384 640\n"
                        "scale---> 0.668990\n"
                        "resize padding over:\n"
                        "resize valid_dst, w:260 h 384\n"
                        "padding info top :0 bottom 0 left:190 right:190\n"
                        "test_net run time_ms:\n"
                        "pad_x:190 pad_y:0 scale:0.668990\n"
                        "post net time_ms:\n",
                        0),
            0u)
      << trace;
}

TEST_F(Toolkit, MakefileTellsWhatIsWrong) {
  EXPECT_NE(shell("make build_type=fast CROSS_COMPILE= 2>&1", sample("resnet18"))
                .out.find("build_type=fast: expected release, profile, debug or nmem"),
            std::string::npos);
  EXPECT_NE(shell("make libtype=musl CROSS_COMPILE= 2>&1", sample("resnet18"))
                .out.find("libtype=musl: expected muclibc or glibc"),
            std::string::npos);
  EXPECT_NE(shell("make CROSS_COMPILE=no-such- 2>&1", sample("resnet18")).out.find("there is no no-such-g++"),
            std::string::npos);
  EXPECT_NE(shell("make TOPDIR=/nowhere CROSS_COMPILE= 2>&1", sample("resnet18"))
                .out.find("/nowhere/InferenceKit/pc/lib has no libvenus.so"),
            std::string::npos);
}

TEST_F(Toolkit, ProgramsTellWhatIsWrong) {
  const std::string build = "make CROSS_COMPILE= >&2; export LD_LIBRARY_PATH=../../../../InferenceKit/pc/lib; ";
  const std::string program = "./venus_resnet18_bin_glibc_release ";
  EXPECT_EQ(shell(build + program, sample("resnet18")).status, 2);
  EXPECT_NE(shell(build + program + "none.bin 7_027.jpg", sample("resnet18")).err.find("none.bin"), std::string::npos);
  EXPECT_NE(shell(build + program + "resnet18_t40_magik.bin none.png", sample("resnet18")).err.find("none.png"),
            std::string::npos);
}

}  // namespace
}  // namespace magik::e2e
