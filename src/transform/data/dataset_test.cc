#include "transform/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;
using test::TestFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kKey[] = "QUANT_DATASET_PATH";

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
std::vector<T> values_of(const InputData& data) {
  std::vector<T> values(data.bytes.size() / sizeof(T));
  std::memcpy(values.data(), data.bytes.data(), data.bytes.size());
  return values;
}

void add_input(rt::Graph& graph, const std::string& name, rt::ElementType type, rt::Shape shape,
               std::vector<uint8_t> source_axes = {}) {
  rt::Value value;
  value.name = name;
  value.type = type;
  value.shape = shape;
  value.source_axes = std::move(source_axes);
  graph.inputs.push_back(graph.add_value(std::move(value)));
  const bool pixels = type == rt::ElementType::kUint8;
  graph.preprocessing.push_back({pixels ? rt::InputKind::kPixels : rt::InputKind::kFloat,
                                 pixels ? (shape[3] == 1 ? "GRAY" : "RGB") : "",
                                 pixels ? "STRETCH" : "",
                                 {},
                                 {}});
}

// One pixel input of 2x2, RGB, NCHW in the source.
rt::Graph pixel_graph() {
  rt::Graph graph;
  add_input(graph, "data", rt::ElementType::kUint8, {1, 2, 2, 3}, {0, 2, 3, 1});
  return graph;
}

rt::Graph two_input_graph() {
  rt::Graph graph;
  add_input(graph, "x/0", rt::ElementType::kFloat32, {1, 1, 2, 3}, {0, 2, 3, 1});
  add_input(graph, "state", rt::ElementType::kFloat32, {1, 4});
  return graph;
}

class DatasetTest : public testing::Test {
 protected:
  std::unique_ptr<Dataset> open(const rt::Graph& graph, size_t limit = 0, const std::string& layout = "",
                                const std::string& name = "") {
    return open_dataset(folder_.path(name), kKey, graph, layout, limit);
  }
  std::string error(const rt::Graph& graph, const std::string& name = "") {
    return error_of([&] {
      const auto dataset = open(graph, 0, "", name);
      for (size_t i = 0; i < dataset->size(); ++i) dataset->load(i);
    });
  }

  TestFolder folder_;
};

TEST_F(DatasetTest, ImagesInTheOrderOfTheirNames) {
  for (const char* name : {"b.PPM", "a.ppm", "c.ppm"}) {
    folder_.write(name, "P6 2 2 255\n" + std::string(12, name[0]));
  }
  folder_.write("labels.txt", "not data");
  folder_.write(".hidden.ppm", "not data");
  const auto dataset = open(pixel_graph());
  ASSERT_EQ(dataset->size(), 3u);
  EXPECT_EQ(dataset->name(0), "a.ppm");
  EXPECT_EQ(dataset->name(1), "b.PPM");
  const std::vector<InputData> item = dataset->load(1);
  ASSERT_EQ(item.size(), 1u);
  EXPECT_EQ(item[0].type, rt::ElementType::kUint8);
  EXPECT_EQ(values_of<uint8_t>(item[0]), std::vector<uint8_t>(12, 'b'));
  EXPECT_EQ(open(pixel_graph(), 2)->size(), 2u);
  EXPECT_THAT(probe_dataset(folder_.path(), kKey, pixel_graph()), ElementsAre(ItemKind::kImages));
}

TEST_F(DatasetTest, ImagesAreResizedAndColored) {
  folder_.write("a.ppm", "P6 4 4 255\n" + std::string(48, 'x'));
  rt::Graph graph = pixel_graph();
  graph.preprocessing[0].color = "GRAY";
  EXPECT_THAT(error(graph), HasSubstr("a.ppm: GRAY images have 1 channel, but the input data has 3"));
  EXPECT_EQ(values_of<uint8_t>(open(pixel_graph())->load(0)[0]), std::vector<uint8_t>(12, 'x'));
}

TEST_F(DatasetTest, BinOfTheSourceLayoutIsTransposed) {
  const std::vector<uint8_t> planes = {1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24};
  folder_.write("a.bin", bytes_of(planes));
  folder_.write("b.bin", bytes_of(std::vector<float>(planes.begin(), planes.end())));
  const auto dataset = open(pixel_graph());
  const auto pixels = ElementsAre(1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24);
  EXPECT_THAT(values_of<uint8_t>(dataset->load(0)[0]), pixels);
  EXPECT_THAT(values_of<uint8_t>(dataset->load(1)[0]), pixels);
  EXPECT_EQ(values_of<uint8_t>(open(pixel_graph(), 0, "NHWC")->load(0)[0]), planes);
  EXPECT_THAT(probe_dataset(folder_.path(), kKey, pixel_graph()), ElementsAre(ItemKind::kBinUint8));
}

