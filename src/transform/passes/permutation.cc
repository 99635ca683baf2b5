#include "transform/passes/permutation.h"

#include <numeric>

namespace magik::transform {

Permutation identity_permutation(int rank) {
  Permutation perm(static_cast<size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  return perm;
}

bool is_identity(const Permutation& perm) { return perm == identity_permutation(static_cast<int>(perm.size())); }

Permutation inverse(const Permutation& perm) {
  Permutation result(perm.size());
  for (size_t i = 0; i < perm.size(); ++i) result[static_cast<size_t>(perm[i])] = static_cast<int64_t>(i);
  return result;
}

Permutation compose(const Permutation& first, const Permutation& second) {
  Permutation result;
  for (const int64_t axis : second) result.push_back(first[static_cast<size_t>(axis)]);
  return result;
}

rt::Shape permuted(const rt::Shape& shape, const Permutation& perm) {
  rt::Shape result;
  for (const int64_t axis : perm) result.push_back(shape[static_cast<int>(axis)]);
  return result;
}

bool keeps_order(const rt::Shape& shape, const Permutation& perm) {
  int64_t previous = -1;
  for (const int64_t axis : perm) {
    if (shape[static_cast<int>(axis)] == 1) continue;
    if (axis < previous) return false;
    previous = axis;
  }
  return true;
}

}  // namespace magik::transform
