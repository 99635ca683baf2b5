// The public interface's networks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "venus.h"
#include "venus/api/test_model.h"
#include "venus_ext.h"

namespace magik {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using venus::BaseNet;
using venus::ChannelLayout;
using venus::shape_t;
using venus::ShareMemoryMode;
using venus::Tensor;
using venus::TensorFormat;

std::unique_ptr<BaseNet> load(const rt::Graph& graph, TensorFormat format = TensorFormat::NHWC,
                              ShareMemoryMode mode = ShareMemoryMode::DEFAULT) {
  const std::vector<uint8_t> bytes = api::test::model(graph);
  std::unique_ptr<BaseNet> net = venus::net_create(format, mode);
  EXPECT_EQ(net->load_model(reinterpret_cast<const char*>(bytes.data()), true), 0) << venus::venus_last_error();
  return net;
}

size_t elements(const shape_t& shape) {
  size_t product = 1;
  for (const int32_t dim : shape) product *= static_cast<size_t>(dim);
  return product;
}

std::vector<float> output(BaseNet& net, int index) {
  const auto tensor = net.get_output(index);
  return {tensor->data<float>(), tensor->data<float>() + elements(tensor->shape())};
}

void fill(const Tensor& tensor, uint8_t value) {
  std::memset(tensor.mudata<uint8_t>(), value, elements(tensor.shape()));
}

TEST(Net, PixelsHaveFourBytes) {
  const auto net = load(api::test::pixel_graph(2, 2, 3, "RGB"));
  const auto input = net->get_input(0);
  EXPECT_EQ(input->shape(), (shape_t{1, 2, 2, 4}));
  EXPECT_EQ(input->data_type(), venus::DataType::UINT8);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(input->data<uint8_t>()) % 64, 0u);
  for (int pixel = 0; pixel < 4; ++pixel) {
    const uint8_t rgba[4] = {10, 20, 30, static_cast<uint8_t>(pixel * 50)};  // the fourth byte is ignored
    std::memcpy(input->mudata<uint8_t>() + 4 * pixel, rgba, 4);
  }
  for (int run = 0; run < 2; ++run) {  // run() keeps the input
    ASSERT_EQ(net->run(), 0);
    EXPECT_THAT(output(*net, 0), ElementsAre(6, 11, 16));
    EXPECT_THAT(output(*net, 1), ElementsAre(6, 11, 16, 6, 11, 16, 6, 11, 16, 6, 11, 16));
  }
  EXPECT_EQ(net->get_output(0)->shape(), (shape_t{1, 1, 1, 3}));
  EXPECT_EQ(net->get_output(0)->data_type(), venus::DataType::FP32);
}

TEST(Net, NamesAndLayouts) {
  std::string data = "data", mean = "mean", none = "none";
  for (const auto& [color, channels, layout] :
       {std::tuple("RGB", 3, ChannelLayout::RGBA), std::tuple("BGR", 3, ChannelLayout::BGRA),
        std::tuple("GRAY", 1, ChannelLayout::GRAY)}) {
    const auto net = load(api::test::pixel_graph(2, 2, channels, color));
    EXPECT_THAT(net->get_input_names(), ElementsAre("data"));
    EXPECT_THAT(net->get_output_names(), ElementsAre("mean", "scaled"));
    EXPECT_EQ(net->get_input_channel_layout(data), layout);
    EXPECT_EQ(net->get_input_by_name(data)->shape().back(), channels == 1 ? 1 : 4);
    EXPECT_EQ(net->get_output_by_name(mean)->shape().back(), channels);
    net->set_input_channel_layout("data", ChannelLayout::RGB);
    EXPECT_EQ(net->get_input_channel_layout(data), ChannelLayout::RGB);
    EXPECT_EQ(net->get_input_channel_layout(none), ChannelLayout::NONE);
    EXPECT_THAT(venus::venus_last_error(), HasSubstr("'none'"));
  }
  std::string x = "x";
  EXPECT_EQ(load(api::test::float_graph())->get_input_channel_layout(x), ChannelLayout::FP);
}

TEST(Net, ReshapePlansAtOnce) {
  const auto net = load(api::test::pixel_graph(2, 2, 3, "RGB"));
  const auto input = net->get_input(0);
  input->reshape({1, 6, 4, 4});
  EXPECT_EQ(input->shape(), (shape_t{1, 6, 4, 4}));
  EXPECT_EQ(net->get_output(1)->shape(), (shape_t{1, 6, 4, 3}));
  fill(*input, 8);  // data written between reshape and run counts
  input->reshape({1, 6, 4, 4});
  ASSERT_EQ(net->run(), 0);
  EXPECT_THAT(output(*net, 1), Each(5));
  EXPECT_EQ(output(*net, 1).size(), 72u);
}

