#include "transform/data/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using rt::ElementType;
using test::TestFolder;
using testing::ElementsAre;
using testing::HasSubstr;

std::string file(const std::string& header, const std::string& data) {
  std::string text = "\x93NUMPY";
  text += '\x01';
  text += '\x00';
  text += static_cast<char>(header.size());
  text += '\x00';
  return text + header + data;
}

template <typename T>
std::string bytes_of(std::initializer_list<T> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(T)};
}

std::string header(const std::string& descr, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
}

TEST(Npy, WritesWhatItReads) {
  TestFolder folder;
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{2, 3}, {6}, {}, {1, 0, 2}}) {
    for (const ElementType type : {ElementType::kFloat32, ElementType::kInt32, ElementType::kUint8,
                                   ElementType::kUint16, ElementType::kInt8, ElementType::kBool}) {
      NpyArray array{shape, type, {}};
      size_t bytes = rt::element_size(type);
      for (const int64_t dim : shape) bytes *= static_cast<size_t>(dim);
      for (size_t i = 0; i < bytes; ++i) array.bytes.push_back(static_cast<uint8_t>(i));
      ASSERT_TRUE(write_npy(folder.path("a.npy"), array).ok());
      rt::Result<NpyArray> read = read_npy(folder.path("a.npy"));
      ASSERT_TRUE(read.ok()) << read.message();
      EXPECT_EQ(read.value().shape, shape);
      EXPECT_EQ(read.value().type, type);
      EXPECT_EQ(read.value().bytes, array.bytes);
    }
  }
}

TEST(Npy, DataIsAlignedAsNumPyDoes) {
  TestFolder folder;
  ASSERT_TRUE(write_npy(folder.path("a.npy"), {{1, 2}, ElementType::kFloat32, std::vector<uint8_t>(8)}).ok());
  const std::string text = folder.read("a.npy");
  EXPECT_EQ(text.size() % 64, 8u);
  EXPECT_THAT(text, HasSubstr("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"));
}

TEST(Npy, WiderTypesAreConverted) {
  TestFolder folder;
  rt::Result<NpyArray> doubles =
      read_npy(folder.write("a.npy", file(header("<f8", "(2,)"), bytes_of<double>({0.5, -2}))));
  ASSERT_TRUE(doubles.ok()) << doubles.message();
  EXPECT_EQ(doubles.value().type, ElementType::kFloat32);
  float floats[2];
  std::memcpy(floats, doubles.value().bytes.data(), sizeof floats);
  EXPECT_THAT(floats, ElementsAre(0.5f, -2.0f));
  rt::Result<NpyArray> longs = read_npy(folder.write(
      "b.npy", file(header("<i8", "(3,)"), bytes_of<int64_t>({7, int64_t{1} << 40, -(int64_t{1} << 40)}))));
  ASSERT_TRUE(longs.ok()) << longs.message();
  int32_t ints[3];
  std::memcpy(ints, longs.value().bytes.data(), sizeof ints);
  EXPECT_THAT(ints, ElementsAre(7, INT32_MAX, INT32_MIN));
}

TEST(Npy, Errors) {
  TestFolder folder;
  const auto error = [&](const std::string& text) {
    rt::Result<NpyArray> read = read_npy(folder.write("a.npy", text));
    return read.message();
  };
  EXPECT_THAT(read_npy("/no/such.npy").message(), HasSubstr("/no/such.npy: cannot open the file"));
  EXPECT_THAT(error("text"), HasSubstr("a.npy: not an .npy file"));
  EXPECT_THAT(error(file(header("<f4", "(2,)"), "1234")), HasSubstr("it ends early, expected 8 bytes of data"));
  EXPECT_THAT(error(file(header("<c8", "(2,)"), "")), HasSubstr("element type '<c8' cannot be read"));
  EXPECT_THAT(error(file(header(">f4", "(1,)"), "1234")), HasSubstr("expected a little-endian one"));
  EXPECT_THAT(error(file("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "1234")),
              HasSubstr("the array is column-major"));
  EXPECT_THAT(error(file(header("<f4", "(-1,)"), "")), HasSubstr("its header has no shape"));
  EXPECT_THAT(error(file(header("<f4", "(99999999, 99999999)"), "")), HasSubstr("the array is too large"));
  EXPECT_THAT(error(file(header("<f4", "(1"), "")), HasSubstr("its header has no shape"));
  EXPECT_THAT(error(file(header("<f4", "(1,)"), "").substr(0, 30)), HasSubstr("its header ends early"));
}

}  // namespace
}  // namespace magik::transform
