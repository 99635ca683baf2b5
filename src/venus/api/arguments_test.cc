// What the public interface says to null, empty, misaligned and wrongly sized arguments. Of image processing, what all
// functions have in common; ../imgproc/arguments_test.cc has the details.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "venus.h"
#include "venus/api/test_model.h"
#include "venus/imgproc/double_reference.h"
#include "venus_ext.h"

namespace magik {
namespace {

using testing::Each;
using testing::HasSubstr;
using venus::AddressLocate;
using venus::Bbox_t;
using venus::BsCommonParam;
using venus::ChannelLayout;
using venus::Tensor;

std::string last_error() { return venus::venus_last_error(); }

// Functions without a result: the error is a new one.
void expect_error(const std::function<void()>& call, const std::string& text) {
  venus::nmem_memalign(3, 1);
  call();
  EXPECT_THAT(last_error(), HasSubstr(text));
}

Tensor client_floats(void* data, size_t bytes, venus::shape_t shape) {
  Tensor tensor(data, bytes);
  tensor.reshape(shape);
  return tensor;
}

TEST(TensorArguments, OfConstructors) {
  expect_error([] { Tensor tensor({1, -4}); }, "the dimension -4");
  expect_error([] { Tensor tensor({1, 0, 4}); }, "the dimension 0");
  expect_error([] { Tensor tensor(venus::shape_t{1 << 20, 1 << 20}); }, "more than 2^31 elements");
  expect_error([] { Tensor tensor(nullptr, 4); }, "the memory for a tensor is null");
  char byte = 0;
  expect_error([&] { Tensor tensor(&byte, 0); }, "has 0 bytes");
  expect_error([&] { Tensor tensor(&byte, size_t{1} << 31); }, "has 2147483648 bytes, expected 1 to 2147483647");
  expect_error([] { Tensor tensor(static_cast<void*>(nullptr)); }, "the handle is null");
  expect_error([] { Tensor tensor(static_cast<const void*>(nullptr)); }, "the handle is null");
}

TEST(TensorArguments, OfMembers) {
  Tensor empty(nullptr, 4);
  EXPECT_EQ(empty.data<float>(), nullptr);
  EXPECT_TRUE(empty.shape().empty());
  Tensor nothing(static_cast<void*>(nullptr));
  const Tensor copy = nothing;
  EXPECT_EQ(copy.mudata<float>(), nullptr);
  EXPECT_EQ(copy.data_type(), venus::DataType::NONE);
  nothing.free_data();
  expect_error([&] { nothing.reshape({1, 2}); }, "reshape: the tensor has no data");
  float data[4];
  EXPECT_LT(nothing.set_data(data, sizeof data), 0);
  EXPECT_THAT(last_error(), HasSubstr("set_data: the tensor has no data"));
  Tensor tensor({1, 4});
  EXPECT_LT(tensor.set_data(nullptr, 16), 0);
  EXPECT_THAT(last_error(), HasSubstr("the memory for a tensor is null"));
  EXPECT_LT(tensor.set_data(data, 0), 0);
  EXPECT_THAT(last_error(), HasSubstr("has 0 bytes"));
  EXPECT_LT(tensor.step(2), 0);
  EXPECT_THAT(last_error(), HasSubstr("there is no dimension 2, the tensor has 2"));
  EXPECT_LT(tensor.step(-1), 0);
  expect_error([&] { tensor.reshape({4, 0}); }, "the dimension 0");
  EXPECT_EQ(tensor.shape(), (venus::shape_t{1, 4}));
}

TEST(NetArguments, OfCreationAndLoading) {
  const std::vector<uint8_t> model = api::test::model(api::test::float_graph());
  const auto* bytes = reinterpret_cast<const char*>(model.data());
  const auto strange_format = venus::net_create(static_cast<venus::TensorFormat>(7));
  EXPECT_THAT(last_error(), HasSubstr("net_create: unknown TensorFormat 7"));
  EXPECT_LT(strange_format->load_model(bytes, true), 0);
  const auto strange_mode = venus::net_create(venus::TensorFormat::NHWC, static_cast<venus::ShareMemoryMode>(9));
  EXPECT_THAT(last_error(), HasSubstr("net_create: unknown ShareMemoryMode 9"));
  EXPECT_LT(strange_mode->load_model(bytes, true), 0);

  const auto net = venus::net_create();
  for (const bool memory : {false, true}) {
    EXPECT_LT(net->load_model(nullptr, memory), 0);
    EXPECT_THAT(last_error(), HasSubstr("the path or memory is null"));
    EXPECT_LT(net->load_model(bytes, memory, -1), 0);
    EXPECT_THAT(last_error(), HasSubstr("start_off is -1"));
  }
  for (const char* path : {"", "/no/such.bin", "/tmp"}) {
    EXPECT_LT(net->load_model(path), 0) << path;
    EXPECT_THAT(last_error(), HasSubstr(path));
  }
  const std::string zeros(4096, '\0');
  EXPECT_LT(net->load_model(zeros.data(), true), 0);
  EXPECT_THAT(last_error(), HasSubstr("not a Magik model"));
}

TEST(NetArguments, OfMembers) {
  const std::vector<uint8_t> model = api::test::model(api::test::float_graph());
  const auto net = venus::net_create(venus::TensorFormat::NHWC, venus::ShareMemoryMode::SET_FROM_EXTERNAL);
  ASSERT_EQ(net->load_model(reinterpret_cast<const char*>(model.data()), true), 0);
  std::string none = "none";
  expect_error([&] { net->get_input(-1); }, "there is no input -1, the network has 1");
  expect_error([&] { net->get_output(1); }, "there is no output 1, the network has 1");
  expect_error([&] { net->get_input_by_name(none); }, "the network has no input 'none'");
  expect_error([&] { net->get_output_by_name(none); }, "the network has no output 'none'");
  expect_error([&] { net->get_input_channel_layout(none); }, "the network has no input 'none'");
  expect_error([&] { net->set_input_channel_layout(none, ChannelLayout::RGB); }, "the network has no input 'none'");
  expect_error([&] { net->set_input_channel_layout("x", static_cast<ChannelLayout>(9)); }, "unknown ChannelLayout 9");
  for (const int step : {-1, net->steps()}) {
    expect_error([&] { net->get_output_names_step(step); }, "there is no step " + std::to_string(step));
  }
  EXPECT_LT(net->set_forward_memory(nullptr), 0);
  EXPECT_THAT(last_error(), HasSubstr("must be 64-byte aligned"));
  float data[4];
  EXPECT_LT(net->get_input(0)->set_data(nullptr, sizeof data), 0);
  EXPECT_THAT(last_error(), HasSubstr("set_data: the address is null"));
  EXPECT_LT(net->get_input(0)->set_data(data, 15), 0);
  EXPECT_THAT(last_error(), HasSubstr("needs 16 bytes, not 15"));
  for (const venus::shape_t& shape : {venus::shape_t{}, {4}, {1, 0}, {1, -4}, {1, 4, 1, 1}}) {
    venus::shape_t changed = shape;
    expect_error([&] { net->get_input(0)->reshape(changed); }, "");
    EXPECT_LT(net->run(), 0);
    EXPECT_THAT(last_error(), HasSubstr("input 'x'"));
  }
}

// Every call says so on a network without a model.
TEST(NetArguments, WithoutAModel) {
  const auto net = venus::net_create();
  std::string name = "x";
  size_t size;
  const std::function<void()> calls[] = {
      [&] { net->run(); },
      [&] { net->run_step(); },
      [&] { net->steps(); },
      [&] { net->get_forward_memory_size(size); },
      [&] { net->set_forward_memory(nullptr); },
      [&] { net->free_forward_memory(); },
      [&] { net->free_inputs_memory(); },
      [&] { net->get_input(0); },
      [&] { net->get_output(0); },
      [&] { net->get_input_by_name(name); },
      [&] { net->get_output_by_name(name); },
      [&] { net->get_input_names(); },
      [&] { net->get_output_names(); },
      [&] { net->get_output_names_step(0); },
      [&] { net->get_input_channel_layout(name); },
      [&] { net->set_input_channel_layout(name, ChannelLayout::RGB); },
  };
  for (const auto& call : calls) expect_error(call, "load_model() was not called or failed");
}

TEST(SystemArguments, AreChecked) {
  EXPECT_LT(venus::venus_init(-1), 0);
  EXPECT_THAT(last_error(), HasSubstr("venus_init: the size is -1"));
  EXPECT_LT(magik_venus_init(-1), 0);
  EXPECT_LT(venus::venus_set_threads(-3), 0);
  EXPECT_THAT(last_error(), HasSubstr("-3"));
  EXPECT_LT(venus::venus_unlock(), 0);
  EXPECT_THAT(last_error(), HasSubstr("not locked"));
}

TEST(MemoryArguments, AreChecked) {
  for (const unsigned align : {0u, 48u}) {
    EXPECT_EQ(venus::nmem_memalign(align, 64), nullptr);
    EXPECT_THAT(last_error(), HasSubstr("the alignment is " + std::to_string(align) + ", expected a power of two"));
  }
  auto* block = static_cast<char*>(venus::nmem_malloc(0));
  ASSERT_NE(block, nullptr);
  expect_error([&] { venus::nmem_free(block + 4); }, "is not from nmem_malloc()");
  venus::nmem_free(block);
  venus::nmem_free(nullptr);
  char from[4] = {1, 2, 3, 4}, to[4] = {};
  expect_error([&] { venus::memcopy(nullptr, from, 4); }, "memcopy: 4 bytes from");
  expect_error([&] { venus::memcopy(to, nullptr, 4); }, "memcopy: 4 bytes from");
  expect_error([&] { venus::memcopy(to, from, -1); }, "memcopy: -1 bytes");
  EXPECT_THAT(to, Each(0));
}

TEST(PostprocArguments, OfNms) {
  std::vector<venus::ObjBbox_t> boxes = {{{0, 0, 1, 1}, 1, 0}}, kept;
  expect_error([&] { venus::nms(boxes, kept, NAN); }, "nms: the threshold is nan");
  expect_error([&] { venus::nms(boxes, kept, 0.5f, static_cast<venus::NmsType>(2)); }, "nms: unknown NmsType 2");
  EXPECT_TRUE(kept.empty());
}

TEST(PostprocArguments, OfGenerateBox) {
  std::vector<venus::ObjBbox_t> found;
  std::vector<float> strides = {8}, anchors = {1, 1}, none;
  alignas(8) char memory[64] = {};
  const auto generate = [&](std::vector<Tensor> features, int classes = 1, int boxes = 1) {
    return [&found, &strides, &anchors, features, classes, boxes]() mutable {
      venus::generate_box(features, strides, anchors, found, 8, 8, classes, boxes, 0.3f);
    };
  };
  const Tensor good({1, 1, 1, 6});
  expect_error(generate({}), "generate_box: there are no features");
  expect_error(generate({good}, 0), "generate_box: 1 boxes of 0 classes, expected");
  expect_error(generate({good}, 1, 1 << 30), "1073741824 boxes of 1 classes, expected");
  expect_error(generate({Tensor({1, 1, 1, 7})}), "generate_box: feature 0 is not {1, h, w, 6}");
  expect_error(generate({Tensor({2, 1, 1, 6})}), "feature 0 is not {1, h, w, 6}");
  expect_error(generate({Tensor({6})}), "feature 0 is not {1, h, w, 6}");
  expect_error(generate({good, good}), "2 features need as many strides and 1 anchors each");
  expect_error(generate({client_floats(memory + 1, 24, {1, 1, 1, 6})}), "a feature is misaligned");
  expect_error(generate({client_floats(memory, 23, {1, 1, 1, 6})}), "a feature has room for 23 bytes");
  Tensor freed({1, 1, 1, 6});
  freed.free_data();
  expect_error(generate({freed}), "a feature has no memory");
  strides.clear();
  expect_error(generate({good}), "1 features need as many strides");
  strides = {8};
  anchors.clear();
  expect_error(generate({good}), "not 1 and 0 numbers");
  anchors = {1, 1};
  std::vector<Tensor> features = {good};
  expect_error(
      [&] {
        venus::generate_box(features, strides, anchors, found, 8, 8, 1, 1, 0.3f, static_cast<venus::DetectorType>(5));
      },
      "unknown DetectorType 5");
  EXPECT_TRUE(found.empty());
}

TEST(PostprocArguments, OfMatMul) {
  Tensor a({2, 2}), b({2, 2}), output({2, 2}), vector({4}), batch({2, 2, 2}), freed({2, 2}), three({3, 2});
  freed.free_data();
  alignas(8) char memory[64] = {};
  Tensor crooked = client_floats(memory + 2, 16, {2, 2}), small = client_floats(memory, 12, {2, 2});
  const auto multiply = [&](Tensor& x, Tensor& y, Tensor& z) { return [&] { venus::mat_mul(x, y, z); }; };
  expect_error(multiply(vector, b, output), "mat_mul: the first is no matrix");
  expect_error(multiply(a, batch, output), "mat_mul: the second is no matrix");
  expect_error(multiply(a, three, output), "mat_mul: 2x2 by 3x2");
  expect_error(multiply(freed, b, output), "the first has no memory");
  expect_error(multiply(crooked, b, output), "the first is misaligned");
  expect_error(multiply(a, small, output), "the second has room for 12 bytes, expected 4 floats");
  expect_error(multiply(a, b, freed), "the output has no memory");
  expect_error(multiply(a, b, crooked), "the output is misaligned");
  expect_error(multiply(a, b, small), "the output has room for 12 bytes");
  expect_error(multiply(a, b, a), "the output's memory overlaps an input's");
}

TEST(PostprocArguments, OfBoxRows) {
  std::vector<venus::ObjBbox_t> boxes;
  Tensor five({1, 5}), freed({1, 6}), rows({2, 6});
  freed.free_data();
  alignas(8) char memory[64] = {};
  Tensor crooked = client_floats(memory + 2, 24, {1, 6}), small = client_floats(memory, 20, {1, 6});
  const auto read = [&](Tensor& x) { return [&] { venus::get_objbox_from_output(x, boxes); }; };
  expect_error(read(five), "get_objbox_from_output: expected rows of x0, y0, x1, y1, score, class");
  expect_error(read(freed), "the input has no memory");
  expect_error(read(crooked), "the input is misaligned");
  expect_error(read(small), "the input has room for 20 bytes");
  EXPECT_TRUE(boxes.empty());
  rows.mudata<float>()[5] = NAN;
  rows.mudata<float>()[11] = 1e30f;
  venus::get_objbox_from_output(rows, boxes);
  ASSERT_EQ(boxes.size(), 2u);
  EXPECT_EQ(boxes[0].class_id, -1);
  EXPECT_EQ(boxes[1].class_id, -1);
}

// A function of image processing with everything it takes; each test spoils one thing.
struct ImageCall {
  ImageCall() : param(imgproc::reference::unset_parameters(ChannelLayout::BGRA, ChannelLayout::BGRA)) {
    param.pad_type = venus::BsPadType::NONE;
    param.input_width = param.input_height = 8;
    param.input_line_stride = 32;
    for (const int i : {0, 4, 8}) matrix.mudata<float>()[i] = 1;
  }
  std::vector<Tensor> outputs() const { return std::vector<Tensor>(count, output); }
  std::vector<Tensor> matrices() const { return std::vector<Tensor>(count, matrix); }