TEST(Net, RefusedReshapeFailsTheNextRunAndTakesDataAllTheSame) {
  const auto net = load(api::test::float_graph());
  const auto input = net->get_input(0);
  input->reshape({1, 1000});
  ASSERT_NE(input->mudata<float>(), nullptr);
  EXPECT_EQ(input->shape(), (shape_t{1, 1000}));
  std::fill_n(input->mudata<float>(), 1000, 1.0f);
  EXPECT_LT(net->run(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("cannot be reshaped to 1x1000"));
  input->reshape({1, 4});
  std::fill_n(input->mudata<float>(), 4, 3.0f);
  ASSERT_EQ(net->run(), 0) << venus::venus_last_error();
  EXPECT_THAT(output(*net, 0), Each(3));

  const auto pixels = load(api::test::pixel_graph(2, 2, 3, "RGB"));
  pixels->get_input(0)->reshape({1, 2, 2, 1});
  EXPECT_LT(pixels->run(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("its pixels have 4 bytes, not 1"));
}

TEST(Net, InputsWhoseSizesBelongTogetherAreReshapedOneAfterTheOther) {
  rt::test::TestGraph test;
  const rt::ValueId a = test.input("a", {1, 2}), b = test.input("b", {1, 2});
  test.graph.outputs = {test.node("EltwiseAdd", "sum", {a, b}, {1, 2})};
  const auto net = load(test.graph);
  const auto first = net->get_input(0), second = net->get_input(1);
  for (const int columns : {70, 3}) {
    testing::internal::CaptureStderr();
    first->reshape({1, columns});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "the other input may follow";
    testing::internal::CaptureStderr();
    EXPECT_LT(net->run(), 0);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("ERROR(magik): input 'a' cannot be reshaped"));
    auto* before = first->mudata<float>();
    testing::internal::CaptureStderr();
    second->reshape({1, columns});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(first->shape(), (shape_t{1, columns}));
    EXPECT_EQ(first->mudata<float>(), before) << "pointers stay valid";
    std::fill_n(before, columns, 1.0f);
    std::fill_n(second->mudata<float>(), columns, 2.0f);
    ASSERT_EQ(net->run(), 0) << venus::venus_last_error();
    EXPECT_EQ(net->get_output(0)->shape(), (shape_t{1, columns}));
    EXPECT_THAT(output(*net, 0), Each(3.0f));
  }
  first->reshape({1, 5});
  float values[5] = {};
  EXPECT_LT(first->set_data(values, sizeof values), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("set_data: the last reshape failed: input 'a' cannot be"));
  second->reshape({1, 4});  // neither alone nor together
  EXPECT_LT(net->run(), 0);
  second->reshape({1, 5});
  EXPECT_EQ(net->run(), 0) << venus::venus_last_error();
}

TEST(Net, FilesAndOffsets) {
  const std::vector<uint8_t> bytes = api::test::model(api::test::float_graph());
  const std::string path = testing::TempDir() + "venus_offset.bin";
  std::ofstream(path, std::ios::binary) << "0123456" << std::string(bytes.begin(), bytes.end()) << "tail";
  const auto net = venus::net_create();
  EXPECT_EQ(net->load_model(path.c_str(), false, 7), 0) << venus::venus_last_error();
  std::vector<uint8_t> shifted(5);
  shifted.insert(shifted.end(), bytes.begin(), bytes.end());
  EXPECT_EQ(net->load_model(reinterpret_cast<const char*>(shifted.data()), true, 5), 0) << venus::venus_last_error();
  shifted.assign(shifted.size(), 0);  // the model was copied
  ASSERT_EQ(net->run(), 0);

  EXPECT_LT(net->load_model(path.c_str()), 0);  // no model at offset 0
  EXPECT_LT(net->run(), 0);
  EXPECT_LT(net->load_model(path.c_str(), false, -1), 0);
  EXPECT_LT(net->load_model("/no/such.bin"), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("/no/such.bin"));
  EXPECT_LT(net->load_model(nullptr), 0);
}

TEST(Net, NothingCrashesWithoutAModel) {
  const auto net = venus::net_create();
  std::string name = "x";
  size_t size = 1;
  EXPECT_LT(net->run(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("load_model() was not called or failed"));
  EXPECT_LT(net->run_step(), 0);
  EXPECT_EQ(net->steps(), 0);
  EXPECT_LT(net->get_forward_memory_size(size), 0);
  EXPECT_EQ(size, 0u);
  EXPECT_LT(net->set_forward_memory(nullptr), 0);
  EXPECT_LT(net->free_forward_memory(), 0);
  EXPECT_LT(net->free_inputs_memory(), 0);
  EXPECT_TRUE(net->get_input_names().empty() && net->get_output_names().empty());
  EXPECT_TRUE(net->get_output_names_step(0).empty());
  net->set_input_channel_layout(name, ChannelLayout::RGB);
  for (const auto& input : {net->get_input(0), net->get_input_by_name(name)}) {
    ASSERT_NE(input, nullptr);
    EXPECT_EQ(input->shape().size(), 4u);
    input->reshape({1, 384, 640, 4});
    fill(*input, 1);
  }
  ASSERT_NE(net->get_output(0), nullptr);
  EXPECT_EQ(net->get_output(0)->data<float>()[0], 0);
  EXPECT_NE(net->get_output_by_name(name)->data<float>(), nullptr);
  const auto loaded = load(api::test::float_graph());
  EXPECT_NE(loaded->get_input(7), nullptr);
  EXPECT_NE(loaded->get_output(-1), nullptr);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("there is no output -1"));
}

TEST(Net, StepsAddUpToARun) {
  const auto net = load(api::test::pixel_graph(2, 2, 3, "RGB"));
  ASSERT_EQ(net->steps(), 2);
  EXPECT_THAT(net->get_output_names_step(0), ElementsAre("scaled"));
  EXPECT_THAT(net->get_output_names_step(1), ElementsAre("mean"));
  for (const uint8_t value : {uint8_t{8}, uint8_t{18}}) {
    fill(*net->get_input(0), value);
    for (int step = 0; step < net->steps(); ++step) ASSERT_EQ(net->run_step(), 0);
    EXPECT_THAT(output(*net, 0), Each(value / 2 + 1));
  }
}

TEST(Net, StepsBeginAnew) {
  const auto net = load(api::test::pixel_graph(2, 2, 3, "RGB"));
  const auto input = net->get_input(0);
  fill(*input, 8);
  ASSERT_EQ(net->run_step(), 0);
  fill(*input, 18);
  ASSERT_EQ(net->run(), 0);  // not the rest of the steps
  EXPECT_THAT(output(*net, 0), Each(10));
  ASSERT_EQ(net->run_step(), 0);
  input->reshape({1, 4, 4, 4});
  fill(*input, 28);
  for (int step = 0; step < net->steps(); ++step) ASSERT_EQ(net->run_step(), 0);
  EXPECT_THAT(output(*net, 0), Each(15));
}

TEST(Net, MemoryFromOutside) {
  const rt::Graph graph = api::test::float_graph();
  const auto net = load(graph, TensorFormat::NHWC, ShareMemoryMode::SET_FROM_EXTERNAL);
  std::fill_n(net->get_input(0)->mudata<float>(), 4, 2.0f);
  EXPECT_LT(net->run(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("call set_forward_memory()"));
  size_t size = 0;
  ASSERT_EQ(net->get_forward_memory_size(size), 0);
  auto* memory = static_cast<uint8_t*>(venus::nmem_memalign(64, static_cast<unsigned>(size) + 64));
  std::memset(memory, 0xab, size + 64);
  EXPECT_LT(net->set_forward_memory(memory + 4), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("64-byte aligned"));
  ASSERT_EQ(net->set_forward_memory(memory), 0);
  ASSERT_EQ(net->run(), 0);
  EXPECT_THAT(output(*net, 0), Each(2));
  EXPECT_THAT(std::vector<uint8_t>(memory + size, memory + size + 64), Each(0xab));
  ASSERT_EQ(net->free_forward_memory(), 0);
  EXPECT_LT(net->run(), 0);
  venus::nmem_free(memory);
  EXPECT_LT(load(graph)->set_forward_memory(memory), 0);
}

TEST(Net, NetworksOfAThreadShareOneMemory) {
  const auto mode = ShareMemoryMode::SHARE_ONE_THREAD;
  std::thread([&] {
    const auto small = load(api::test::pixel_graph(2, 2, 3, "RGB"), TensorFormat::NHWC, mode);
    const auto large = load(api::test::pixel_graph(64, 64, 3, "RGB"), TensorFormat::NHWC, mode);
    fill(*small->get_input(0), 8);
    fill(*large->get_input(0), 18);
    for (int i = 0; i < 2; ++i) {
      ASSERT_EQ(small->run(), 0);
      EXPECT_THAT(output(*small, 0), Each(5));
      ASSERT_EQ(large->run(), 0);
      EXPECT_THAT(output(*large, 0), Each(10));
      EXPECT_THAT(output(*small, 0), Each(5));  // outputs live outside
    }
  }).join();
}

TEST(Net, FreedMemoryComesBack) {
  const auto net = load(api::test::float_graph());
  std::fill_n(net->get_input(0)->mudata<float>(), 4, 2.0f);
  ASSERT_EQ(net->free_forward_memory(), 0);
  ASSERT_EQ(net->run(), 0);
  EXPECT_THAT(output(*net, 0), Each(2));
}

TEST(Net, FreedInputsComeBackZero) {
  for (const auto format : {TensorFormat::NHWC, TensorFormat::NV12}) {
    const auto net = load(api::test::pixel_graph(64, 64, 3, "RGB"), format);
    const auto input = net->get_input(0);
    fill(*input, 8);
    ASSERT_EQ(net->run(), 0);
    const std::vector<float> before = output(*net, 0);
    const uint32_t used = venus::venus_get_used_mem_size();
    ASSERT_EQ(net->free_inputs_memory(), 0);
    EXPECT_LE(venus::venus_get_used_mem_size() + 64 * 64, used);
    EXPECT_EQ(output(*net, 0), before);
    if (format == TensorFormat::NHWC) {
      ASSERT_EQ(net->run(), 0);
      EXPECT_THAT(output(*net, 0), Each(1));
    }
    ASSERT_EQ(net->free_inputs_memory(), 0);
    ASSERT_EQ(net->free_inputs_memory(), 0);
    EXPECT_EQ(input->data<uint8_t>()[64 * 64 - 1], 0);
    fill(*input, 8);
    ASSERT_EQ(net->run(), 0);
    EXPECT_EQ(output(*net, 0), before);
  }
}

size_t heap_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(Net, LoadingAndFreeingLeavesNoMemory) {
  const std::vector<uint8_t> bytes = api::test::model(api::test::pixel_graph(16, 16, 3, "RGB"));
  const ShareMemoryMode modes[] = {ShareMemoryMode::DEFAULT, ShareMemoryMode::SHARE_ONE_THREAD};
  const auto cycle = [&](int i) {
    const auto net = venus::net_create(i % 2 == 0 ? TensorFormat::NHWC : TensorFormat::NV12, modes[i / 2 % 2]);
    ASSERT_EQ(net->load_model(reinterpret_cast<const char*>(bytes.data()), true), 0);
    net->get_input(0)->reshape({1, 32, 16, 4});
    ASSERT_EQ(net->run(), 0);
    ASSERT_LT(net->load_model(reinterpret_cast<const char*>(bytes.data()), true, -1), 0);
  };
  testing::internal::CaptureStderr();  // a line for each model
  for (int i = 0; i < 12; ++i) cycle(i);
  const size_t heap = heap_in_use();
  const uint32_t used = venus::venus_get_used_mem_size();
  for (int i = 0; i < 1000; ++i) cycle(i);
  const size_t heap_after = heap_in_use();
  const size_t messages = testing::internal::GetCapturedStderr().size();
  EXPECT_LT(heap_after, heap + 1000 * 16);  // malloc's caches come and go; 16 bytes are its smallest block
  EXPECT_EQ(venus::venus_get_used_mem_size(), used);
  EXPECT_GT(messages, 1000u);
}

TEST(Net, TensorsOutliveTheirNetwork) {
  std::unique_ptr<Tensor> input;
  std::unique_ptr<const Tensor> result;
  {
    const auto net = load(api::test::pixel_graph(2, 2, 3, "RGB"));
    input = net->get_input(0);
    fill(*input, 8);
    net->run();
    result = net->get_output(0);
  }
  venus::venus_deinit();
  fill(*input, 9);
  EXPECT_EQ(result->data<float>()[0], 5);
}

TEST(Net, ClientMemoryIsReadAtEachRun) {
  const auto net = load(api::test::pixel_graph(2, 2, 1, "GRAY"));
  std::vector<uint8_t> pixels(4, 8);
  EXPECT_LT(net->get_input(0)->set_data(pixels.data(), 3), 0);
  ASSERT_EQ(net->get_input(0)->set_data(pixels.data(), 4), 0);
  for (const uint8_t value : {uint8_t{8}, uint8_t{18}}) {
    pixels.assign(4, value);
    ASSERT_EQ(net->run(), 0);
    EXPECT_THAT(output(*net, 0), Each(value / 2 + 1));
  }
}

TEST(Net, Nv12FramesAreConverted) {
  for (const char* color : {"RGB", "BGR"}) {
    const auto net = load(api::test::pixel_graph(4, 2, 3, color), TensorFormat::NV12);
    std::string name = "data";
    EXPECT_EQ(net->get_input_channel_layout(name), ChannelLayout::NV12);
    const auto input = net->get_input(0);
    EXPECT_EQ(input->shape(), (shape_t{1, 4, 2, 1}));
    auto* frame = input->mudata<uint8_t>();
    std::memset(frame, 116, 8);
    for (int i = 0; i < 4; i += 2) {
      frame[8 + i] = 138;      // U: +10
      frame[8 + i + 1] = 108;  // V: -20
    }
    ASSERT_EQ(net->run(), 0);
    // 1.164 * 100 = 116.4; R - 31.92, G - 3.91 + 16.26, B + 20.18
    const float red = 84 / 2.0f + 1, green = 129 / 2.0f + 1, blue = 137 / 2.0f + 1;
    const bool rgb = std::string(color) == "RGB";
    EXPECT_THAT(output(*net, 0), ElementsAre(rgb ? red : blue, green, rgb ? blue : red));
    // The last dimension is ignored; odd sizes cannot be.
    input->reshape({1, 6, 4, 4});
    EXPECT_EQ(input->shape(), (shape_t{1, 6, 4, 1}));
    input->reshape({1, 5, 4, 1});
    EXPECT_LT(net->run(), 0);
    EXPECT_THAT(venus::venus_last_error(), HasSubstr("even height and width"));
  }
}

TEST(Net, RunsInSeveralThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const auto net = load(api::test::pixel_graph(16, 16, 3, "RGB"));
      for (int i = 0; i < 20; ++i) {
        const auto value = static_cast<uint8_t>(2 * (t + i));
        fill(*net->get_input(0), value);
        ASSERT_EQ(net->run(), 0);
        EXPECT_THAT(output(*net, 0), Each(value / 2 + 1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(System, SettingsFromTheEnvironment) {
  EXPECT_EQ(venus::venus_check(), 0);
  setenv("VENUS_ISA", "sse9", 1);
  EXPECT_LT(venus::venus_check(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("VENUS_ISA: unknown instruction set 'sse9': expected one of"));
  const std::vector<uint8_t> bytes = api::test::model(api::test::float_graph());
  EXPECT_LT(venus::net_create()->load_model(reinterpret_cast<const char*>(bytes.data()), true), 0);
  setenv("VENUS_ISA", "reference", 1);
  EXPECT_EQ(venus::venus_init(), 0);
  unsetenv("VENUS_ISA");
  setenv("VENUS_NUM_THREADS", "0", 1);
  EXPECT_LT(venus::venus_init(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("VENUS_NUM_THREADS: \"0\" is not a number of threads"));
  unsetenv("VENUS_NUM_THREADS");
  EXPECT_LT(venus::venus_set_threads(0), 0);
  EXPECT_EQ(venus::venus_set_threads(2), 0);
  const auto net = load(api::test::pixel_graph(16, 16, 3, "RGB"));
  EXPECT_EQ(net->run(), 0);
  EXPECT_EQ(venus::venus_set_threads(1), 0);
  EXPECT_EQ(magik_venus_init(0), 0);
  EXPECT_EQ(magik_venus_check(), 0);
  EXPECT_EQ(magik_venus_deinit(), 0);
  EXPECT_EQ(venus::venus_deinit(), 0);
  EXPECT_LT(venus::venus_deinit(), 0);
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("venus_deinit: more calls than of venus_init()"));
}

TEST(System, Lock) {
  EXPECT_LT(venus::venus_unlock(), 0);
  ASSERT_EQ(venus::venus_lock(), 0);
  std::atomic<bool> entered{false};
  std::thread other([&] {
    venus::venus_lock();
    entered = true;
    venus::venus_unlock();
  });
  EXPECT_FALSE(entered);
  EXPECT_EQ(venus::venus_unlock(), 0);
  other.join();
  EXPECT_TRUE(entered);
}

TEST(System, ErrorsBelongToTheirThread) {
  venus::net_create()->run();
  EXPECT_THAT(venus::venus_last_error(), HasSubstr("no model"));
  std::thread([] { EXPECT_STREQ(venus::venus_last_error(), ""); }).join();
}

}  // namespace
}  // namespace magik
