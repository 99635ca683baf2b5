#include "venus/core/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>

#include "venus/core/aligned_memory.h"
#include "venus/core/golden.h"
#include "venus/core/network.h"
#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

using test::TestGraph;
using testing::HasSubstr;

// Every field of the format is set somewhere.
Graph rich_graph() {
  TestGraph builder;
  const ValueId x = builder.pixels("image", {1, 4, 4, 3});
  builder.graph.preprocessing[0].mean = {1, 2, 3};
  builder.graph.preprocessing[0].normal = {4, 5, 6};
  const ValueId act = builder.node("Made", "up", {x, kNoValue}, {1, 4, 4, 3}, {}, ElementType::kUint8);
  builder.graph.values[act].quantization = {8, {0.5f}, {3}, -1};
  builder.graph.values[act].source_axes = {0, 2, 3, 1};
  Attributes& attributes = builder.graph.nodes[0].attributes;
  attributes.set("ints", std::vector<int64_t>{-1, int64_t{1} << 40});
  attributes.set("none", std::vector<int64_t>{});
  attributes.set("floats", std::vector<float>{0.25f, -1});
  attributes.set("text", "words");
  attributes.set("empty", "");
  builder.graph.nodes[0].version = 3;
  const ValueId w = builder.value("w", {3, 1}, ElementType::kInt8);
  const int8_t levels[] = {-127, 0, 5};
  builder.graph.values[w].constant = Constant::copy_of(levels, 3);
  builder.graph.values[w].quantization = {8, {0.5f, 0.25f, 1}, {}, 0};
  builder.constant("scalar", {}, {7});
  builder.constant("empty", {0, 4}, {});
  builder.graph.outputs = {act};
  builder.graph.soc = "T40";
  builder.graph.converter_version = "0.1.0";
  const std::vector<uint8_t> picture(4 * 4 * 3, 0xa5);
  builder.graph.golden.inputs = {Constant::copy_of(picture.data(), picture.size())};
  builder.graph.golden.node_checksums = {uint64_t{1} << 63};
  return builder.graph;
}

struct Copy {
  AlignedMemory memory;
  size_t bytes;
};

Copy aligned_copy(const std::vector<uint8_t>& file) {
  Copy copy{allocate_aligned(file.size()), file.size()};
  std::memcpy(copy.memory.get(), file.data(), file.size());
  return copy;
}

std::string parse_error(const std::vector<uint8_t>& file) {
  const Copy copy = aligned_copy(file);
  return parse_model(copy.memory.get(), copy.bytes, nullptr).message();
}

template <typename T>
void poke(std::vector<uint8_t>& file, size_t at, T value) {
  std::memcpy(file.data() + at, &value, sizeof value);
}