  Tensor input{1, 8, 8, 4}, frame{1, 8, 8, 1}, output{1, 4, 4, 4}, matrix{1, 3, 3, 1};
  const void* pixels = input.data<uint8_t>();
  size_t count = 1;
  std::vector<Bbox_t> boxes = {{0, 0, 4, 4}};
  AddressLocate locate = AddressLocate::NMEM_VIRTUAL;
  BsCommonParam param;
  BsCommonParam* parameters = &param;
};

struct ImageFunction {
  std::string name;
  bool takes_param, takes_pixels, takes_boxes, takes_matrix;
  std::function<int(ImageCall&)> run;
};

#define WARP(name)                                                                           \
  {                                                                                          \
#name, true, false, false, true,                                                         \
        [](ImageCall & c) { return venus::name(c.input, c.output, c.matrix, c.parameters); } \
  }
#define COMMON(name)                                                                                    \
  {                                                                                                     \
#name, true, true, false, true,                                                                     \
        [](ImageCall & c) { return venus::name(c.pixels, c.output, c.matrix, c.locate, c.parameters); } \
  }
#define CROP(name)                                   \
  {                                                  \
#name, true, false, true, true, [](ImageCall& c) { \
     std::vector<Tensor> outputs = c.outputs(), matrices = c.matrices(); \
     return venus::name(c.input, outputs, matrices, c.boxes, c.parameters); \
   } \
  }
#define CROP_COMMON(name)                           \
  {                                                 \
#name, true, true, true, true, [](ImageCall& c) { \
     std::vector<Tensor> outputs = c.outputs(), matrices = c.matrices(); \
     return venus::name(c.pixels, outputs, matrices, c.boxes, c.locate, c.parameters); \
   } \
  }
