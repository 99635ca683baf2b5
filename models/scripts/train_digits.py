#!/usr/bin/env python3
"""Trains the bundled digits classifier on scikit-learn's digits and writes it with sample pictures.

usage: train_digits.py OUTPUT_DIR          needs: numpy, scikit-learn, onnx, pillow

A small residual network of the shapes that matter to the toolkit: a convolution on pixels, a depthwise and a pointwise
convolution, a residual addition, max pooling, a concatenation, global average pooling, a fully connected layer. It is
written in plain numpy so that the same seed gives the same weights everywhere; it takes about two minutes.

OUTPUT_DIR gets digits.onnx, labels.txt, calibration/ (pictures of the training part) and test/ (held-out pictures whose
names start with the right digit).
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits

MEAN, NORMAL = 127.5, 127.5
CALIBRATION_PICTURES, TEST_PICTURES = 64, 100


class Conv:
    """3x3 or 1x1 convolution, NHWC, stride 1, same padding; depthwise where `depthwise`."""

    def __init__(self, rng, size, inputs, outputs, depthwise=False):
        self.size, self.depthwise = size, depthwise
        shape = (size, size, inputs) if depthwise else (size, size, inputs, outputs)
        self.weight = rng.normal(size=shape) * np.sqrt(2.0 / (size * size * (1 if depthwise else inputs)))
        self.bias = np.zeros(outputs)

    def parameters(self):
        return [("weight", self), ("bias", self)]

    def forward(self, x):
        n, h, w, _ = x.shape
        margin = self.size // 2
        self.padded = np.pad(x, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
        y = np.broadcast_to(self.bias, (n, h, w, self.bias.size)).copy()
        for i, j in np.ndindex(self.size, self.size):
            window = self.padded[:, i:i + h, j:j + w]
            y += window * self.weight[i, j] if self.depthwise else window @ self.weight[i, j]
        return y

    def backward(self, dy):
        _, h, w, _ = dy.shape
        margin = self.size // 2
        dx = np.zeros_like(self.padded)
        self.d_weight, self.d_bias = np.zeros_like(self.weight), dy.sum((0, 1, 2))
        for i, j in np.ndindex(self.size, self.size):
            window = self.padded[:, i:i + h, j:j + w]
            if self.depthwise:
                self.d_weight[i, j] = (window * dy).sum((0, 1, 2))
                dx[:, i:i + h, j:j + w] += dy * self.weight[i, j]
            else:
                self.d_weight[i, j] = np.einsum("nhwc,nhwo->co", window, dy, optimize=True)
                dx[:, i:i + h, j:j + w] += dy @ self.weight[i, j].T
        return dx[:, margin:margin + h, margin:margin + w]


class Relu:
    def __init__(self, limit=np.inf):
        self.limit = limit

    def parameters(self):
        return []

    def forward(self, x):
        self.open = (x > 0) & (x < self.limit)
        return np.clip(x, 0, self.limit)

    def backward(self, dy):
        return dy * self.open


class MaxPool:
    def parameters(self):
        return []

    def forward(self, x):
        n, h, w, c = x.shape
        blocks = x.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 5, 2, 4).reshape(n, h // 2, w // 2, c, 4)
        self.shape, self.winner = x.shape, blocks.argmax(-1)
        return blocks.max(-1)

    def backward(self, dy):
        n, h, w, c = self.shape
        blocks = np.zeros((*dy.shape, 4))
        np.put_along_axis(blocks, self.winner[..., None], dy[..., None], -1)
        return blocks.reshape(n, h // 2, w // 2, c, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(n, h, w, c)


class Sequence:
    def __init__(self, *layers):
        self.layers = layers

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy):
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy


class Network:
    def __init__(self, rng):
        self.stem = Sequence(Conv(rng, 3, 1, 16), Relu(), Conv(rng, 3, 16, 16, True), Relu(6), Conv(rng, 1, 16, 32),
                             Relu(), MaxPool())
        self.residual = Sequence(Conv(rng, 3, 32, 32), Relu(), Conv(rng, 3, 32, 32))
        self.after = Relu()
        self.wide, self.narrow = Sequence(Conv(rng, 3, 32, 24), Relu()), Sequence(Conv(rng, 1, 32, 24), Relu())
        self.dense_weight = rng.normal(size=(48, 10)) * np.sqrt(1.0 / 48)
        self.dense_bias = np.zeros(10)

    def parameters(self):
        parts = (self.stem, self.residual, self.wide, self.narrow)
        return [p for part in parts for p in part.parameters()] + [("dense_weight", self), ("dense_bias", self)]

    def forward(self, x):
        x = self.stem.forward(x)
        x = self.after.forward(x + self.residual.forward(x))
        self.features = np.concatenate([self.wide.forward(x), self.narrow.forward(x)], -1)
        self.pooled = self.features.mean((1, 2))
        return self.pooled @ self.dense_weight + self.dense_bias

    def backward(self, dy):
        self.d_dense_weight, self.d_dense_bias = self.pooled.T @ dy, dy.sum(0)
        _, h, w, _ = self.features.shape
        d = np.broadcast_to((dy @ self.dense_weight.T)[:, None, None] / (h * w), self.features.shape)
        d = self.after.backward(self.wide.backward(d[..., :24]) + self.narrow.backward(d[..., 24:]))
        self.stem.backward(d + self.residual.backward(d))


def train(network, x, labels, rng, epochs=60, batch=64):
    """Adam (Kingma and Ba 2015) on the cross entropy."""
    moments = [(np.zeros_like(getattr(o, n)), np.zeros_like(getattr(o, n))) for n, o in network.parameters()]
    step = 0
    for epoch in range(epochs):
        rate = 2e-3 * (1 - epoch / epochs)
        for index in np.array_split(rng.permutation(len(x)), len(x) // batch):
            logits = network.forward(x[index])
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(index)), labels[index]] -= 1
            network.backward(p / len(index))
            step += 1
            for (name, owner), (m, v) in zip(network.parameters(), moments):
                g = getattr(owner, "d_" + name)
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                getattr(owner, name)[...] -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)


def to_onnx(network):
    nodes, weights = [], []

    def constant(name, value):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], output, **attributes))
        return output

    def sequence(part, x, names):
        for layer, name in zip(part.layers, names):
            if isinstance(layer, Conv):
                w = layer.weight[:, :, :, None].transpose(2, 3, 0, 1) if layer.depthwise else layer.weight.transpose(3, 2, 0, 1)
                x = node("Conv", [x, constant(name + "_weight", w), constant(name + "_bias", layer.bias)], name,
                         pads=[layer.size // 2] * 4, kernel_shape=[layer.size] * 2,
                         group=w.shape[0] if layer.depthwise else 1)
            elif isinstance(layer, MaxPool):
                x = node("MaxPool", [x], name, kernel_shape=[2, 2], strides=[2, 2])
            elif np.isinf(layer.limit):
                x = node("Relu", [x], name)
            else:
                x = node("Clip", [x, constant(name + "_min", np.float32(0)), constant(name + "_max", np.float32(layer.limit))], name)
        return x

    x = sequence(network.stem, "image", ["conv0", "relu0", "depthwise1", "relu1", "pointwise2", "relu2", "pool2"])
    y = sequence(network.residual, x, ["conv3", "relu3", "conv4"])
    x = node("Relu", [node("Add", [x, y], "plus4")], "relu4")
    wide, narrow = sequence(network.wide, x, ["conv5", "relu5"]), sequence(network.narrow, x, ["conv6", "relu6"])
    x = node("Concat", [wide, narrow], "concat7", axis=1)
    x = node("Flatten", [node("GlobalAveragePool", [x], "pool7")], "flatten7")
    node("Gemm", [x, constant("dense8_weight", network.dense_weight), constant("dense8_bias", network.dense_bias)], "logits")
    graph = helper.make_graph(
        nodes, "digits", [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])], weights)
    model = helper.make_model(graph, producer_name="train_digits.py", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    return model


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    rng = np.random.default_rng(0)
    data = load_digits()
    pictures = np.round(data.images * (255 / 16)).astype(np.uint8)
    order = rng.permutation(len(pictures))
    held_out, training = order[:400], order[400:]
    x = ((pictures - MEAN) / NORMAL)[..., None]

    network = Network(rng)
    train(network, x[training], data.target[training], rng)
    right = (network.forward(x[held_out]).argmax(1) == data.target[held_out]).mean()
    print(f"held-out accuracy: {right:.2%} of {len(held_out)}")

    onnx.save(to_onnx(network), out / "digits.onnx")
    (out / "labels.txt").write_text("".join(f"{digit}\n" for digit in range(10)))
    for folder, indices in (("calibration", training[:CALIBRATION_PICTURES]), ("test", held_out[:TEST_PICTURES])):
        (out / folder).mkdir(parents=True, exist_ok=True)
        for i, index in enumerate(indices):
            Image.fromarray(pictures[index]).save(out / folder / f"{data.target[index]}_{i:03}.png")


if __name__ == "__main__":
    main()
