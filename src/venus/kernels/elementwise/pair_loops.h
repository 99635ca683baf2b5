// The loops of quantized addition and product, written with lanes. Include lanes_*.h first.
#pragma once

#include "venus/kernels/elementwise/pair_tiles.h"

namespace magik::rt::kernels {
namespace {

struct Add {
  static Floats combine(Ints a, Ints b, Floats ma, Floats mb, Floats slope) {
    const Floats t = add(multiply(to_float(a), ma), multiply(to_float(b), mb));
    return select_below_zero(t, multiply(t, slope), t);
  }
};

struct Multiply {
  static Floats combine(Ints a, Ints b, Floats ma, Floats, Floats) { return multiply(to_float(multiply(a, b)), ma); }
};

inline const uint8_t* table_of(const PairTail& tail, const uint8_t*) { return tail.table8; }
inline const uint16_t* table_of(const PairTail& tail, const uint16_t*) { return tail.table16; }

template <typename Operation, typename A, typename B, typename Y>
void run_pairs(const PairTail& tail, const void* levels_a, const void* levels_b, int64_t count, void* levels_y) {
  const auto* a = static_cast<const A*>(levels_a);
  const auto* b = static_cast<const B*>(levels_b);
  auto* y = static_cast<Y*>(levels_y);
  const Ints zero_a = broadcast(tail.zero_a), zero_b = broadcast(tail.zero_b), zero_y = broadcast(tail.zero_y);
  const Floats ma = broadcast(tail.ma), mb = broadcast(tail.mb), slope = broadcast(tail.slope);
  const Floats lo = broadcast(tail.lo), hi = broadcast(tail.hi);
  const Y* table = table_of(tail, y);
  for (int64_t i = 0; i < count; i += kLanes) {
    const Floats t = Operation::combine(subtract(load(a + i), zero_a), subtract(load(b + i), zero_b), ma, mb, slope);
    const Ints levels = add(round_lanes(clamp_lanes(t, lo, hi)), zero_y);
    if (i + kLanes <= count && table == nullptr) {
      store(y + i, levels);
      continue;
    }
    int32_t index[kLanes];
    store(index, levels);
    for (int k = 0; k < kLanes && i + k < count; ++k) y[i + k] = table ? table[index[k]] : static_cast<Y>(index[k]);
  }
}

#define MAGIK_PAIR_LOOPS(Operation)                                                                                \
  {                                                                                                                \
    {{run_pairs<Operation, uint8_t, uint8_t, uint8_t>, run_pairs<Operation, uint8_t, uint8_t, uint16_t>},          \
     {run_pairs<Operation, uint8_t, uint16_t, uint8_t>, run_pairs<Operation, uint8_t, uint16_t, uint16_t>}},       \
        {{run_pairs<Operation, uint16_t, uint8_t, uint8_t>, run_pairs<Operation, uint16_t, uint8_t, uint16_t>},    \
         {run_pairs<Operation, uint16_t, uint16_t, uint8_t>, run_pairs<Operation, uint16_t, uint16_t, uint16_t>}}, \
  }
constexpr PairTiles kPairTiles = {MAGIK_PAIR_LOOPS(Add), MAGIK_PAIR_LOOPS(Multiply)};
#undef MAGIK_PAIR_LOOPS

}  // namespace
}  // namespace magik::rt::kernels