#define OLD_WARP(name, input, ...)                                                         \
  {                                                                                        \
#name, false, false, false, true,                                                      \
        [](ImageCall & c) { return venus::name(c.input, c.output, c.matrix __VA_ARGS__); } \
  }
#define OLD_CROP(name, input, ...)                    \
  {                                                   \
#name, false, false, true, true, [](ImageCall& c) { \
     std::vector<Tensor> outputs = c.outputs(), matrices = c.matrices(); \
     return venus::name(c.input, outputs, matrices, __VA_ARGS__ c.boxes); \
   } \
  }

const ImageFunction kImageFunctions[] = {
    {"warp_resize", true, false, false, false,
     [](ImageCall& c) { return venus::warp_resize(c.input, c.output, c.parameters); }},
    {"common_resize", true, true, false, false,
     [](ImageCall& c) { return venus::common_resize(c.pixels, c.output, c.locate, c.parameters); }},
    {"crop_resize", true, false, true, false,
     [](ImageCall& c) {
       std::vector<Tensor> outputs = c.outputs();
       return venus::crop_resize(c.input, outputs, c.boxes, c.parameters);
     }},
    {"crop_common_resize", true, true, true, false,
     [](ImageCall& c) {
       std::vector<Tensor> outputs = c.outputs();
       return venus::crop_common_resize(c.pixels, outputs, c.boxes, c.locate, c.parameters);
     }},
    WARP(warp_affine),
    WARP(warp_perspective),
    COMMON(common_affine),
    COMMON(common_perspective),
    CROP(crop_affine),
    CROP(crop_perspective),
    CROP_COMMON(crop_common_affine),
    CROP_COMMON(crop_common_perspective),
    {"warp_resize_bgra", false, false, false, false,
     [](ImageCall& c) { return venus::warp_resize_bgra(c.input, c.output); }},
    {"warp_resize_nv12", false, false, false, false,
     [](ImageCall& c) { return venus::warp_resize_nv12(c.frame, c.output, true); }},
    {"crop_resize_bgra", false, false, true, false,
     [](ImageCall& c) {
       std::vector<Tensor> outputs = c.outputs();
       return venus::crop_resize_bgra(c.input, outputs, c.boxes);
     }},
    {"crop_resize_nv12", false, false, true, false,
     [](ImageCall& c) {
       std::vector<Tensor> outputs = c.outputs();
       return venus::crop_resize_nv12(c.frame, outputs, c.boxes, true);
     }},
    {"common_resize_nv12", false, true, false, false,
     [](ImageCall& c) {
       return venus::common_resize_nv12(c.pixels, c.output, 8, 8, 8, true, venus::PaddingType::NONE, 0, c.locate);
     }},
    OLD_WARP(warp_affine_bgra, input),
    OLD_WARP(warp_affine_nv12, frame, , true),
    OLD_WARP(warp_perspective_bgra, input),
    OLD_WARP(warp_perspective_nv12, frame, , true),
    OLD_CROP(crop_affine_bgra, input, ),
    OLD_CROP(crop_affine_nv12, frame, true, ),
    OLD_CROP(crop_perspective_bgra, input, ),
    OLD_CROP(crop_perspective_nv12, frame, true, ),
    {"warp_covert_nv2bgr", false, false, false, false,
     [](ImageCall& c) { return venus::warp_covert_nv2bgr(c.frame, c.output); }},
};

