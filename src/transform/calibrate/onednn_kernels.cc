// The converter's float convolutions and products: oneDNN primitives behind the runtime's kernel interface. They give
// what the reference kernels give up to the order of sums, many times faster. One thread each: the converter runs one
// network per worker instead.
#include <omp.h>

#include <algorithm>
#include <cfloat>
#include <dnnl.hpp>

#include "transform/calibrate/calibrate.h"
#include "venus/ops/conv2d_params.h"

namespace magik::transform {
namespace {

using dnnl::memory;
using rt::Activation;
using rt::Conv2DGeometry;
using rt::Conv2DParams;
using rt::NodeTensors;
using rt::Status;

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc nhwc(int64_t n, int64_t c, int64_t h, int64_t w) {
  return {{n, c, h, w}, memory::data_type::f32, memory::format_tag::nhwc};
}

// Whether the primitive's tail computes the activation, or apply_activation() has to.
bool fuses(Activation::Kind kind) { return kind == Activation::Kind::kClamp || kind == Activation::Kind::kLeaky; }

dnnl::primitive_attr attributes_of(const Activation& activation) {
  dnnl::post_ops tail;
  if (activation.kind == Activation::Kind::kClamp) {
    tail.append_eltwise(1, dnnl::algorithm::eltwise_clip, std::max(activation.lo, -FLT_MAX),
                        std::min(activation.hi, FLT_MAX));
  } else if (activation.kind == Activation::Kind::kLeaky) {
    tail.append_eltwise(1, dnnl::algorithm::eltwise_relu, activation.alpha, 0);
  }
  dnnl::primitive_attr result;
  result.set_post_ops(tail);
  return result;
}

class ConvolutionKernel : public rt::Kernel {
 public:
  explicit ConvolutionKernel(Conv2DParams params) : params_(std::move(params)), stream_(cpu()) {}

  Status prepare(const NodeTensors& tensors) override try {
    rt::Result<Conv2DGeometry> geometry = rt::resolve_conv2d(params_, tensors);
    if (!geometry.ok()) return geometry.take_status();
    geometry_ = geometry.take();
    create_primitive();
    return {};
  } catch (const dnnl::error& error) {
    return Status::error("oneDNN: %s", error.what());
  }

  size_t scratch_bytes() const override {
    return pads_copy_ ? static_cast<size_t>(geometry_.batch) * padded_h() * padded_w() * channels() * sizeof(float) : 0;
  }

  void run(const NodeTensors& tensors, const rt::RunContext& context) override {
    omp_set_num_threads(1);  // of this worker
    auto* x = tensors.inputs[Conv2DParams::kX].as<float>();
    auto* y = tensors.outputs[0].as<float>();
    if (pads_copy_) {
      auto* padded = reinterpret_cast<float*>(context.scratch_of(0));
      copy_padded(x, padded);
      x = padded;
    }
    arguments_.at(DNNL_ARG_SRC).set_data_handle(x);
    arguments_.at(DNNL_ARG_DST).set_data_handle(y);
    primitive_.execute(stream_, arguments_);
    stream_.wait();
    if (!fuses(params_.activation.kind)) apply_activation(y, tensors.outputs[0].rows());
  }

 private:
  size_t channels() const { return static_cast<size_t>(params_.in_channels); }
  size_t padded_h() const {
    return static_cast<size_t>(geometry_.y.pad_begin + geometry_.y.input + geometry_.y.pad_end);
  }
  size_t padded_w() const {
    return static_cast<size_t>(geometry_.x.pad_begin + geometry_.x.input + geometry_.x.pad_end);
  }

