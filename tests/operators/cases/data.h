// Random data that all families of cases use.
#pragma once

#include "operators/case.h"

namespace magik::check {

// Fills a float32 tensor, each time with one kind of data: usual numbers, halves (ties), subnormals, any finite bits,
// or usual numbers among which are infinities, NaNs of several kinds, zeros of both signs and the largest numbers.
void fill_floats(Dice& dice, OwnedTensor& tensor);
// Usual numbers or subnormals: for constants that have to be finite.
void fill_finite(Dice& dice, OwnedTensor& tensor);

OwnedTensor random_floats(Dice& dice, const Shape& shape);
OwnedTensor random_integers(Dice& dice, const Shape& shape);  // int32: small ones, or any with the extremes
OwnedTensor random_bools(Dice& dice, const Shape& shape);
// Of the type and quantization of another.
OwnedTensor random_like(Dice& dice, const OwnedTensor& other, const Shape& shape);
// float32, int32, bool, or levels of 2..12 bits: what operators take that only move elements.
OwnedTensor random_elements(Dice& dice, const Shape& shape);

Shape random_shape(Dice& dice, int min_rank, int max_rank);
// Axes of a tensor in a random order, `count` of them.
std::vector<int64_t> random_axes(Dice& dice, int rank, int count);

// Output 0 with the type and quantization of `tensor`.
OutputSpec like(const OwnedTensor& tensor);

// The same node on floats: levels, weights and biases become float32 data. Its table, an input from `inputs` on, goes.
Result<TestNode> as_floats(Dice& dice, Result<TestNode> node, size_t inputs);

}  // namespace magik::check