// Spoils a call of each function that `takes`; all must fail with `text`.
void expect_image_errors(const std::function<bool(const ImageFunction&)>& takes,
                         const std::function<void(ImageCall&)>& spoil, const std::string& text) {
  for (const ImageFunction& function : kImageFunctions) {
    if (!takes(function)) continue;
    ImageCall call;
    if (function.name == "warp_covert_nv2bgr") call.output = Tensor({1, 8, 8, 4});
    ASSERT_EQ(function.run(call), 0) << function.name << ": " << last_error();
    spoil(call);
    EXPECT_LT(function.run(call), 0) << function.name;
    EXPECT_THAT(last_error(), HasSubstr(text)) << function.name;
  }
}

bool every(const ImageFunction&) { return true; }
bool takes_param(const ImageFunction& function) { return function.takes_param; }
bool takes_pixels(const ImageFunction& function) { return function.takes_pixels; }
bool takes_tensor(const ImageFunction& function) { return !function.takes_pixels; }
bool takes_boxes(const ImageFunction& function) { return function.takes_boxes; }
bool takes_matrix(const ImageFunction& function) { return function.takes_matrix; }

TEST(ImageArguments, NullOnes) {
  expect_image_errors(
      takes_param, [](ImageCall& c) { c.parameters = nullptr; }, "the parameters are null");
  expect_image_errors(
      takes_pixels, [](ImageCall& c) { c.pixels = nullptr; }, "the input has no memory");
  expect_image_errors(
      takes_tensor, [](ImageCall& c) { c.input.free_data(), c.frame.free_data(); }, "the input has no memory");
  expect_image_errors(
      every, [](ImageCall& c) { c.output.free_data(); }, "the output has no memory");
  expect_image_errors(
      takes_matrix, [](ImageCall& c) { c.matrix.free_data(); }, "the matrix has no memory");
  expect_image_errors(
      every, [](ImageCall& c) { c.output = Tensor(static_cast<void*>(nullptr)); },
      "the output's shape is not {1, h, w, channels}");
}

