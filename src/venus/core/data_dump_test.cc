#include "venus/core/data_dump.h"

#include <gtest/gtest.h>

#include <memory>

#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

Graph graph_of(const std::string& node) {
  test::TestGraph test;
  test.graph.outputs = {test.node("Relu", node, {test.input("x", {1, 4})}, {1, 4})};
  return test.graph;
}

// Other tests of the process may have had folders: this one has its own kinds of networks, and counts from its first.
TEST(DataDumpFolder, NetworksOfOneProcessDoNotShareAFolder) {
  const Graph detector = graph_of("detector"), classifier = graph_of("classifier");
  const auto directory = [](const DataDumpFolder& folder) { return folder.options().directory; };
  const DataDumpFolder first(detector);
  EXPECT_EQ(directory(first).rfind("./MAGIK_DATA_DUMP", 0), 0u);
  std::string second;
  {
    const DataDumpFolder folder(classifier), same(detector);
    second = directory(folder);
    EXPECT_NE(second, directory(first));
    EXPECT_NE(directory(same), directory(first)) << "both may run at the same time";
    EXPECT_NE(directory(same), second);
  }
  EXPECT_EQ(directory(DataDumpFolder(classifier)), second) << "loaded again";
  EXPECT_NE(directory(DataDumpFolder(graph_of("third"))), second) << "another network keeps what was dumped";
}

}  // namespace
}  // namespace magik::rt
