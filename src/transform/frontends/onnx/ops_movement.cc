// Operators that move elements.
#include <algorithm>
#include <numeric>

#include "transform/frontends/onnx/onnx_ops.h"

namespace magik::transform {
namespace {

void transpose(OnnxNode& n) {
  const int rank = n.rank(n.input(0));
  Ints reversed(static_cast<size_t>(rank));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  n.emit("Permute", {n.input(0)}, attributes("perm", n.axes(n.integers("perm", reversed), rank)));
}

void concat(OnnxNode& n) {
  std::vector<ValueId> inputs;
  for (size_t i = 0; i < n.input_count(); ++i) inputs.push_back(n.input(i));
  if (inputs.empty()) n.fail("it has no inputs");
  n.emit("Concat", inputs, attributes("axis", n.axis(n.integer("axis", 1), n.rank(inputs[0]))));
}

// Sizes are an attribute before opset 13, an input since; without them the parts are equal, the last one smaller.
void split(OnnxNode& n) {
  const rt::Shape& shape = n.shape(n.input(0));
  const int64_t axis = n.axis(n.integer("axis", 0), shape.rank());
  const int64_t parts = static_cast<int64_t>(n.output_count());
  Ints sizes;
  if (const auto given = n.integers_or_input("split", 1)) {
    sizes = *given;
    if (static_cast<int64_t>(sizes.size()) != parts) n.fail("{} sizes for {} outputs", sizes.size(), parts);
  } else {
    const int64_t whole = shape[static_cast<int>(axis)], part = (whole + parts - 1) / parts;
    for (int64_t i = 0; i < parts; ++i) sizes.push_back(std::clamp(whole - i * part, int64_t{0}, part));
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < n.output_count(); ++i) names.push_back(n.output_name(i));
  const auto outputs = n.builder().add("Split", {n.input(0)}, attributes("axis", axis, "sizes", sizes), names);
  for (size_t i = 0; i < outputs.size(); ++i) n.set_output(i, outputs[i]);
}

// Attributes before opset 10, inputs since.
void slice(OnnxNode& n) {
  const auto starts = n.integers_or_input("starts", 1), ends = n.integers_or_input("ends", 2);
  if (!starts || !ends) n.fail("'starts' or 'ends' is missing");
  Ints first_axes(starts->size());
  std::iota(first_axes.begin(), first_axes.end(), 0);
  const Ints axes = n.axes(n.integers_or_input("axes", 3).value_or(first_axes), n.rank(n.input(0)));
  const Ints steps = n.integers_or_input("steps", 4).value_or(Ints(starts->size(), 1));
  n.emit("Slice", {n.input(0)}, attributes("starts", *starts, "ends", *ends, "axes", axes, "steps", steps));
}

// Negative padding crops, which is a Slice before the Pad.
ValueId crop(OnnxNode& n, ValueId x, Ints& pads) {
  if (std::none_of(pads.begin(), pads.end(), [](int64_t pad) { return pad < 0; })) return x;
  const rt::Shape& shape = n.shape(x);
  const size_t rank = static_cast<size_t>(shape.rank());
  Ints starts(rank), ends(rank), axes(rank);
  for (size_t i = 0; i < rank; ++i) {
    axes[i] = static_cast<int64_t>(i);
    starts[i] = std::max<int64_t>(0, -pads[i]);
    ends[i] = shape[static_cast<int>(i)] - std::max<int64_t>(0, -pads[rank + i]);
  }
  for (int64_t& pad : pads) pad = std::max<int64_t>(0, pad);
  return n.emit_helper("cropped", "Slice", {x},
                       attributes("starts", starts, "ends", ends, "axes", axes, "steps", Ints(rank, 1)));
}

// Pads and value are attributes before opset 11, inputs since; opset 18 adds axes.
void pad(OnnxNode& n) {
  const ValueId x = n.input(0);
  const size_t rank = static_cast<size_t>(n.rank(x));
  const auto given = n.integers_or_input("pads", 1);
  if (!given) n.fail("'pads' is missing");
  Ints axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (n.has_input(3)) axes = n.axes(n.constant_ints(3), static_cast<int>(rank));
  if (given->size() != 2 * axes.size()) n.fail("{} pads for {} axes, expected two each", given->size(), axes.size());
  Ints pads(2 * rank, 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    pads[static_cast<size_t>(axes[i])] = (*given)[i];
    pads[rank + static_cast<size_t>(axes[i])] = (*given)[axes.size() + i];
  }
  float value = n.number("value", 0.0f);
  if (n.has_input(2)) {
    const bool is_float = n.builder().value(n.input(2)).type == rt::ElementType::kFloat32;
    const Floats values = is_float ? n.constant_floats(2) : [&] {
      const Ints ints = n.constant_ints(2);
      return Floats(ints.begin(), ints.end());
    }();
    if (values.size() != 1) n.fail("constant_value has {} elements, expected one", values.size());
    value = values[0];
  }
  const std::string mode = n.text("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap") {
    n.fail("mode is '{}', expected constant, reflect, edge or wrap", mode);
  }
  const ValueId cropped = crop(n, x, pads);
  n.emit("Pad", {cropped}, attributes("pads", pads, "mode", mode, "value", value));
}

void gather(OnnxNode& n) {
  n.emit("Gather", {n.input(0), n.input(1)}, attributes("axis", n.axis(n.integer("axis", 0), n.rank(n.input(0)))));
}

constexpr OnnxOp kOps[] = {
    {"Concat", concat}, {"Gather", gather}, {"Pad", pad}, {"Slice", slice}, {"Split", split}, {"Transpose", transpose},
};

}  // namespace

std::span<const OnnxOp> movement_ops() { return kOps; }

}  // namespace magik::transform
