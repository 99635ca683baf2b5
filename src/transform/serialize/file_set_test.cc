#include "transform/serialize/file_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

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

TEST(FileSet, LeavesNoNewFoldersWithoutCommit) {
  TestFolder folder;
  folder.write("old/file", "x");
  {
    FileSet files;
    files.add(folder.path("new/deep/a"), "a");
    files.add(folder.path("new/deep/deeper/b"), "b");
    files.add(folder.path("old/c"), "c");
  }
  EXPECT_EQ(count_files(folder.path()), 2u);  // old, old/file
}

TEST(FileSet, LinksStay) {
  TestFolder folder;
  folder.write("real", "old");
  fs::create_symlink("real", folder.path("link"));
  fs::create_symlink("nowhere", folder.path("dangling"));
  FileSet files;
  files.add(folder.path("link"), "new");
  files.commit();
  EXPECT_TRUE(fs::is_symlink(folder.path("link")));
  EXPECT_EQ(folder.read("real"), "new");
  EXPECT_NE(error_of([&] { FileSet().add(folder.path("dangling/a"), "x"); }), "");
  EXPECT_TRUE(fs::is_symlink(folder.path("dangling")));
}

TEST(FileSet, SignalsWaitUntilTheFilesAreThere) {
  for (const bool commits : {true, false}) {
    TestFolder folder;
    const pid_t child = fork();
    if (child == 0) {
      {
        FileSet files;
        files.add(folder.path("a"), "whole");
        std::raise(SIGINT);
        files.add(folder.path("b"), "whole");
        if (commits) files.commit();
      }
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    EXPECT_EQ(count_files(folder.path()), commits ? 2u : 0u);
    if (commits) {
      EXPECT_EQ(folder.read("b"), "whole");
    }
  }
}

TEST(FileSet, AFileTooLargeForTheProcessIsAnError) {
  TestFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const std::string error = error_of([&] { FileSet().add(folder.path("a"), std::string(5000, 'x')); });
    _exit(error == folder.path("a") + ": cannot write the file: File too large" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(count_files(folder.path()), 0u);
}

TEST(FileSet, RemovesWhatAnEarlierRunLeftWhenTheNewFilesAreThere) {
  TestFolder folder;
  folder.write("old", "x");
  {
    FileSet files;
    files.remove(folder.path("old"));
  }
  EXPECT_TRUE(folder.has("old")) << "without a commit";
  FileSet files;
  files.add(folder.path("new"), "x");
  files.remove(folder.path("old"));
  files.remove(folder.path("never there"));
  files.commit();
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
