// The public interface's tensors, memory and headers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

#include "venus.h"
#include "venus_ext.h"

namespace magik {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using venus::shape_t;
using venus::Tensor;

TEST(Tensor, HasRoomForFourBytesAnElement) {
  Tensor tensor({1, 3, 2, 1});
  EXPECT_EQ(tensor.shape(), (shape_t{1, 3, 2, 1}));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data<float>()) % 64, 0u);
  std::fill_n(tensor.mudata<float>(), 16, 1.0f);  // rounded up to 64 bytes
  const shape_t shape = {1, 100, 100, 4};
  Tensor large(shape);
  std::fill_n(large.mudata<float>(), 40000, 1.0f);
  EXPECT_EQ(large.step(0), 40000);
  EXPECT_EQ(large.step(2), 4);
  EXPECT_EQ(large.step(3), 1);
  EXPECT_LT(large.step(4), 0);
}

TEST(Tensor, CopiesShareTheData) {
  Tensor a({1, 4});
  const Tensor b(a);
  a.mudata<float>()[3] = 7;
  EXPECT_EQ(b.data<float>()[3], 7);
  Tensor c({1, 1});
  c = b;
  EXPECT_EQ(c.data<float>(), a.data<float>());
  const Tensor d(a.get_tsx());
  EXPECT_EQ(d.data<float>(), a.data<float>());
  std::vector<Tensor> many(3, a);
  many.clear();
  EXPECT_EQ(a.data<float>()[3], 7);
}

TEST(Tensor, ReshapeGrowsAndKeepsThePlaceWhereItCan) {
  const Tensor tensor({1, 8, 8, 4});
  const auto* before = tensor.data<uint8_t>();
  tensor.reshape({1, 4, 4, 4});
  EXPECT_EQ(tensor.data<uint8_t>(), before);
  shape_t larger = {1, 100, 100, 4};
  tensor.reshape(larger);
  std::fill_n(tensor.mudata<float>(), 40000, 1.0f);
  tensor.reshape({1, -1, 2});
  EXPECT_EQ(tensor.shape(), larger);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("dimension -1"));
  tensor.reshape({1 << 20, 1 << 20});
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("more than 2^31 elements"));
}

TEST(Tensor, ClientMemory) {
  float data[4] = {1, 2, 3, 4};
  Tensor tensor(data, sizeof data);
  EXPECT_EQ(tensor.data<float>(), data);
  EXPECT_EQ(tensor.shape(), (shape_t{16}));
  tensor.reshape({1, 2, 2, 1});
  EXPECT_EQ(tensor.data<float>(), data);
  Tensor other({1, 4});
  EXPECT_EQ(other.set_data(data, sizeof data), 0);
  EXPECT_EQ(other.data<float>()[2], 3);
  EXPECT_LT(other.set_data(nullptr, 4), 0);
  other.free_data();
  EXPECT_EQ(other.data<float>(), nullptr);
}

TEST(Memory, IsAlignedAndCounted) {
  const uint32_t before = venus::venus_get_used_mem_size();
  void* a = venus::nmem_malloc(1000);
  void* b = venus::nmem_memalign(4096, 10);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(b) % 4096, 0u);
  // Each with its header's alignment, as multiples of 64.
  EXPECT_EQ(venus::venus_get_used_mem_size() - before, 1000u + 64 + 24 + 10 + 4096 + 54);
  std::vector<uint8_t> bytes(10, 5);
  venus::memcopy(b, bytes.data(), 10);
  EXPECT_EQ(static_cast<uint8_t*>(b)[9], 5);
  EXPECT_EQ(venus::nmem_memalign(48, 10), nullptr);
  venus::nmem_free(a);
  venus::nmem_free(b);
  venus::nmem_free(nullptr);
  {
    const Tensor tensor({1, 100});
    EXPECT_EQ(venus::venus_get_used_mem_size() - before, 448u);
  }
  EXPECT_EQ(venus::venus_get_used_mem_size(), before);
}

TEST(Postproc, NmsKeepsTheBestOfEachClass) {
  std::vector<venus::ObjBbox_t> boxes = {
      {{0, 0, 10, 10}, 0.5f, 0}, {{0, 0, 10, 9}, 0.9f, 0}, {{0, 0, 10, 10}, 0.4f, 1}, {{20, 0, 30, 10}, 0.3f, 0}};
  std::vector<venus::ObjBbox_t> kept = {{{0, 0, 1, 1}, 0.1f, 5}};
  venus::nms(boxes, kept, 0.6f);  // appends
  ASSERT_EQ(kept.size(), 4u);
  EXPECT_EQ(kept[1].score, 0.9f);
  EXPECT_EQ(kept[2].class_id, 1);
  EXPECT_EQ(kept[3].score, 0.3f);
  std::vector<venus::ObjBbox_t> none, soft;
  venus::nms(none, soft);
  EXPECT_TRUE(soft.empty());
  venus::nms(boxes, soft, 0.6f, venus::NmsType::SOFT_NMS);
  ASSERT_EQ(soft.size(), 4u);
  EXPECT_NEAR(soft[3].score, 0.5f * 0.1f, 1e-6);  // overlap 0.9
}

TEST(Postproc, NmsTakesThresholdsThatNoOverlapReaches) {
  std::vector<venus::ObjBbox_t> boxes = {
      {{0, 0, 10, 10}, 0.5f, 0}, {{0, 0, 10, 10}, 0.9f, 0}, {{20, 0, 30, 10}, 0.3f, 0}};
  std::vector<venus::ObjBbox_t> all, one;
  venus::nms(boxes, all, 1.5f);
  EXPECT_EQ(all.size(), 3u);
  venus::nms(boxes, one, -1);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].score, 0.9f);
}

