// Permutations of axes, as in the attribute of Permute: output axis i is input axis perm[i].
#pragma once

#include <cstdint>
#include <vector>

#include "venus/core/types.h"

namespace magik::transform {

using Permutation = std::vector<int64_t>;

inline const Permutation kToNhwc = {0, 2, 3, 1};
inline const Permutation kToNchw = {0, 3, 1, 2};

Permutation identity_permutation(int rank);
bool is_identity(const Permutation& perm);
Permutation inverse(const Permutation& perm);
// The one Permute that does `first`, then `second`.
Permutation compose(const Permutation& first, const Permutation& second);
rt::Shape permuted(const rt::Shape& shape, const Permutation& perm);
// Whether only axes of size 1 move, so that the elements stay in their row-major order and a Reshape does the same.
bool keeps_order(const rt::Shape& shape, const Permutation& perm);

}  // namespace magik::transform