// A second implementation of the documented checksum.
void fix_checksum(std::vector<uint8_t>& file) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t at = kHeaderBytes; at < file.size(); at += 8) {
    uint64_t word = 0;
    for (size_t k = 0; k < 8 && at + k < file.size(); ++k) word |= uint64_t{file[at + k]} << (8 * k);
    hash ^= word;
    hash *= 0x100000001b3u;
  }
  poke(file, 32, hash);
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::vector<uint8_t>& bytes)
      : path_(testing::TempDir() + "magik_" + std::to_string(::getpid())) {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(ModelFile, RoundTrip) {
  const Graph graph = rich_graph();
  const std::vector<uint8_t> file = serialize_model(graph);
  const Copy copy = aligned_copy(file);
  auto parsed = parse_model(copy.memory.get(), copy.bytes, nullptr);
  ASSERT_TRUE(parsed.ok()) << parsed.message();
  const Graph& read = *parsed.value();

  EXPECT_EQ(read.soc, graph.soc);
  EXPECT_EQ(read.converter_version, graph.converter_version);
  EXPECT_EQ(read.inputs, graph.inputs);
  EXPECT_EQ(read.outputs, graph.outputs);
  ASSERT_EQ(read.values.size(), graph.values.size());
  for (size_t i = 0; i < read.values.size(); ++i) {
    const Value &a = read.values[i], &b = graph.values[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_EQ(a.source_axes, b.source_axes);
    EXPECT_TRUE(a.quantization == b.quantization);
    EXPECT_EQ(a.is_constant(), b.is_constant()) << a.name;
    ASSERT_EQ(a.constant.bytes, b.constant.bytes);
    EXPECT_TRUE(is_aligned(a.constant.data));
    EXPECT_TRUE(std::equal(a.constant.as<char>(), a.constant.as<char>() + a.constant.bytes, b.constant.as<char>()));
  }
  ASSERT_EQ(read.nodes.size(), 1u);
  EXPECT_EQ(read.nodes[0].op, "Made");
  EXPECT_EQ(read.nodes[0].version, 3);
  EXPECT_EQ(read.nodes[0].name, "up");
  EXPECT_EQ(read.nodes[0].inputs, graph.nodes[0].inputs);
  EXPECT_EQ(read.nodes[0].outputs, graph.nodes[0].outputs);
  EXPECT_EQ(read.nodes[0].attributes.entries(), graph.nodes[0].attributes.entries());
  ASSERT_EQ(read.golden.inputs.size(), 1u);
  ASSERT_EQ(read.golden.inputs[0].bytes, 48u);
  EXPECT_TRUE(is_aligned(read.golden.inputs[0].data));
  EXPECT_EQ(read.golden.inputs[0].as<uint8_t>()[47], 0xa5);
  EXPECT_EQ(read.golden.node_checksums, graph.golden.node_checksums);
  ASSERT_EQ(read.preprocessing.size(), 1u);
  EXPECT_EQ(read.preprocessing[0].kind, InputKind::kPixels);
  EXPECT_EQ(read.preprocessing[0].color, "RGB");
  EXPECT_EQ(read.preprocessing[0].resize, "STRETCH");
  EXPECT_EQ(read.preprocessing[0].mean, graph.preprocessing[0].mean);
  EXPECT_EQ(read.preprocessing[0].normal, graph.preprocessing[0].normal);
  EXPECT_EQ(serialize_model(read), file) << "equal graphs give equal bytes";
}

TEST(ModelFile, Header) {
  std::vector<uint8_t> file = serialize_model(rich_graph());
  EXPECT_EQ(std::string(file.begin(), file.begin() + 4), "MGK1");
  EXPECT_EQ(file.size() % 64, 0u);
  auto length = model_length(file.data());
  ASSERT_TRUE(length.ok());
  EXPECT_EQ(length.value(), file.size());
  std::vector<uint8_t> fixed = file;
  fix_checksum(fixed);
  EXPECT_EQ(fixed, file) << "the checksum is the documented one";
}

TEST(ModelFile, HeaderErrors) {
  const std::vector<uint8_t> good = serialize_model(rich_graph());
  const auto with = [&](auto change) {
    std::vector<uint8_t> file = good;
    change(file);
    return parse_error(file);
  };
  using File = std::vector<uint8_t>;
  EXPECT_EQ(with([](File& f) { f.resize(10); }), "not a Magik model: 10 bytes are fewer than the header's 64");
  EXPECT_EQ(with([](File& f) { f[0] = 'X'; }), "not a Magik model: byte 0 is not \"MGK1\"");
  EXPECT_THAT(with([](File& f) { poke<uint32_t>(f, 4, 2); }), HasSubstr("model format version 2 at byte 4"));
  EXPECT_THAT(with([](File& f) { poke<uint64_t>(f, 8, 63); }), HasSubstr("impossible length 63 at byte 8"));
  EXPECT_THAT(with([](File& f) { poke<uint64_t>(f, 8, ~uint64_t{0}); }), HasSubstr("impossible length"));
  EXPECT_THAT(with([](File& f) { f.pop_back(); }), HasSubstr("cut model: its header says"));
  EXPECT_THAT(with([](File& f) { poke<uint64_t>(f, 16, f.size()); }), HasSubstr("(byte 16) does not fit"));
  EXPECT_THAT(with([](File& f) { poke<uint64_t>(f, 24, 1); }), HasSubstr("weights cannot start at 1 (byte 24)"));
  EXPECT_EQ(with([](File& f) { f[50] = 1; }), "broken model: byte 50 is not zero");
  EXPECT_THAT(with([](File& f) { f.back() ^= 1; }), HasSubstr("damaged model: checksum"));
  EXPECT_EQ(with([](File& f) { f.resize(f.size() + 100); }), "") << "other bytes may follow";
}

TEST(ModelFile, GraphErrorsNameTheTable) {
  Graph graph = rich_graph();
  graph.outputs = {99};
  EXPECT_EQ(parse_error(serialize_model(graph)),
            "broken model: output 0: value 99 does not exist, the model has 5 values");
  graph = rich_graph();
  graph.values[2].constant = Constant::copy_bytes("12", 2);
  EXPECT_EQ(parse_error(serialize_model(graph)),
            "broken model: value 2 'w': the constant has 2 bytes, but int8 of shape 3x1 has 3");
}

TEST(ModelFile, ConstantsOutsideOfTheWeights) {
  const std::vector<uint8_t> good = serialize_model(rich_graph());
  uint64_t weights;
  std::memcpy(&weights, good.data() + 24, sizeof weights);
  std::vector<uint8_t> file = good;
  // The first constant's offset is the only 8-byte word of the FlatBuffer with this value.
  const auto at = std::search(file.begin() + kHeaderBytes, file.end(), reinterpret_cast<uint8_t*>(&weights),
                              reinterpret_cast<uint8_t*>(&weights + 1));
  ASSERT_LT(at, file.begin() + static_cast<std::ptrdiff_t>(weights));
  const size_t place = static_cast<size_t>(at - file.begin());
  poke<uint64_t>(file, place, 64);
  fix_checksum(file);
  EXPECT_THAT(parse_error(file), HasSubstr("value 2 'w': a constant of 3 bytes at byte 64 is outside of the weights"));
  poke<uint64_t>(file, place, ~uint64_t{63});
  fix_checksum(file);
  EXPECT_THAT(parse_error(file), HasSubstr("is outside of the weights"));
  poke<uint64_t>(file, place, weights + 8);
  fix_checksum(file);
  EXPECT_THAT(parse_error(file), HasSubstr("not a multiple of 64"));
}

TEST(ModelFile, GoldenInputOutsideOfTheWeights) {
  std::vector<uint8_t> file = serialize_model(rich_graph());
  // The last 64 bytes of the file, whose offset is in the FlatBuffer once.
  const uint64_t offset = file.size() - 64;
  const auto at = std::search(file.begin() + kHeaderBytes, file.end(), reinterpret_cast<const uint8_t*>(&offset),
                              reinterpret_cast<const uint8_t*>(&offset + 1));
  ASSERT_NE(at, file.end());
  poke<uint64_t>(file, static_cast<size_t>(at - file.begin()), offset + 64);
  fix_checksum(file);
  EXPECT_THAT(parse_error(file), HasSubstr("input 0 of the golden test: a constant of 48 bytes at byte "));
}

TEST(ModelFile, UnalignedMemoryIsAnError) {
  const std::vector<uint8_t> file = serialize_model(rich_graph());
  const AlignedMemory memory = allocate_aligned(file.size() + 8);
  EXPECT_EQ(parse_model(memory.get() + 8, file.size(), nullptr).message(),
            "the model's memory is not aligned to 64 bytes");
}

TEST(ModelFile, LoadsFromAnyOffset) {
  const std::vector<uint8_t> file = serialize_model(rich_graph());
  for (size_t offset : {0, 64, 1000}) {
    std::vector<uint8_t> packed(offset, 0xee);
    packed.insert(packed.end(), file.begin(), file.end());
    packed.insert(packed.end(), 77, 0xee);
    const TemporaryFile temporary(packed);
    auto loaded = load_model_file(temporary.path(), offset);
    ASSERT_TRUE(loaded.ok()) << loaded.message();
    EXPECT_EQ(serialize_model(*loaded.value()), file);
  }
}

TEST(ModelFile, LoadErrorsNameTheFile) {
  EXPECT_EQ(load_model_file("/nowhere/model.bin").message(),
            "/nowhere/model.bin: cannot open: No such file or directory");
  EXPECT_EQ(load_model_file("/tmp").message(), "/tmp: not a regular file");
  const TemporaryFile temporary({1, 2, 3});
  EXPECT_EQ(load_model_file(temporary.path(), 3).message(),
            temporary.path() + ": no model at byte 3, the file has 3 bytes");
  EXPECT_EQ(load_model_file(temporary.path(), 1).message(),
            temporary.path() + " (from byte 1 on): not a Magik model: 2 bytes are fewer than the header's 64");
}

// Whatever is in a file, parsing and loading it ends well: run under the address and undefined-behaviour sanitizers.
TEST(ModelFile, RandomDamageNeverCrashes) {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 2, 2, 4});
  const ValueId c = builder.constant("c", {4}, {1, 2, 3, 4});
  const ValueId sum = builder.node("EltwiseAdd", "sum", {x, c}, {1, 2, 2, 4});
  const ValueId flat =
      builder.node("Reshape", "flat", {sum}, {1, 16}, test::attribute("shape", std::vector<int64_t>{1, -1}));
  const std::vector<uint8_t> picture(2 * 2 * 4 * sizeof(float));
  builder.graph.golden.inputs = {Constant::copy_of(picture.data(), picture.size())};
  builder.graph.golden.node_checksums = {1, 2};
  const std::vector<uint8_t> good = serialize_model(*builder.shared({flat}));
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint8_t> file = good;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips) {
      file[kHeaderBytes + random() % (file.size() - kHeaderBytes)] = static_cast<uint8_t>(random());
    }
    fix_checksum(file);
    const Copy copy = aligned_copy(file);
    auto parsed = parse_model(copy.memory.get(), copy.bytes, nullptr);
    if (!parsed.ok()) continue;
    bool small = true;  // memory of gigabytes is legal, but slow to clear here
    for (const Value& value : parsed.value()->values) small &= value.shape.elements() < 1 << 20;
    if (!small) continue;
    auto network = Network::create(parsed.value());
    if (!network.ok()) continue;
    EXPECT_TRUE(network.value()->run().ok());
    EXPECT_EQ(nodes_off_golden(*network.value()).ok(), !parsed.value()->golden.empty());
  }
}

}  // namespace
}  // namespace magik::rt
