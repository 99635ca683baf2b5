#include "venus/core/files.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace magik::rt {
namespace {

using testing::StartsWith;
using testing::UnorderedElementsAre;

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    std::string name = testing::TempDir() + "magik_files_XXXXXX";
    folder_ = mkdtemp(&name[0]);
  }
  ~FilesTest() override {
    for (const std::string& file : files()) std::remove(path(file).c_str());
    std::remove(folder_.c_str());
  }

  std::string path(const std::string& file) const { return folder_ + "/" + file; }
  std::vector<std::string> files() const {  // hidden ones too
    std::vector<std::string> names;
    DIR* folder = opendir(folder_.c_str());
    while (const dirent* entry = readdir(folder)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    closedir(folder);
    return names;
  }
  std::string text(const std::string& file) const {
    std::ifstream in(path(file), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string write(const std::string& file, const std::string& bytes) const {
    return write_file(path(file), bytes.data(), bytes.size()).message();
  }

  std::string folder_;
};

// Files of this process may not grow beyond `bytes`: what a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_;
};

TEST_F(FilesTest, WritesAndReplaces) {
  EXPECT_EQ(write("a", "old"), "");
  EXPECT_EQ(write("a", std::string("\0x", 2)), "");
  EXPECT_EQ(text("a"), std::string("\0x", 2));
  EXPECT_EQ(write("empty", ""), "");
  EXPECT_THAT(files(), UnorderedElementsAre("a", "empty"));
}

TEST_F(FilesTest, AFailedWriteLeavesTheOldFileAndNoHalf) {
  ASSERT_EQ(write("a", "old"), "");
  const FileSizeLimit limit(1000);
  EXPECT_EQ(write("a", std::string(5000, 'x')), path("a") + ": cannot write the file: File too large");
  EXPECT_EQ(write("b", std::string(5000, 'x')), path("b") + ": cannot write the file: File too large");
  EXPECT_EQ(text("a"), "old");
  EXPECT_THAT(files(), UnorderedElementsAre("a"));
}

TEST_F(FilesTest, ErrorsNameTheFile) {
  EXPECT_EQ(write("none/a", "x"), path("none/a") + ": cannot write the file: No such file or directory");
  EXPECT_THAT(write_file(folder_, "x", 1).message(), StartsWith(folder_ + ": cannot write the file: "));
  EXPECT_THAT(write_file("/dev/full", "x", 1).message(), StartsWith("/dev/full: cannot write the file: No space left"));
}

TEST_F(FilesTest, LinksAndDevicesStay) {
  ASSERT_EQ(write("a", "old"), "");
  ASSERT_EQ(symlink("a", path("link").c_str()), 0);
  EXPECT_EQ(write("link", "new"), "");
  EXPECT_EQ(text("a"), "new");
  EXPECT_THAT(files(), UnorderedElementsAre("a", "link"));
  EXPECT_TRUE(write_file("/dev/null", "x", 1).ok());
  struct stat status;
  ASSERT_EQ(stat("/dev/null", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
}

}  // namespace
}  // namespace magik::rt
