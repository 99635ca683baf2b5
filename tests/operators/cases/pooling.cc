// MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool.
#include "operators/cases/data.h"

namespace magik::check {
namespace {

Result<TestNode> random_pooling(Dice& dice, const std::string& op) {
  const bool words = dice.one_in(2), floats = dice.one_in(4);
  Result<TestNode> node = random_pool(dice, {words}, op);
  return floats ? as_floats(dice, std::move(node), 1) : std::move(node);
}

const OperatorCases kCases[] = {
    {"MaxPool", 80, random_pooling},
    {"AveragePool", 80, random_pooling},
    {"GlobalMaxPool", 30, random_pooling},
    {"GlobalAveragePool", 30, random_pooling},
};

}  // namespace
}  // namespace magik::check
