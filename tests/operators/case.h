// Cases of every operator: small networks of one node with seeded random shapes, widths, parameters and data.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "venus/kernels/random_nodes.h"

namespace magik::check {

using rt::Attributes;
using rt::ElementType;
using rt::Quantization;
using rt::Result;
using rt::Shape;
using rt::Status;
using rt::test::Dice;
using rt::test::OutputSpec;
using rt::test::OwnedTensor;
using rt::test::TestNode;

using rt::test::constant;
using rt::test::levels;
using rt::test::random_tensor;
using rt::test::tensor_of;
using rt::test::try_make_node;

struct Case {
  std::string name;  // "Conv2D/17"
  std::shared_ptr<const rt::Graph> graph;
  std::vector<OwnedTensor> inputs;  // of all inputs of the graph
};

// Makes a random node of the operator.
using MakeNode = Result<TestNode> (*)(Dice& dice, const std::string& op);

// The cases of one operator. A static object in cases/*.cc registers itself:
//   const OperatorCases kCases[] = {{"Relu", 12, random_unary}, {"Not", 4, random_not}};
class OperatorCases {
 public:
  OperatorCases(const char* op, int count, MakeNode make);
  const std::string& op() const { return op_; }
  int count() const { return count_; }
  // The same case on every machine. An error names it.
  Result<Case> make(int index) const;

 private:
  std::string op_;
  int count_;
  MakeNode make_;
};

// In the order of operators.inc. An error names an operator without cases, or cases without operator.
Result<std::vector<OperatorCases>> all_cases();

}  // namespace magik::check
