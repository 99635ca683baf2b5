#include "venus/ops/infer.h"

#include <algorithm>

namespace magik::rt::ops {

Status resolve_axes(const std::vector<int64_t>& axes, int rank, std::vector<int>* resolved) {
  resolved->clear();
  for (int64_t given : axes) {
    Result<int> axis = normalize_axis(given, rank);
    if (!axis.ok()) return axis.take_status();
    if (std::find(resolved->begin(), resolved->end(), axis.value()) != resolved->end()) {
      return Status::error("axis %d is given twice", axis.value());
    }
    resolved->push_back(axis.value());
  }
  return {};
}

Status check_length(const char* name, size_t length, int count) {
  if (length == static_cast<size_t>(count)) return {};
  return Status::error("attribute %s has %zu entries, expected %d", name, length, count);
}

Status set_output(InferContext& context, size_t index, ElementType type, const std::vector<int64_t>& dims) {
  if (dims.size() > static_cast<size_t>(kMaxRank)) {
    return Status::error("output %zu would have %zu axes, at most %d are allowed", index, dims.size(), kMaxRank);
  }
  for (int64_t dim : dims) {
    if (dim < 0 || dim >= kMaxElements) {  // what fits a Shape; its product is checked below
      return Status::error("output %zu would have a dimension of %lld", index, static_cast<long long>(dim));
    }
  }
  context.outputs[index].type = type;
  context.outputs[index].shape = Shape(dims.begin(), dims.end());
  return check_shape(context.outputs[index].shape);
}

}  // namespace magik::rt::ops