TEST(Postproc, GenerateBoxDecodesYolo) {
  // One cell of 1x2, one box, two classes.
  Tensor head({1, 1, 2, 7});
  std::fill_n(head.mudata<float>(), 14, -20.0f);
  const float raw[7] = {0, 0, 0, 0, 20, -20, 20};
  std::copy_n(raw, 7, head.mudata<float>() + 7);
  std::vector<Tensor> features = {head};
  std::vector<float> strides = {8}, anchors = {10, 20};
  std::vector<venus::ObjBbox_t> found;
  venus::generate_box(features, strides, anchors, found, 16, 8, 2, 1, 0.3f, venus::DetectorType::YOLOV5);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].class_id, 1);
  EXPECT_NEAR(found[0].score, 1, 1e-6);
  // xy = (2 * 0.5 - 0.5 + (1, 0)) * 8 = (12, 4), wh = the anchor
  EXPECT_NEAR(found[0].box.x0, 7, 1e-5);
  EXPECT_NEAR(found[0].box.y0, -6, 1e-5);
  EXPECT_NEAR(found[0].box.x1, 17, 1e-5);
  EXPECT_NEAR(found[0].box.y1, 14, 1e-5);
  venus::generate_box(features, strides, anchors, found, 16, 8, 2, 1, 0.3f);  // YOLOV3: the same centre and size here
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NEAR(found[1].box.x0, 7, 1e-5);
  found.clear();
  venus::generate_box(features, strides, anchors, found, 16, 8, 3, 1, 0.3f);
  EXPECT_TRUE(found.empty());
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("feature 0 is not {1, h, w, 8}"));
}

TEST(Postproc, MatMulReadsAnAmbiguousShapeAsItFits) {
  // {1, 1, 2, 1} is a row {1, m, k, 1} and a column {..., m, k}.
  Tensor vector({1, 1, 2, 1}), row({1, 1, 1, 2}), flat_row({1, 2}), square({1, 2, 2, 1}), three({1, 1, 1, 3}),
      result({6});
  const auto product = [&result](Tensor& a, Tensor& b, int count) {
    std::fill_n(result.mudata<float>(), 6, 0.0f);
    venus::mat_mul(a, b, result);
    return std::vector<float>(result.data<float>(), result.data<float>() + count);
  };
  for (Tensor* tensor : {&vector, &row, &flat_row, &square, &three})
    std::iota(tensor->mudata<float>(), tensor->mudata<float>() + 4, 1.0f);
  EXPECT_THAT(product(vector, square, 2), ElementsAre(7, 10));
  EXPECT_THAT(product(row, vector, 1), ElementsAre(5));
  EXPECT_THAT(product(flat_row, vector, 1), ElementsAre(5));
  EXPECT_THAT(product(vector, vector, 1), ElementsAre(5));
  EXPECT_THAT(product(vector, three, 6), ElementsAre(1, 2, 3, 2, 4, 6));
}

TEST(Postproc, MatMulAndBoxRows) {
  Tensor a({1, 2, 3, 1}), b({3, 2}), c({1, 2, 2, 1}), tiny({1, 1});
  std::iota(a.mudata<float>(), a.mudata<float>() + 6, 1.0f);
  std::iota(b.mudata<float>(), b.mudata<float>() + 6, 1.0f);
  venus::mat_mul(a, b, c);
  EXPECT_THAT(std::vector<float>(c.data<float>(), c.data<float>() + 4), ElementsAre(22, 28, 49, 64));
  venus::mat_mul(a, b, tiny);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("the output has 1 elements, expected 4"));
  venus::mat_mul(a, a, c);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("mat_mul: 2x3 by 2x3"));
  Tensor rows({1, 1, 1, 6});
  std::iota(rows.mudata<float>(), rows.mudata<float>() + 6, 1.0f);
  std::vector<venus::ObjBbox_t> boxes;
  venus::get_objbox_from_output(rows, boxes);
  ASSERT_EQ(boxes.size(), 1u);
  EXPECT_EQ(boxes[0].box.y1, 4);
  EXPECT_EQ(boxes[0].class_id, 6);
}

// As clients compile them: each alone, C++11, all warnings.
TEST(Headers, AreCxx11) {
  const std::string here = __FILE__;
  const std::string include = here.substr(0, here.rfind("/src/venus/")) + "/include/venus";
  for (const char* header :
       {"venus.h", "venus_ext.h", "common/common_def.h", "common/common_inf.h", "common/common_inf_c.h",
        "common/common_type.h", "common/common_utils.h", "core/tensor.h", "core/type.h", "utils/all.h",
        "utils/imgproc.h", "utils/imgproc_rm.h", "utils/imgproc_type.h", "utils/mem.h", "utils/postproc.h"}) {
    const std::string command = std::string("echo '#include \"") + header +
                                "\"' | g++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I" + include +
                                " -x c++ -";
    EXPECT_EQ(std::system(command.c_str()), 0) << header;
  }
}

TEST(Headers, BoxIsAnAggregate) {
  const venus::ObjBbox_t box = {{1, 2, 3, 4}, 0.5f, 6};
  EXPECT_EQ(box.box.y1, 4);
}

}  // namespace
}  // namespace magik
