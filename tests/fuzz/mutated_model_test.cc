// Model files that are cut, damaged or something else entirely: an error or a result, never a crash. `make asan` runs
// this under AddressSanitizer and UndefinedBehaviorSanitizer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <random>

#include "../e2e/venus_client.h"
#include "../e2e/workspace.h"
#include "transform/data/input_bytes.h"
#include "venus/core/model_file.h"
#include "venus/core/model_header.h"
#include "venus/core/network.h"
#include "venus/core/tensor_bytes.h"

namespace magik::e2e {
namespace {

constexpr int kMutations = 1000;
// Mutated shapes may ask for networks that are whole, but far too large for a test.
constexpr size_t kMostBytes = size_t{16} << 20;
constexpr int64_t kMostElements = 1 << 16;

class Mutator {
 public:
  Mutator(unsigned seed, std::string model, std::string other)
      : random_(seed), model_(std::move(model)), other_(std::move(other)) {}

  // Most of them get a checksum that is right again, so that what lies behind it is tested too.
  std::string mutate() {
    std::string bytes = model_;
    switch (random_() % 8) {
      case 0:
        bytes.resize(below(bytes.size()));  // cut
        break;
      case 1: {  // a part of another model
        const size_t at = below(bytes.size()), count = below(256) + 1, from = below(other_.size());
        bytes.replace(at, count, other_, from, count);
        break;
      }
      case 2:  // a hole, or a part twice
        if (random_() % 2) {
          bytes.erase(below(bytes.size()), below(64) + 1);
        } else {
          bytes.insert(below(bytes.size()), bytes, below(bytes.size()), below(64) + 1);
        }
        break;
      case 3: {  // a 32-bit number of the description
        const size_t word = rt::kHeaderBytes + 4 * below((description_end(bytes) - rt::kHeaderBytes) / 4);
        for (size_t i = 0; i < 4; ++i) bytes[word + i] = "\0\x01\xff\x7f\x80"[below(5)];
        break;
      }
      case 4:
        flip(bytes, 0, rt::kHeaderBytes, 1);
        break;
      default:  // most of what can be wrong is in the description
        flip(bytes, rt::kHeaderBytes, description_end(bytes), 1 + below(4));
        break;
    }
    if (random_() % 4 != 0) repair(bytes);
    return bytes;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  static size_t description_end(const std::string& bytes) {
    rt::ModelHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    return rt::kHeaderBytes + header.flatbuffer_bytes;
  }
  void flip(std::string& bytes, size_t first, size_t last, size_t count) {
    for (; count > 0; --count) bytes[first + below(last - first)] ^= static_cast<char>(1 << below(8));
  }
  static void repair(std::string& bytes) {
    if (bytes.size() < rt::kHeaderBytes) return;
    rt::ModelHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.total_bytes = bytes.size();
    header.checksum = rt::model_checksum(reinterpret_cast<const uint8_t*>(bytes.data()) + rt::kHeaderBytes,
                                         bytes.size() - rt::kHeaderBytes);
    std::memcpy(bytes.data(), &header, sizeof header);
  }

  std::mt19937 random_;
  std::string model_, other_;
};

// What happened to the files of a test.
struct Tally {
  int refused = 0, ran = 0, failed_to_run = 0, too_large = 0;
};

bool is_small(const rt::Network& network) {
  if (network.arena_bytes() > kMostBytes) return false;
  for (const rt::Value& value : network.graph().values) {
    if (!value.is_constant() && value.shape.elements() > kMostElements) return false;
  }
  return true;
}

// Through the runtime, then through the public interface, from the file and from memory.
void load_and_run(const Workspace& work, const std::string& bytes, Tally& tally) {
  const std::string path = work.write("mutated", bytes);
  auto graph = rt::load_model_file(path);
  if (!graph.ok()) {
    EXPECT_FALSE(graph.message().empty());
    ++tally.refused;
    EXPECT_NE(venus::net_create()->load_model(path.c_str()), 0) << graph.message();
    return;
  }
  auto network = rt::Network::create(graph.take());
  if (!network.ok()) {
    EXPECT_FALSE(network.message().empty());
    ++tally.refused;
    EXPECT_NE(venus::net_create()->load_model(path.c_str()), 0) << network.message();
    return;
  }
  if (!is_small(*network.value())) {
    ++tally.too_large;
    return;
  }
  for (size_t i = 0; i < network.value()->graph().inputs.size(); ++i) {
    const rt::Tensor input = network.value()->input(i);
    const std::vector<uint8_t> data(static_cast<size_t>(input.elements()) * rt::element_size(input.type), 100);
    rt::copy_to_tensor(data.data(), input);
  }
  ++(network.value()->run().ok() ? tally.ran : tally.failed_to_run);

  for (const bool from_memory : {false, true}) {
    const NetPtr net = venus::net_create();
    if (net->load_model(from_memory ? bytes.data() : path.c_str(), from_memory) != 0) continue;
    for (std::string& name : net->get_input_names()) {
      const auto input = net->get_input_by_name(name);
      size_t count = 1;
      for (const int32_t dim : input->shape()) count *= static_cast<size_t>(dim);
      if (auto* data = input->mudata<uint8_t>()) std::fill_n(data, count, uint8_t{100});
    }
    if (net->run() != 0) continue;
    for (std::string& name : net->get_output_names()) values_of(*net->get_output_by_name(name));
  }
}

class MutatedModel : public testing::Test {
 protected:
  MutatedModel() { work_.convert_well(digits_config(), digits_onnx(), "digits.mk.h", {"--save_quantize_model"}); }

  void load_and_run_mutations(unsigned seed, const std::string& model, const std::string& other) const {
    Mutator mutator(seed, work_.read(model), work_.read(other));
    Tally tally;
    for (int i = 0; i < kMutations; ++i) {
      SCOPED_TRACE(fmt::format("mutation {}", i));
      load_and_run(work_, mutator.mutate(), tally);
    }
    std::printf("%d refused, %d ran, %d loaded but did not run, %d too large\n", tally.refused, tally.ran,
                tally.failed_to_run, tally.too_large);
    EXPECT_GT(tally.refused, kMutations / 4);
    EXPECT_GT(tally.ran, kMutations / 20) << "the mutations are too coarse to get past the checks";
  }

  Workspace work_;
};

TEST_F(MutatedModel, QuantizedGivesAnErrorOrAResult) {
  load_and_run_mutations(1, "digits.bin", "save-magik/model_float.mgk");
}

TEST_F(MutatedModel, FloatGivesAnErrorOrAResult) {
  load_and_run_mutations(2, "save-magik/model_float.mgk", "digits.bin");
}

TEST_F(MutatedModel, ForeignFilesAreErrors) {
  Tally tally;
  std::mt19937 random(3);
  std::string noise(5000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  const transform::test::TestFolder none;
  std::vector<std::string> files = {"",
                                    "M",
                                    "MGK1",
                                    std::string(64, '\0'),
                                    "MGK1" + std::string(60, '\xff'),
                                    noise,
                                    "MGK1" + noise,
                                    work_.read("magik_model_digits.mk.h"),
                                    work_.read("config.json")};
  for (const std::string& picture : {digits_onnx(), digits_test_pictures()[0]}) {
    std::ifstream file(picture, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  for (const std::string& bytes : files) load_and_run(work_, bytes, tally);
  EXPECT_EQ(tally.refused, static_cast<int>(files.size()));
}

}  // namespace
}  // namespace magik::e2e