TEST(ImageArguments, EmptyOnes) {
  expect_image_errors(
      takes_boxes, [](ImageCall& c) { c.boxes.clear(); }, "1 outputs need as many boxes");
  expect_image_errors(
      takes_boxes,
      [](ImageCall& c) {
        c.boxes[0] = {2, 2, 2, 4};
      },
      "a box is 0x2");
  expect_image_errors(
      takes_boxes, [](ImageCall& c) { c.boxes[0].x1 = NAN; }, "a box has a corner at nan");
  expect_image_errors(
      takes_matrix, [](ImageCall& c) { std::fill_n(c.matrix.mudata<float>(), 9, 0.0f); }, "the matrix has no inverse");
  expect_image_errors(
      takes_matrix, [](ImageCall& c) { c.matrix.mudata<float>()[0] = NAN; }, "the matrix has no inverse");
}

TEST(ImageArguments, MisalignedOnes) {
  alignas(64) static uint8_t memory[512];
  expect_image_errors(
      every,
      [](ImageCall& c) {
        c.output = client_floats(memory + 1, 64, {1, 4, 4, 4});
      },
      "");
  expect_image_errors(
      takes_pixels, [](ImageCall& c) { c.pixels = static_cast<const char*>(c.pixels) + 1; }, "the input is misaligned");
  expect_image_errors(
      takes_tensor,
      [](ImageCall& c) {
        c.input = client_floats(memory + 1, 256, {1, 8, 8, 4});
        c.frame = client_floats(memory + 1, 96, {1, 8, 8, 1});
      },
      "the input is misaligned");
  expect_image_errors(
      takes_matrix,
      [](ImageCall& c) {
        c.matrix = client_floats(memory + 2, 36, {3, 3});
      },
      "the matrix is misaligned");
}

