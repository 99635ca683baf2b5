#include "transform/serialize/model_header.h"

#include <gtest/gtest.h>

#include <random>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

TEST(ModelHeader, ClassName) {
  EXPECT_EQ(model_class_name("t40_graph_vgg16"), "MagikModelT40GraphVgg16Mk");
  EXPECT_EQ(model_class_name("resnet18"), "MagikModelResnet18Mk");
  EXPECT_EQ(model_class_name("a-b.c"), "MagikModelABCMk");
  EXPECT_EQ(model_class_name("yoloV5"), "MagikModelYoloV5Mk");
  EXPECT_EQ(model_class_name("m\xc3\xb6 d\xc3\xa9l \xe4\xb8\xad"), "MagikModelMXC3B6DXC3A9LXE4B8ADMk");
  EXPECT_EQ(model_class_name("\xe4\xb8\xad"), "MagikModelXE4B8ADMk");
}

// Compiles the header as C++11, twice in one program, and lets that compare it with the model.
TEST(ModelHeader, CompilesAsCxx11AndHoldsTheBytes) {
  std::vector<uint8_t> model;
  for (int i = 0; i < 256; ++i) {
    for (const char next : {'0', '7', '8', 'a', '\0', '"', '?'}) {
      model.push_back(static_cast<uint8_t>(i));
      model.push_back(static_cast<uint8_t>(next));
    }
  }
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i) model.push_back(static_cast<uint8_t>(random()));

  test::TestFolder folder;
  folder.write("model.bin", {reinterpret_cast<const char*>(model.data()), model.size()});
  folder.write("magik_model_net.mk.h", model_header("net", model));
  folder.write("other.cc",
               "#include \"magik_model_net.mk.h\"\nconst void* other() { return MagikModelNetMk::data; }\n");
  folder.write("main.cc", R"(
    #include "magik_model_net.mk.h"
    #include <fstream>
    #include <iterator>
    #include <string>
    const void* other();
    int main(int, char** argv) {
      MagikModelNetMk m;
      std::ifstream file(argv[1], std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      if (std::string((const char*)m.data, m.size) != bytes) return 1;
      if (reinterpret_cast<std::size_t>(m.data) % 64 != 0) return 2;
      return other() == m.data ? 0 : 3;
    })");
  const std::string in = "cd " + folder.path() + " && ";
  ASSERT_EQ(std::system((in + "g++ -std=c++11 -Wall -Wextra -Wpedantic -Werror main.cc other.cc -o main").c_str()), 0);
  EXPECT_EQ(std::system((in + "./main model.bin").c_str()), 0);
}

}  // namespace
}  // namespace magik::transform
