#include "venus/kernels/lookup/lookup.h"

#include <algorithm>

#include "venus/core/operator.h"

namespace magik::rt::kernels {
namespace {

constexpr int64_t kGrain = 16 * 1024;  // elements that are worth a thread

class Lookup : public Kernel {
 public:
  Lookup(const Tensor& table, int32_t max_level, LookupLoop loop) : loop_(loop) {
    for (int32_t i = 0; i < 256; ++i) table_[i] = table.as<uint8_t>()[i & max_level];
  }

  bool reads_pitch(size_t index) const override { return index == 0; }
  bool writes_pitch() const override { return true; }
  bool runs_in_place(size_t index) const override { return index == 0; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& x = tensors.inputs[0];
    const Tensor& y = tensors.outputs[0];
    if (x.dense() && y.dense()) {
      context.pool.parallel_for(x.elements(), kGrain, [&](int64_t begin, int64_t end, int) {
        loop_(table_, x.as<uint8_t>() + begin, end - begin, y.as<uint8_t>() + begin);
      });
      return;
    }
    const int64_t channels = x.shape.back();
    const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, channels));
    context.pool.parallel_for(x.rows(), grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) {
        loop_(table_, x.as<uint8_t>() + row * x.pitch, channels, y.as<uint8_t>() + row * y.pitch);
      }
    });
  }

 private:
  const LookupLoop loop_;
  uint8_t table_[256];
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_lookup(const NodeTensors& tensors, LookupLoop loop) {
  const Tensor& x = tensors.inputs[0];
  if (x.type != ElementType::kUint8 || !x.quantized() || tensors.outputs[0].type != ElementType::kUint8) {
    return std::unique_ptr<Kernel>();
  }
  // The reference kernel has the checks of the table.
  Result<std::unique_ptr<Kernel>> reference = find_operator(tensors.node->op)->reference(tensors);
  if (!reference.ok()) return reference.take_status();
  return std::unique_ptr<Kernel>(new Lookup(tensors.inputs[1], x.max_level(), loop));
}

}  // namespace magik::rt::kernels
