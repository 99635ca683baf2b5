#!/usr/bin/env python3
"""Trains the bundled ResNet-18 classifier on scikit-learn's digits and writes it with sample pictures.

usage: train_resnet18.py OUTPUT_DIR [--epochs N]       needs: numpy, scikit-learn, torch, onnx, pillow

The network has the topology and the node names of the model zoo's resnet18-v1-7.onnx (MXNet Gluon's resnet18_v1:
7x7/2 convolution, 3x3/2 max pool, four stages of two basic blocks, batch norms that are not folded, opset 7), an
eighth of its channels, and 64x64 pixels. So the zoo's file drops in: input `data`, RGB, ImageNet's mean and normal,
output `resnetv15_dense0_fwd`. Pictures are the 8x8 handwritten digits, enlarged, in random ink on random paper.

OUTPUT_DIR gets resnet18_digits.onnx, labels.txt, calibration/ (pictures of the training part) and test/ (held-out
pictures whose names start with the right digit). One core needs about five minutes.
"""
import argparse
import pathlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

SIZE = 64
STEM_CHANNELS = 8
STAGE_CHANNELS = (8, 16, 32, 64)
MEAN = np.array([123.675, 116.28, 103.53], np.float32)
NORMAL = np.array([58.395, 57.12, 57.375], np.float32)
HELD_OUT = 400
CALIBRATION_PICTURES, TEST_PICTURES = 50, 40


def draw(rng, digit):
    """One 8x8 digit as a uint8 picture: enlarged, moved, turned, in random colours at least 90 steps apart."""
    ink = Image.fromarray(np.round(digit * (255 / 16)).astype(np.uint8))
    scale = rng.uniform(0.10, 0.16)  # digit pixels per picture pixel
    angle = np.radians(rng.uniform(-12, 12))
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    dx, dy = 4 - rng.uniform(-0.6, 0.6, 2)
    centre = SIZE / 2
    matrix = (a, b, dx - (a + b) * centre, -b, a, dy + (b - a) * centre)
    coverage = np.asarray(ink.transform((SIZE, SIZE), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC))
    while True:
        paper, colour = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
        if abs(paper.mean() - colour.mean()) > 90:
            break
    weight = coverage[..., None] / 255
    picture = paper * (1 - weight) + colour * weight + rng.normal(size=(SIZE, SIZE, 3)) * rng.uniform(0, 8)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def to_tensor(pictures):
    x = (np.stack(pictures).astype(np.float32) - MEAN) / NORMAL
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))


def convolution(inputs, outputs, size, stride):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = convolution(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = convolution(outputs, outputs, 3, 1), nn.BatchNorm2d(outputs)
        self.has_projection = stride != 1 or inputs != outputs
        if self.has_projection:
            self.conv3, self.norm3 = convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = self.norm2(self.conv2(functional.relu(self.norm1(self.conv1(x)))))
        shortcut = self.norm3(self.conv3(x)) if self.has_projection else x
        return functional.relu(shortcut + y)


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv0, self.norm0 = convolution(3, STEM_CHANNELS, 7, 2), nn.BatchNorm2d(STEM_CHANNELS)
        self.stages = nn.ModuleList()
        inputs = STEM_CHANNELS
        for index, outputs in enumerate(STAGE_CHANNELS):
            blocks = [BasicBlock(inputs, outputs, 1 if index == 0 else 2), BasicBlock(outputs, outputs, 1)]
            self.stages.append(nn.Sequential(*blocks))
            inputs = outputs
        self.dense = nn.Linear(inputs, 10)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.norm0(self.conv0(x))), 3, 2, 1)
        for stage in self.stages:
            x = stage(x)
        return self.dense(x.mean((2, 3)))