  void create_primitive() {
    omp_set_num_threads(1);  // the primitive is made for that many
    const rt::WindowAxis& y = geometry_.y;
    const rt::WindowAxis& x = geometry_.x;
    const int64_t group = params_.group, out = params_.out_channels, in = params_.in_channels;
    const bool pads = y.pad_begin != 0 || y.pad_end != 0 || x.pad_begin != 0 || x.pad_end != 0;
    pads_copy_ = pads && !params_.uniform_padding;  // oneDNN pads with zeros only
    const auto pad = [&](int32_t pixels) { return pads_copy_ ? 0 : pixels; };

    const memory::desc source =
        pads_copy_ ? nhwc(geometry_.batch, in, padded_h(), padded_w()) : nhwc(geometry_.batch, in, y.input, x.input);
    const memory::desc target = nhwc(geometry_.batch, out, y.output, x.output);
    memory::dims weight_dims = {out, in / group, y.kernel, x.kernel};
    if (group > 1) weight_dims = {group, out / group, in / group, y.kernel, x.kernel};
    const memory::desc weight_any(weight_dims, memory::data_type::f32, memory::format_tag::any);
    const memory::desc bias({out}, memory::data_type::f32, memory::format_tag::x);

    const dnnl::convolution_forward::desc description(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, weight_any,
        params_.bias_f ? bias : memory::desc(), target, {y.stride, x.stride}, {y.dilation - 1, x.dilation - 1},
        {pad(y.pad_begin), pad(x.pad_begin)}, {pad(y.pad_end), pad(x.pad_end)});
    const dnnl::convolution_forward::primitive_desc chosen(description, attributes_of(params_.activation), cpu());
    primitive_ = dnnl::convolution_forward(chosen);

    if (!weights_ || weights_.get_desc() != chosen.weights_desc()) {
      const memory::desc stored(weight_dims, memory::data_type::f32,
                                group > 1 ? memory::format_tag::gohwi : memory::format_tag::ohwi);
      memory plain(stored, cpu(), const_cast<float*>(params_.weight_f));
      if (stored == chosen.weights_desc()) {
        weights_ = plain;
      } else {
        weights_ = memory(chosen.weights_desc(), cpu());
        dnnl::reorder(plain, weights_).execute(stream_, plain, weights_);
        stream_.wait();
      }
    }
    arguments_ = {{DNNL_ARG_SRC, memory(source, cpu(), nullptr)},
                  {DNNL_ARG_WEIGHTS, weights_},
                  {DNNL_ARG_DST, memory(target, cpu(), nullptr)}};
    if (params_.bias_f) arguments_.emplace(DNNL_ARG_BIAS, memory(bias, cpu(), const_cast<float*>(params_.bias_f)));
  }

  void copy_padded(const float* x, float* padded) const {
    const size_t c = channels(), row = static_cast<size_t>(geometry_.x.input) * c;
    for (size_t pixel = 0; pixel < static_cast<size_t>(geometry_.batch) * padded_h() * padded_w(); ++pixel) {
      std::copy_n(params_.pad_values.data(), c, padded + pixel * c);
    }
    for (int32_t n = 0; n < geometry_.batch; ++n) {
      for (int32_t y = 0; y < geometry_.y.input; ++y, x += row) {
        const size_t line = static_cast<size_t>(n) * padded_h() + static_cast<size_t>(geometry_.y.pad_begin + y);
        std::copy_n(x, row, padded + (line * padded_w() + static_cast<size_t>(geometry_.x.pad_begin)) * c);
      }
    }
  }

  void apply_activation(float* y, int64_t rows) const {
    if (params_.activation.kind == Activation::Kind::kNone) return;
    const auto out = static_cast<size_t>(params_.out_channels);
    for (int64_t row = 0; row < rows; ++row, y += out) {
      for (size_t c = 0; c < out; ++c) {
        y[c] = params_.activation.apply(y[c], params_.slope.empty() ? 0.0f : params_.slope[c]);
      }
    }
  }

  Conv2DParams params_;
  Conv2DGeometry geometry_;
  bool pads_copy_ = false;
  dnnl::stream stream_;
  dnnl::convolution_forward primitive_;
  memory weights_;
  std::unordered_map<int, memory> arguments_;
};

rt::Result<std::unique_ptr<rt::Kernel>> create_convolution(const NodeTensors& tensors) {
  using Kernel = std::unique_ptr<rt::Kernel>;
  if (tensors.inputs[Conv2DParams::kX].type != rt::ElementType::kFloat32 || tensors.inputs[0].elements() == 0) {
    return Kernel();
  }
  rt::Result<Conv2DParams> params = rt::make_conv2d_params(tensors);
  if (!params.ok()) return params.take_status();
  auto kernel = std::make_unique<ConvolutionKernel>(params.take());
  if (!kernel->prepare(tensors).ok()) return Kernel();  // what oneDNN lacks, the reference kernel computes
  return Kernel(std::move(kernel));
}

}  // namespace

const std::vector<rt::KernelEntry>& float_kernels() {
  static const std::vector<rt::KernelEntry> entries = {
      {"Conv2D", "conv2d_onednn", rt::Isa::kReference, create_convolution},
      {"MatMul", "matmul_onednn", rt::Isa::kReference, create_convolution},
  };
  return entries;
}

}  // namespace magik::transform