TEST_F(DatasetTest, FloatInputsTakeBothTypes) {
  rt::Graph graph;
  add_input(graph, "x", rt::ElementType::kFloat32, {1, 3});
  folder_.write("a.bin", bytes_of(std::vector<uint8_t>{1, 2, 255}));
  folder_.write("b.bin", bytes_of(std::vector<float>{-1, 0.5f, 1000}));
  const auto dataset = open(graph);
  EXPECT_THAT(values_of<float>(dataset->load(0)[0]), ElementsAre(1, 2, 255));
  EXPECT_THAT(values_of<float>(dataset->load(1)[0]), ElementsAre(-1, 0.5f, 1000));
}

TEST_F(DatasetTest, SeveralInputsInFoldersOfNumericOrder) {
  for (const char* item : {"10", "2", "0"}) {
    const float number = std::stof(item);
    folder_.write(std::string(item) + "/x_0.bin", bytes_of(std::vector<float>(6, number)));
    folder_.write(std::string(item) + "/state_input.bin", bytes_of(std::vector<float>(4, -number)));
  }
  const auto dataset = open(two_input_graph());
  ASSERT_EQ(dataset->size(), 3u);
  EXPECT_EQ(dataset->name(0), "0");
  EXPECT_EQ(dataset->name(1), "2");
  EXPECT_EQ(dataset->name(2), "10");
  const std::vector<InputData> item = dataset->load(2);
  EXPECT_EQ(values_of<float>(item[0]), std::vector<float>(6, 10));
  EXPECT_EQ(values_of<float>(item[1]), std::vector<float>(4, -10));
  EXPECT_THAT(probe_dataset(folder_.path(), kKey, two_input_graph()),
              ElementsAre(ItemKind::kBinFloat, ItemKind::kBinFloat));
  // One item alone, and one input of several folders.
  EXPECT_EQ(open(two_input_graph(), 0, "", "2")->size(), 1u);
  rt::Graph one;
  add_input(one, "state", rt::ElementType::kFloat32, {1, 4});
  EXPECT_EQ(open(one)->size(), 3u);
}

TEST_F(DatasetTest, OneFile) {
  folder_.write("a.ppm", "P6 2 2 255\n" + std::string(12, 'x'));
  const auto dataset = open(pixel_graph(), 0, "", "a.ppm");
  EXPECT_EQ(dataset->size(), 1u);
  EXPECT_EQ(dataset->name(0), "a.ppm");
  EXPECT_THAT(error(two_input_graph(), "a.ppm"), HasSubstr("is one file, but the network has 2 inputs (x/0, state)"));
}

TEST_F(DatasetTest, ErrorsNameTheFileAndWhatWasExpected) {
  EXPECT_THAT(error(pixel_graph(), "none"),
              HasSubstr("QUANT_DATASET_PATH: \"" + folder_.path("none") + "\" does not exist, expected a folder"));
  EXPECT_THAT(error(pixel_graph()), HasSubstr("has no data, expected images (jpg, jpeg, png, bmp, ppm, pgm) or .bin"));
  EXPECT_THAT(error(two_input_graph()),
              HasSubstr("has no data, expected one folder for each item, each with x_0.bin, state.bin"));
  folder_.write("short/a.bin", "12345");
  EXPECT_EQ(error(pixel_graph(), "short"),
            "QUANT_DATASET_PATH: " + folder_.path("short/a.bin") +
                ": it has 5 bytes, expected 48 (float32) or 12 (uint8) for the input data of shape 1x2x2x3");
  EXPECT_EQ(error_of([&] { probe_dataset(folder_.path("short"), kKey, pixel_graph()); }),
            error(pixel_graph(), "short"));
  folder_.write("damaged/a.ppm", "P6 2 2 255\nab");
  EXPECT_THAT(error(pixel_graph(), "damaged"),
              StartsWith("QUANT_DATASET_PATH: " + folder_.path("damaged/a.ppm") + ": damaged PNM"));
  folder_.write("mixed/a.ppm", "");
  folder_.write("mixed/b.bin", "");
  EXPECT_THAT(error(pixel_graph(), "mixed"), HasSubstr("has both images and .bin files"));
  folder_.write("missing/0/state.bin", bytes_of(std::vector<float>(4)));
  EXPECT_THAT(error(two_input_graph(), "missing"), HasSubstr("has no data for the input x/0, expected x_0.bin or"));
  folder_.write("range/a.bin", bytes_of(std::vector<float>(12, -3)));
  EXPECT_THAT(
      error(pixel_graph(), "range"),
      HasSubstr("range/a.bin: it has the value -3, expected pixels from 0 to 255: raw ones, before mean and normal; "
                "COLOR, or uint8 data, make its input take pixels"));
  folder_.write("image/0/x_0.ppm", "P6 2 2 255\n" + std::string(12, 'x'));
  folder_.write("image/0/state.bin", bytes_of(std::vector<float>(4)));
  EXPECT_THAT(error(two_input_graph(), "image"), HasSubstr("x_0.ppm: an image, but the input x/0 of shape 1x1x2x3"));
}

}  // namespace
}  // namespace magik::transform
