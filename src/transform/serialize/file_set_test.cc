#include "transform/serialize/file_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;
using test::TestFolder;
namespace fs = std::filesystem;

size_t count_files(const std::string& folder) {
  return static_cast<size_t>(std::distance(fs::recursive_directory_iterator(folder), {}));
}

TEST(FileSet, WritesAllAtTheEnd) {
  TestFolder folder;
  folder.write("a", "old");
  FileSet files;
  files.add(folder.path("a"), "new");
  files.add(folder.path("sub/deep/b"), std::string_view("\0x", 2));
  EXPECT_EQ(folder.read("a"), "old");
  EXPECT_FALSE(folder.has("sub/deep/b"));
  files.commit();
  EXPECT_EQ(folder.read("a"), "new");
  EXPECT_EQ(folder.read("sub/deep/b"), std::string("\0x", 2));
  EXPECT_EQ(count_files(folder.path()), 4u);  // a, sub, sub/deep, b: no temporary files
}

TEST(FileSet, LeavesNothingWithoutCommit) {
  TestFolder folder;
  folder.write("a", "old");
  {
    FileSet files;
    files.add(folder.path("a"), "new");
    files.add(folder.path("b"), "new");
  }
  EXPECT_EQ(folder.read("a"), "old");
  EXPECT_EQ(count_files(folder.path()), 1u);
}

TEST(FileSet, ErrorsNameTheFile) {
  TestFolder folder;
  folder.write("file", "x");
  fs::create_directory(folder.path("folder"));
  FileSet files;
  EXPECT_THAT(error_of([&] { files.add(folder.path("folder"), "x"); }),
              testing::HasSubstr(folder.path("folder") + ": cannot write the file: it is a folder"));
  EXPECT_THAT(error_of([&] { files.add(folder.path("file/below"), "x"); }),
              testing::HasSubstr(folder.path("file/below") + ": cannot write the file: "));
}

}  // namespace
}  // namespace magik::transform
