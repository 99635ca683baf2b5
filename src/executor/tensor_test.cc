#include "tensor.h"

#include <gtest/gtest.h>

namespace magik::transformkit::magikexecutor {
namespace {

TEST(ExecutorTensor, HasZerosAtAnAlignedAddress) {
  Tensor tensor({2, 3}, Tensor::DT_FLOAT);
  EXPECT_EQ(tensor.shape(), std::vector<int>({2, 3}));
  EXPECT_EQ(tensor.dims(), 2);
  EXPECT_EQ(tensor.total(), 6);
  EXPECT_EQ(tensor.byte_size(), 24);
  EXPECT_EQ(tensor.data_type(), Tensor::DT_FLOAT);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.get_ptr()) % 64, 0u);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(tensor.data<float>(i), 0.0f);
}

TEST(ExecutorTensor, GivesElementsByReference) {
  Tensor tensor({4}, Tensor::DT_UINT8);
  tensor.mutable_data<uint8_t>(2) = 7;
  EXPECT_EQ(tensor.data<uint8_t>(2), 7);
  EXPECT_EQ(&tensor.data<uint8_t>(2), static_cast<const uint8_t*>(tensor.get_ptr()) + 2);
}

TEST(ExecutorTensor, CopiesAreTheSameTensor) {
  Tensor tensor({4}, Tensor::DT_INT16);
  Tensor copy = tensor;
  tensor.set_name("x");
  tensor.mutable_data<int16_t>(3) = -5;
  tensor.reshape({2, 2});
  EXPECT_EQ(copy.name(), "x");
  EXPECT_EQ(copy.data<int16_t>(3), -5);
  EXPECT_EQ(copy.shape(), std::vector<int>({2, 2}));
}

TEST(ExecutorTensor, UsesTheCallersMemory) {
  float memory[6] = {1, 2, 3, 4, 5, 6};
  Tensor tensor({6}, Tensor::DT_FLOAT, memory, "cpu");
  EXPECT_EQ(tensor.get_ptr(), memory);
  tensor.reshape({2, 3});
  EXPECT_EQ(tensor.get_mutable_ptr(), memory);
  EXPECT_EQ(tensor.data<float>(5), 6.0f);
}

TEST(ExecutorTensor, GrowsWithItsShape) {
  Tensor tensor({0}, Tensor::DT_UINT32);
  EXPECT_EQ(tensor.get_ptr(), nullptr);
  EXPECT_EQ(tensor.byte_size(), 0);
  tensor.reshape({5});
  tensor.mutable_data<uint32_t>(4) = 9;
  tensor.reshape({1, 5});
  EXPECT_EQ(tensor.data<uint32_t>(4), 9u);
  EXPECT_EQ(Tensor({}, Tensor::DT_INT8).total(), 1);
}

TEST(ExecutorTensor, HasNoDataForImpossibleShapes) {
  for (const std::vector<int>& shape :
       {std::vector<int>{-1, 4}, {1 << 20, 1 << 20}, {1 << 30, 1 << 30, 1 << 30}, {0, 7}}) {
    const Tensor tensor(shape, Tensor::DT_FLOAT);
    EXPECT_EQ(tensor.get_ptr(), nullptr);
    EXPECT_EQ(tensor.total(), 0);
  }
}

}  // namespace
}  // namespace magik::transformkit::magikexecutor
