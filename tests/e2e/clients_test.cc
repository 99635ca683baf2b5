// The programs of tests/clients, which are written as customers write theirs, compiled as C++11 against the public
// headers and run: on this machine with the shared library, and under qemu with a board build's static one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "transform/serialize/model_header.h"
#include "venus/api/test_model.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

const std::string kClients[] = {"inference.cpp", "inference_nv12.cpp", "memory_modes.cpp", "image_processing.cpp",
                                "detection.cpp", "two_networks.cpp",   "entry_points.c"};
constexpr int kPackedOffset = 40;

std::string client_source(const std::string& name) { return source_path("tests/clients/" + name); }

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string bytes(const rt::Graph& graph) {
  const std::vector<uint8_t> model = rt::serialize_model(graph);
  return {model.begin(), model.end()};
}

struct Target {
  std::string name, cxx, cc;
  std::vector<std::string> flags, libraries, emulator;
  std::string needs;  // a file
};

std::ostream& operator<<(std::ostream& out, const Target& target) { return out << target.name; }

Target this_machine() {
  const std::string libraries = tool("../lib");
  std::istringstream flags(MAGIK_CLIENT_FLAGS);
  return {"Host",
          MAGIK_CXX,
          MAGIK_CC,
          {std::istream_iterator<std::string>(flags), {}},
          {"-L" + libraries, "-Wl,-rpath," + libraries, "-lvenus", "-lpthread"},
          {},
          ""};
}

// Linked as the vendor's Makefiles do it.
Target mipsel() {
  const std::string folder = MAGIK_BOARDS "/mipsel/lib";
  return {"Mipsel",
          "mipsel-linux-gnu-g++",
          "mipsel-linux-gnu-gcc",
          {"-march=mips32r2"},
          {"-static", "-L" + folder, "-lvenus", "-lpthread", "-lrt", "-ldl", "-lm"},
          {"qemu-mipsel"},
          folder + "/libvenus.a"};
}

class Clients : public testing::Test, public Workspace {
 protected:
  void compile(const Target& target, const std::string& client) const {
    const bool is_c = client.back() == 'c';
    std::vector<std::string> command = {is_c ? target.cc : target.cxx,
                                        is_c ? "-std=c99" : "-std=c++11",
                                        "-Wall",
                                        "-Wextra",
                                        "-Werror",
                                        "-I" + source_path("include/venus"),
                                        "-I" + path()};
    command.insert(command.end(), target.flags.begin(), target.flags.end());
    command.insert(command.end(), {"-c", client_source(client), "-o", client + ".o"});
    const Finished compiled = run(command);
    ASSERT_EQ(compiled.status, 0) << compiled.err;
  }

  void link(const Target& target, const std::string& client) const {
    std::vector<std::string> command = {target.cxx, client + ".o", "-o", "client"};
    command.insert(command.end(), target.flags.begin(), target.flags.end());
    command.insert(command.end(), target.libraries.begin(), target.libraries.end());
    const Finished linked = run(command);
    ASSERT_EQ(linked.status, 0) << linked.err;
  }

  // See tests/clients/inference.cpp.
  void write_models() const {
    const std::string rgb = bytes(api::test::pixel_graph(4, 6, 3, "RGB"));
    write("rgb.bin", rgb);
    write("bgr.bin", bytes(api::test::pixel_graph(4, 6, 3, "BGR")));
    write("gray.bin", bytes(api::test::pixel_graph(4, 6, 1, "GRAY")));
    write("floats.bin", bytes(api::test::float_graph()));
    write("packed.bin", std::string(kPackedOffset, 'U') + rgb);
    write("magik_model_rgb.mk.h", transform::model_header("rgb", {rgb.begin(), rgb.end()}));
  }

  std::vector<std::string> arguments(const std::string& client) const {
    if (client == "inference.cpp") return {"rgb.bin", "bgr.bin", "gray.bin", "floats.bin"};
    if (client == "inference_nv12.cpp") return {"rgb.bin"};
    if (client == "memory_modes.cpp") return {"rgb.bin", "packed.bin", std::to_string(kPackedOffset)};
    if (client == "two_networks.cpp") return {"out/digits.bin", "rgb.bin", "--seconds", "3"};
    return {};
  }
};

class ClientsOn : public Clients, public testing::WithParamInterface<std::tuple<Target, std::string>> {};

TEST_P(ClientsOn, GiveTheExpectedValues) {
  const auto& [target, client] = GetParam();
  if (!target.needs.empty() && !std::ifstream(target.needs)) {
    GTEST_SKIP() << target.needs << " is missing: make boards";
  }
  write_models();
  if (client == "two_networks.cpp") convert_well(digits_config());
  compile(target, client);
  link(target, client);
  std::vector<std::string> command = target.emulator;
  command.push_back(path() + "/client");
  for (const std::string& argument : arguments(client)) command.push_back(argument);
  const Finished finished = run(command);
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_NE(finished.out.find("all values as expected"), std::string::npos) << finished.out;
}

std::string test_name(const testing::TestParamInfo<std::tuple<Target, std::string>>& info) {
  const std::string& client = std::get<1>(info.param);
  return std::get<0>(info.param).name + "_" + client.substr(0, client.find('.'));
}
INSTANTIATE_TEST_SUITE_P(All, ClientsOn,
                         testing::Combine(testing::Values(this_machine(), mipsel()), testing::ValuesIn(kClients)),
                         test_name);

// Names that `nm` prints with one of the letters in `kinds`.
std::set<std::string> symbols(const std::string& text, const std::string& kinds) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, std::regex("[0-9a-f]* +([A-Za-z]) (.*)")) &&
        kinds.find(match.str(1)) != std::string::npos) {
      names.insert(match.str(2));
    }
  }
  return names;
}

// A new public function needs a client.
TEST_F(Clients, UseEveryFunction) {
  write_models();
  std::vector<std::string> undefined = {"nm", "-C", "--undefined-only"};
  std::string sources;
  for (const std::string& client : kClients) {
    compile(this_machine(), client);
    undefined.push_back(client + ".o");
    sources += content(client_source(client));
  }
  const std::set<std::string> used = symbols(run(undefined).out, "U");
  const Finished library = run({"nm", "-D", "-C", "--defined-only", tool("../lib/libvenus.so")});
  ASSERT_EQ(library.status, 0) << library.err;
  size_t functions = 0;
  for (const std::string& name : symbols(library.out, "T")) {
    const bool is_public = name.rfind("magik::venus::", 0) == 0 || name.rfind("magik_venus_", 0) == 0;
    // Destructors are used through virtual tables.
    if (!is_public || name.find('~') != std::string::npos) continue;
    ++functions;
    EXPECT_TRUE(used.count(name)) << "no client uses " << name;
  }
  EXPECT_GT(functions, 50u);

  // Members of BaseNet are no symbols.
  const std::string header = content(source_path("include/venus/common/common_inf.h"));
  const std::regex member("virtual [^~;]*?(\\w+)\\(");
  size_t members = 0;
  for (std::sregex_iterator it(header.begin(), header.end(), member), end; it != end; ++it, ++members) {
    EXPECT_NE(sources.find("->" + it->str(1) + "("), std::string::npos) << "no client uses BaseNet::" << it->str(1);
  }
  EXPECT_GE(members, 20u);
}

}  // namespace
}  // namespace magik::e2e
