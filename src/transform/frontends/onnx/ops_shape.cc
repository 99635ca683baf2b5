// Operators that change a shape and keep the elements, or repeat them.
#include <algorithm>

#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

void reshape(OnnxNode& n) {
  const Ints shape = n.constant_ints(1);
  if (n.integer("allowzero", 0) != 0 && std::count(shape.begin(), shape.end(), 0) > 0) {
    unsupported("allowzero with a dimension of 0");
  }
  n.emit("Reshape", {n.input(0)}, attributes("shape", shape));
}

void flatten(OnnxNode& n) {
  n.emit("Flatten", {n.input(0)}, attributes("axis", n.axis(n.integer("axis", 1), n.rank(n.input(0)), true)));
}

void squeeze(OnnxNode& n) {
  const rt::Shape& shape = n.shape(n.input(0));
  Ints axes;
  if (const auto given = n.integers_or_input("axes", 1)) {
    axes = n.axes(*given, shape.rank());
  } else {
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape[i] == 1) axes.push_back(i);
    }
  }
  n.emit("Squeeze", {n.input(0)}, attributes("axes", axes));
}

void unsqueeze(OnnxNode& n) {
  const auto given = n.integers_or_input("axes", 1);
  if (!given) n.fail("'axes' is missing");
  Ints axes = n.axes(*given, n.rank(n.input(0)) + static_cast<int>(given->size()));
  std::sort(axes.begin(), axes.end());
  n.emit("Unsqueeze", {n.input(0)}, attributes("axes", axes));
}

// The shape broadcasts in both directions: a 1 in it keeps the input's dimension.
void expand(OnnxNode& n) {
  const rt::Shape& from = n.shape(n.input(0));
  Ints to = n.constant_ints(1);
  const size_t rank = static_cast<size_t>(from.rank());
  if (to.size() < rank) to.insert(to.begin(), rank - to.size(), 1);
  for (size_t i = 0; i < rank; ++i) {
    int64_t& dim = to[to.size() - rank + i];
    if (dim == 1) dim = from[static_cast<int>(i)];
  }
  n.emit("Expand", {n.input(0)}, attributes("shape", to));
}

void tile(OnnxNode& n) { n.emit("Tile", {n.input(0)}, attributes("repeats", n.constant_ints(1))); }

// Constants pass through without a node, so weights behind Identity nodes are not copied.
void identity(OnnxNode& n) {
  if (n.builder().is_constant(n.input(0))) return n.set_output(0, n.input(0));
  n.emit("Identity", {n.input(0)});
}

void dropout(OnnxNode& n) {
  if (n.is_read(1)) unsupported("the output mask");
  if (n.has_input(2) && n.constant_ints(2) != Ints{0}) unsupported("training_mode 1");
  identity(n);
}

constexpr OnnxOp kOps[] = {
    {"Dropout", dropout}, {"Expand", expand},   {"Flatten", flatten}, {"Identity", identity},
    {"Reshape", reshape}, {"Squeeze", squeeze}, {"Tile", tile},       {"Unsqueeze", unsqueeze},
};

}  // namespace

std::span<const OnnxOp> shape_ops() { return kOps; }

}  // namespace magik::transform
