// DepthToSpace and SpaceToDepth of NHWC tensors. With blocks of b x b, channels are ordered (by, bx, c) in mode "DCR"
// and (c, by, bx) in mode "CRD" (pixel shuffle).
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status parse(const InferContext& context, int64_t* block) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  if (input.rank() != 4) return Status::error("the input has shape %s, expected NHWC", input.text().c_str());
  *block = context.attributes().integer("blocksize", 0);
  if (*block < 1 || *block > 32768) {
    return Status::error("attribute blocksize is %lld, expected 1 to 32768", static_cast<long long>(*block));
  }
  const std::string mode = context.attributes().text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") {
    return Status::error("attribute mode is '%s', expected DCR or CRD", mode.c_str());
  }
  return {};
}

Status infer_depth_to_space(InferContext& context) {
  int64_t b = 0;
  MAGIK_RETURN_IF_ERROR(parse(context, &b));
  const Shape& input = context.inputs[0].shape;
  if (input[3] % (b * b) != 0) {
    return Status::error("%d channels are not a multiple of the %lld of a block", input[3],
                         static_cast<long long>(b * b));
  }
  return set_output(context, 0, context.inputs[0].type, {input[0], input[1] * b, input[2] * b, input[3] / (b * b)});
}

Status infer_space_to_depth(InferContext& context) {
  int64_t b = 0;
  MAGIK_RETURN_IF_ERROR(parse(context, &b));
  const Shape& input = context.inputs[0].shape;
  if (input[1] % b != 0 || input[2] % b != 0) {
    return Status::error("height and width of %s are not multiples of blocksize %lld", input.text().c_str(),
                         static_cast<long long>(b));
  }
  return set_output(context, 0, context.inputs[0].type, {input[0], input[1] / b, input[2] / b, input[3] * (b * b)});
}

template <bool kToSpace>
class DepthSpaceKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    block_ = tensors.node->attributes.integer("blocksize", 0);
    depth_first_ = tensors.node->attributes.text("mode", "DCR") == "DCR";
    return {};
  }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& input = tensors.inputs[0];
    const Tensor& output = tensors.outputs[0];
    const Tensor& deep = kToSpace ? input : output;
    const Tensor& wide = kToSpace ? output : input;
    const Strides d = strides_of(deep);
    const Strides w = strides_of(wide);
    const int64_t channels = wide.shape[3];
    const int64_t by = depth_first_ ? block_ * channels : block_;
    const int64_t bx = depth_first_ ? channels : 1;
    const int64_t c = depth_first_ ? 1 : block_ * block_;
    LoopNest<2> nest;
    const auto add = [&nest](int64_t size, int64_t deep_stride, int64_t wide_stride) {
      nest.add(size, {kToSpace ? deep_stride : wide_stride, kToSpace ? wide_stride : deep_stride});
    };
    add(deep.shape[0], d[0], w[0]);
    add(deep.shape[1], d[1], w[1] * block_);
    add(block_, by, w[1]);
    add(deep.shape[2], d[2], w[2] * block_);
    add(block_, bx, w[2]);
    add(channels, c, w[3]);
    strided_copy(input.data, output.data, element_size(input.type), nest, context.pool);
  }

 private:
  int64_t block_ = 1;
  bool depth_first_ = true;  // mode "DCR"
};

}  // namespace

extern const Operator kDepthToSpace = {"DepthToSpace", infer_depth_to_space, create_movement<DepthSpaceKernel<true>>};
extern const Operator kSpaceToDepth = {"SpaceToDepth", infer_space_to_depth, create_movement<DepthSpaceKernel<false>>};

}  // namespace magik::rt::ops