def train(network, digits, labels, rng, epochs, batch=64):
    """Adam on the cross entropy; every epoch draws each digit anew."""
    steps = epochs * (len(digits) // batch)
    optimizer = torch.optim.AdamW(network.parameters(), 4e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    labels = torch.from_numpy(labels)
    for epoch in range(epochs):
        network.train()
        total = 0.0
        for index in np.array_split(rng.permutation(len(digits)), len(digits) // batch):
            loss = functional.cross_entropy(network(to_tensor([draw(rng, digits[i]) for i in index])), labels[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(index)
        print(f"epoch {epoch + 1}/{epochs}: loss {total / len(digits):.4f}", flush=True)


def to_onnx(network):
    """The graph as MXNet's exporter writes it: a node is named as its output, weights are graph inputs too."""
    nodes, weights = [], []
    prefix = "resnetv15_"

    def constant(name, value):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value.detach().numpy(), np.float32), name))
        return name

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], output, **attributes))
        return output

    def conv(layer, x, name):
        return node("Conv", [x, constant(name + "_weight", layer.weight)], name + "_fwd", dilations=[1, 1], group=1,
                    kernel_shape=list(layer.kernel_size), pads=list(layer.padding) * 2, strides=list(layer.stride))

    def norm(layer, x, name):
        parameters = {"gamma": layer.weight, "beta": layer.bias, "running_mean": layer.running_mean,
                      "running_var": layer.running_var}
        inputs = [x] + [constant(f"{name}_{key}", value) for key, value in parameters.items()]
        return node("BatchNormalization", inputs, name + "_fwd", epsilon=layer.eps, momentum=0.9)

    def block(layer, x, stage, index, first_layer):
        def conv_norm(k, x):
            y = conv(getattr(layer, f"conv{k + 1}"), x, f"{stage}conv{first_layer + k}")
            return norm(getattr(layer, f"norm{k + 1}"), y, f"{stage}batchnorm{first_layer + k}")

        y = conv_norm(1, node("Relu", [conv_norm(0, x)], f"{stage}relu{index}_fwd"))
        shortcut = conv_norm(2, x) if layer.has_projection else x
        return node("Relu", [node("Add", [shortcut, y], f"{stage}_plus{index}")], f"{stage}activation{index}")

    x = norm(network.norm0, conv(network.conv0, "data", prefix + "conv0"), prefix + "batchnorm0")
    x = node("Relu", [x], prefix + "relu0_fwd")
    x = node("MaxPool", [x], prefix + "pool0_fwd", kernel_shape=[3, 3], pads=[1] * 4, strides=[2, 2])
    for number, stage in enumerate(network.stages, 1):
        first_layer = 0
        for index, layer in enumerate(stage):
            x = block(layer, x, f"{prefix}stage{number}_", index, first_layer)
            first_layer += 3 if layer.has_projection else 2
    x = node("Flatten", [node("GlobalAveragePool", [x], prefix + "pool1_fwd")], "flatten_170")
    node("Gemm", [x, constant(prefix + "dense0_weight", network.dense.weight),
                  constant(prefix + "dense0_bias", network.dense.bias)], prefix + "dense0_fwd", transB=1)

    def value(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    inputs = [value("data", [1, 3, SIZE, SIZE])] + [value(w.name, list(w.dims)) for w in weights]
    graph = helper.make_graph(nodes, "resnet18_digits", inputs, [value(prefix + "dense0_fwd", [1, 10])], weights)
    model = helper.make_model(graph, producer_name="train_resnet18.py", opset_imports=[helper.make_opsetid("", 7)])
    model.ir_version = 3
    onnx.checker.check_model(model)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output_dir", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=60)
    arguments = parser.parse_args()
    out = arguments.output_dir
    out.mkdir(parents=True, exist_ok=True)

    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    data = load_digits()
    order = rng.permutation(len(data.images))
    held_out, training = order[:HELD_OUT], order[HELD_OUT:]

    network = ResNet18()
    train(network, data.images[training], data.target[training], rng, arguments.epochs)
    network.eval()
    pictures = [draw(rng, data.images[i]) for i in held_out]
    with torch.no_grad():
        right = (network(to_tensor(pictures)).argmax(1).numpy() == data.target[held_out]).mean()
    print(f"held-out accuracy: {right:.2%} of {len(held_out)}")

    onnx.save(to_onnx(network), out / "resnet18_digits.onnx")
    (out / "labels.txt").write_text("".join(f"{digit}\n" for digit in range(10)))
    samples = {
        "calibration": [(i, draw(rng, data.images[i])) for i in training[:CALIBRATION_PICTURES]],
        "test": list(zip(held_out, pictures))[:TEST_PICTURES],
    }
    for folder, items in samples.items():
        (out / folder).mkdir(exist_ok=True)
        for number, (index, picture) in enumerate(items):
            Image.fromarray(picture).save(out / folder / f"{data.target[index]}_{number:03}.jpg", quality=90)


if __name__ == "__main__":
    main()
