#include "transform/frontends/onnx/onnx_model.h"

#include <gmock/gmock.h>

#include "transform/frontends/onnx/onnx_test_model.h"

namespace magik::transform::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

onnx::TensorProto tensor(int type, const Dims& dims) {
  onnx::TensorProto t;
  t.set_name("t");
  t.set_data_type(type);
  for (int64_t d : dims) t.add_dims(d);
  return t;
}

template <typename T>
void set_raw(onnx::TensorProto& t, const std::vector<T>& values) {
  t.set_raw_data(values.data(), values.size() * sizeof(T));
}

template <typename T>
std::vector<T> elements(const onnx::TensorProto& t, const std::string& model_path = "") {
  const rt::HostTensor host = tensor_of(t, model_path);
  return {host.data.as<T>(), host.data.as<T>() + host.shape.elements()};
}

std::string error_of(const onnx::TensorProto& t, const std::string& model_path = "") {
  try {
    tensor_of(t, model_path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(OnnxTensor, ConvertsFloatsOfAllWidths) {
  auto half = tensor(onnx::TensorProto::FLOAT16, {6});
  set_raw<uint16_t>(half, {0x3c00, 0xc000, 0x3555, 0x0001, 0x7c00, 0x8000});
  EXPECT_THAT(elements<float>(half), ElementsAre(1.0f, -2.0f, 0x1.554p-2f, 0x1p-24f, HUGE_VALF, -0.0f));
  auto brain = tensor(onnx::TensorProto::BFLOAT16, {2});
  brain.add_int32_data(0x3f80);
  brain.add_int32_data(0xc040);
  EXPECT_THAT(elements<float>(brain), ElementsAre(1.0f, -3.0f));
  auto wide = tensor(onnx::TensorProto::DOUBLE, {2});
  set_raw<double>(wide, {0.1, -2});
  EXPECT_THAT(elements<float>(wide), ElementsAre(0.1f, -2.0f));
}

TEST(OnnxTensor, IntegersSaturate) {
  auto t = tensor(onnx::TensorProto::INT64, {3});
  set_raw<int64_t>(t, {INT64_MAX, INT64_MIN, -5});
  EXPECT_THAT(elements<int32_t>(t), ElementsAre(INT32_MAX, INT32_MIN, -5));
  auto bytes = tensor(onnx::TensorProto::INT8, {2});
  set_raw<int8_t>(bytes, {-128, 7});
  EXPECT_THAT(elements<int32_t>(bytes), ElementsAre(-128, 7));
  auto truths = tensor(onnx::TensorProto::BOOL, {2});
  set_raw<uint8_t>(truths, {0, 9});
  EXPECT_THAT(elements<uint8_t>(truths), ElementsAre(0, 1));
}

TEST(OnnxTensor, DataAndShapeHaveToAgree) {
  auto t = tensor(onnx::TensorProto::FLOAT, {2, 2});
  set_raw<float>(t, {1, 2, 3});
  EXPECT_EQ(error_of(t), "tensor 't' has 12 bytes of data, 4 elements of FLOAT need 16");
  t.clear_raw_data();
  t.add_float_data(1);
  EXPECT_EQ(error_of(t), "tensor 't' has 1 elements, its shape needs 4");
  EXPECT_THAT(error_of(tensor(onnx::TensorProto::FLOAT, {1 << 20, 1 << 20})), HasSubstr("too large or negative"));
  EXPECT_THAT(error_of(tensor(onnx::TensorProto::FLOAT, {-1})), HasSubstr("too large or negative"));
  EXPECT_THAT(error_of(tensor(onnx::TensorProto::STRING, {1})), HasSubstr("tensors of type STRING are not supported"));
}

class ExternalData : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(testing::TempDir() + "/weights.data", std::ios::binary)
        << std::string(4, '\0') << std::string("\0\0\x80\x3f\0\0\0\x40", 8);
    t.set_data_location(onnx::TensorProto::EXTERNAL);
  }
  void entry(const char* key, const std::string& value) {
    auto* e = t.add_external_data();
    e->set_key(key);
    e->set_value(value);
  }
  const std::string model_path = testing::TempDir() + "/model.onnx";
  onnx::TensorProto t = tensor(onnx::TensorProto::FLOAT, {2});
};

TEST_F(ExternalData, IsReadAtItsOffset) {
  entry("location", "weights.data");
  entry("offset", "4");
  entry("length", "8");
  EXPECT_THAT(elements<float>(t, model_path), ElementsAre(1.0f, 2.0f));
}

TEST_F(ExternalData, StaysInsideTheFile) {
  entry("location", "weights.data");
  entry("offset", "8");
  EXPECT_THAT(error_of(t, model_path), testing::AllOf(HasSubstr("needs bytes 8..16"), HasSubstr("which has only 12")));
}

TEST_F(ExternalData, StaysInsideTheFolder) {
  entry("location", "../weights.data");
  EXPECT_THAT(error_of(t, model_path), HasSubstr("expected a file in the model's folder"));
}

TEST_F(ExternalData, NamesAMissingFile) {
  entry("location", "absent.data");
  EXPECT_THAT(error_of(t, model_path), testing::AllOf(HasSubstr("tensor 't'"), HasSubstr("absent.data")));
}

TEST_F(ExternalData, ChecksNumbers) {
  entry("location", "weights.data");
  entry("offset", "4x");
  EXPECT_EQ(error_of(t, model_path), "tensor 't': external data has offset '4x', expected a number of bytes");
}

}  // namespace
}  // namespace magik::transform::test
