#include "transform/debug/debug_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "transform/debug/dump.h"
#include "transform/error.h"
#include "transform/test_folder.h"
#include "venus/core/dump_index.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

class DebugFolderTest : public ::testing::Test {
 protected:
  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  // The files of one item, with one node and pixels.
  static void write_item(const fs::path& folder, const std::string& node) {
    write(folder / "input.bin", node);
    write(folder / "input_uint8.bin", node);
    for (const char* network : {kFloatFolder, kLevelsFolder, kRealValuesFolder}) {
      write(folder / network / (node + ".bin"), node);
    }
    write(folder / rt::kDumpIndexFile,
          rt::dump_index_text({{"x", rt::kInputOp, rt::ElementType::kUint8, {1}, "../input_uint8.bin", {}},
                               {node, "Relu", rt::ElementType::kUint8, {1}, node + ".bin", {"x"}}}));
  }
  void dump(const std::string& node, const std::vector<std::string>& items = {""}) const {
    DebugFolder folder(target_);
    write(folder.path() / kNodeInfoFile, node);
    for (const std::string& item : items) write_item(folder.path() / item, node);
    folder.commit();
  }
  std::vector<std::string> files(const fs::path& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const bool empty_folder = entry.is_directory() && fs::is_empty(entry);
      if (!entry.is_directory() || empty_folder) names.push_back(entry.path().lexically_relative(folder).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  const test::TestFolder work_;
  const fs::path target_ = fs::path(work_.path()) / "dumps";
};

TEST_F(DebugFolderTest, ReplacesTheDumpsOfAnEarlierRun) {
  const auto one_item = ElementsAre("dump_index.json", "float_model/new.bin", "input.bin", "input_uint8.bin",
                                    "model_node_info.json", "ptq_model/new.bin", "ptq_model_dequantize/new.bin");
  dump("old");
  dump("new");
  EXPECT_THAT(files(target_), one_item);
  dump("all", {"item0", "item1"});
  EXPECT_EQ(files(target_).size(), 2 * 6u + 2);
  EXPECT_FALSE(fs::exists(target_ / "input.bin"));
  dump("new");
  EXPECT_THAT(files(target_), one_item);
}

TEST_F(DebugFolderTest, KeepsWhatItDidNotWrite) {
  const std::vector<std::string> mine = {
      "board/dump_index.json", "board/node.bin", "float_model/mine.bin", "item0/notes.txt", "item0/other/my.bin",
      "my_input.bin",          "notes.txt"};
  dump("old", {"item0"});
  for (const std::string& file : mine) write(target_ / file, "mine");
  write(target_ / "board/dump_index.json",
        rt::dump_index_text({{"node", "Relu", rt::ElementType::kUint8, {1}, "node.bin", {}}}));
  dump("new");
  dump("newer");
  std::vector<std::string> expected = mine;
  for (const char* file : {"dump_index.json", "float_model/newer.bin", "input.bin", "input_uint8.bin",
                           "model_node_info.json", "ptq_model/newer.bin", "ptq_model_dequantize/newer.bin"}) {
    expected.emplace_back(file);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(files(target_), expected);
}

TEST_F(DebugFolderTest, TakesNothingFromAFolderThatItDidNotMake) {
  write_item(target_, "foreign");
  dump("new");
  EXPECT_THAT(files(target_), IsSupersetOf({"ptq_model/foreign.bin", "ptq_model/new.bin"}));
}

TEST_F(DebugFolderTest, WithoutACommitAllStaysAsItWas) {
  { write(DebugFolder(target_).path() / "input.bin", "x"); }
  EXPECT_FALSE(fs::exists(target_));
  dump("old");
  const auto before = files(target_);
  {
    const DebugFolder folder(target_);
    write_item(folder.path(), "new");
  }
  EXPECT_EQ(files(target_), before);
}

TEST_F(DebugFolderTest, RemovesWhatAKilledRunLeft) {
  write(target_ / ".incomplete" / "left.bin", "x");
  { const DebugFolder folder(target_); }
  EXPECT_THAT(files(target_), IsEmpty());
}

TEST_F(DebugFolderTest, AnotherRunWaits) {
  std::future<void> other;
  {
    DebugFolder folder(target_);
    other = std::async(std::launch::async, [this] { dump("second"); });
    write_item(folder.path(), "first");
    EXPECT_EQ(other.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
    write(folder.path() / kNodeInfoFile, "first");
    folder.commit();
  }
  other.get();
  EXPECT_FALSE(fs::exists(target_ / kLevelsFolder / "first.bin"));
  EXPECT_TRUE(fs::exists(target_ / kLevelsFolder / "second.bin"));
}

TEST_F(DebugFolderTest, FollowsALinkToAnotherDisk) {
  fs::create_directory(work_.path("elsewhere"));
  fs::create_directory_symlink("elsewhere", target_);
  dump("old");
  dump("new");
  EXPECT_TRUE(fs::is_symlink(target_));
  EXPECT_TRUE(work_.has("elsewhere/ptq_model/new.bin"));
}

TEST_F(DebugFolderTest, KeepsCopiesOfItemFoldersAndLinks) {
  dump("old", {"item0", "item1", "item2"});
  fs::copy(target_ / "item0", target_ / "item0_before", fs::copy_options::recursive);
  fs::rename(target_ / "item1", work_.path("archive"));
  fs::create_directory_symlink(work_.path("archive"), target_ / "item1");
  const auto archive = files(work_.path("archive"));
  dump("new", {"item0"});
  EXPECT_EQ(files(target_ / "item0_before"), archive);
  EXPECT_EQ(files(work_.path("archive")), archive);
  EXPECT_TRUE(fs::is_symlink(target_ / "item1"));
  EXPECT_FALSE(fs::exists(target_ / "item2"));
  EXPECT_THAT(test::error_of([&] { dump("new", {"item1"}); }),
              HasSubstr((target_ / "item1").string() + ": cannot make the folder: it is a file or a link"));
  EXPECT_EQ(files(work_.path("archive")), archive);
}

TEST_F(DebugFolderTest, ItemsMayHaveTheNamesOfFiles) {
  dump("old", {"input.bin"});
  dump("new");
  EXPECT_TRUE(fs::is_regular_file(target_ / "input.bin"));
  dump("newer", {"input.bin"});
  EXPECT_TRUE(fs::is_regular_file(target_ / "input.bin" / "input.bin"));
}

TEST_F(DebugFolderTest, ErrorsNameTheFile) {
  dump("old");
  fs::remove(target_ / "input.bin");
  write(target_ / "input.bin" / "mine.txt", "x");
  for (const std::string earlier : {"one item", "an item of that name"}) {
    const auto before = files(target_);
    EXPECT_THAT(test::error_of([&] { dump("new"); }),
                HasSubstr((target_ / "input.bin").string() + ": cannot write the file: it is a folder"))
        << earlier;
    EXPECT_EQ(files(target_), before) << earlier;
    dump("all", {"input.bin"});
  }
  work_.write("file", "x");
  EXPECT_THAT(test::error_of([&] { DebugFolder(work_.path("file")); }),
              HasSubstr(work_.path("file") + ": cannot open the folder: Not a directory"));
}

}  // namespace
}  // namespace magik::transform