TEST(ImageArguments, OfTheWrongSize) {
  static uint8_t memory[512];
  expect_image_errors(
      every,
      [](ImageCall& c) {
        c.output = Tensor({1, 4, 4, 3});
      },
      "the output");
  expect_image_errors(
      every, [](ImageCall& c) { c.output = Tensor({16}); }, "the output's shape is not");
  expect_image_errors(
      takes_tensor,
      [](ImageCall& c) {
        c.input = client_floats(memory, 255, {1, 8, 8, 4});
        c.frame = client_floats(memory, 95, {1, 8, 8, 1});
      },
      "the input has memory for");
  expect_image_errors(
      takes_matrix, [](ImageCall& c) { c.matrix = client_floats(memory, 20, {5}); },
      "the matrix has room for 20 bytes");
  expect_image_errors(
      takes_boxes, [](ImageCall& c) { c.count = 2; }, "2 outputs need as many boxes");
  expect_image_errors(
      takes_pixels, [](ImageCall& c) { c.locate = AddressLocate::RMEM_PHYSICAL; }, "needs the vendor's kernel module");
  expect_image_errors(
      takes_pixels, [](ImageCall& c) { c.locate = static_cast<AddressLocate>(3); }, "unknown AddressLocate 3");
}

TEST(ImageArguments, OfMatrixEstimates) {
  using Estimate = int (*)(Tensor&, Tensor&, Tensor&);
  const struct {
    Estimate run;
    int points;
    const char* name;
  } estimates[] = {
      {venus::similar_transform, 2, "similar_transform"},
      {[](Tensor& a, Tensor& b, Tensor& o) { return venus::get_affine_transform(a, b, o, venus::TransformType::NONE); },
       3, "get_affine_transform"},
      {[](Tensor& a, Tensor& b, Tensor& o) {
         return venus::get_perspective_transform(a, b, o, venus::TransformType::NONE);
       },
       4, "get_perspective_transform"},
  };
  const float corners[8] = {0, 0, 8, 0, 8, 8, 0, 8};
  alignas(8) char memory[64] = {};
  for (const auto& estimate : estimates) {
    Tensor points({1, estimate.points, 2, 1}), other({1, estimate.points, 2, 1}), matrix({3, 3}), one({1, 1, 2, 1});
    std::copy_n(corners, 2 * estimate.points, points.mudata<float>());
    Tensor freed({3, 3});
    freed.free_data();
    Tensor crooked = client_floats(memory + 2, 40, {1, estimate.points, 2, 1}), small = client_floats(memory, 20, {5});
    const auto expect = [&](Tensor& from, Tensor& to, Tensor& result, const std::string& text) {
      EXPECT_LT(estimate.run(from, to, result), 0);
      EXPECT_THAT(last_error(), HasSubstr(std::string(estimate.name) + ": "));
      EXPECT_THAT(last_error(), HasSubstr(text));
    };
    EXPECT_EQ(estimate.run(points, points, matrix), 0);
    expect(freed, points, matrix, "the source has no memory");
    expect(points, freed, matrix, "the target has no memory");
    expect(points, points, freed, "the output has no memory");
    expect(crooked, points, matrix, "the source is misaligned");
    expect(points, points, crooked, "the output is misaligned");
    expect(points, points, small, "the output has room for 20 bytes");
    expect(one, one, matrix, "1 and 1 points, expected");
    expect(points, one, matrix, "and 1 points, expected");
    expect(other, points, matrix, "points");  // all of them at 0, 0
  }
  float matrix[7];
  auto* crooked = reinterpret_cast<float*>(reinterpret_cast<char*>(matrix) + 1);
  EXPECT_LT(venus::get_affine_rotation_matrix(0, 1, 0, 0, nullptr), 0);
  EXPECT_THAT(last_error(), HasSubstr("get_affine_rotation_matrix: the matrix is null"));
  EXPECT_LT(venus::get_affine_rotation_matrix(0, 1, 0, 0, crooked), 0);
  EXPECT_THAT(last_error(), HasSubstr("the matrix is misaligned"));
  EXPECT_LT(venus::get_affine_rotation_matrix(NAN, 1, 0, 0, matrix), 0);
  EXPECT_THAT(last_error(), HasSubstr("the angle is nan"));
  EXPECT_LT(venus::get_affine_rotation_matrix(0, INFINITY, 0, 0, matrix), 0);
  EXPECT_THAT(last_error(), HasSubstr("the scale is not finite"));
}

}  // namespace
}  // namespace magik
