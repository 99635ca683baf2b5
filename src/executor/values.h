// Between the runtime's values and the executor's tensors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor.h"
#include "venus/core/graph.h"
#include "venus/core/status.h"
#include "venus/core/tensor.h"

namespace magik::transformkit::magikexecutor {

Tensor::DataType data_type_of(rt::ElementType type);
rt::ElementType element_type_of(Tensor::DataType type);  // kNone for those that the runtime does not have

std::string shape_text(const std::vector<int>& shape);  // "{1, 8, 8, 3}"

// What an input refuses, without looking at the size of pictures.
rt::Status check_input(const Tensor& tensor, const rt::Value& input, const rt::Preprocessing& preprocessing);
// The tensor's elements as the input stores them: pixels in the network's order of colours. `input` has its shape.
rt::Result<std::vector<uint8_t>> input_bytes(const Tensor& tensor, const rt::Value& input,
                                             const rt::Preprocessing& preprocessing);

// `count` elements of type `type`, of which `channels` are a row, as real values.
std::vector<float> real_values(const void* elements, rt::ElementType type, size_t count, size_t channels,
                               const rt::Quantization& quantization);

}  // namespace magik::transformkit::magikexecutor
