#!/usr/bin/env python3
"""Trains the bundled detector on scenes that scenes.py draws and writes it with calibration and test pictures.

usage: train_yolov5s.py OUTPUT_DIR [--epochs PARTS WHOLE] [--scenes N]
needs: numpy, torch, onnx, and what scenes.py needs

The network is YOLOv5s 6.0 (6x6 stem, C3 blocks, SPPF, PAN neck, three heads at strides 8, 16, 32, SiLU, YOLOv5's
anchors) with a quarter of its channels. Loss and assignment are YOLOv5's too: a box belongs to each anchor whose sides
are within a factor of four, in its cell and the two nearest ones; CIoU (Zheng et al. 2020) plus binary cross entropy.
It trains on parts of scenes, 320x192, first, then on whole scenes, 640x384.

OUTPUT_DIR gets yolov5s.onnx (again after each epoch), labels.txt, calibration/ (training scenes) and test/ (held-out
scenes). The ONNX file has input `images`, 1x3x384x640, RGB, x / 255, folded batch norms, and three raw heads as
outputs: 1 x 3*(5+classes) x H x W, before the sigmoid, strides 8, 16, 32. One core needs about half an hour.
"""
import argparse
import copy
import dataclasses
import math
import pathlib
import time

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn
from torch.nn import functional

import scenes
from evaluate_yolov5s import ANCHORS, STRIDES, detect, mean_average_precision

CLASSES = len(scenes.CLASSES)
CHANNELS = (8, 16, 32, 64, 128)  # YOLOv5s has four times as many
DEPTHS = (1, 2, 3, 1)
TRAINING_SCENES, VALIDATION_SCENES = 2400, 60
CALIBRATION_PICTURES, TEST_PICTURES = 30, 6
HIGHEST_RATE = 3e-3
LARGEST_RATIO = 4.0  # of a box's side to an anchor's
BOX_GAIN, OBJECT_GAIN, CLASS_GAIN = 0.05, 1.0, 0.1
HEAD_BALANCE = (4.0, 1.0, 0.4)
TRAINING_SEED, HELD_OUT_SEED = 1, 2


@dataclasses.dataclass
class Stage:
    width: int
    height: int
    batch: int
    epochs: int


class GraphWriter:
    """Collects ONNX nodes. Outputs are numbered from FIRST on, so that they are named as in the guide: 414, 417, ..."""

    FIRST = 412

    def __init__(self):
        self.nodes, self.weights, self.next = [], [], self.FIRST

    def node(self, op, inputs, **attributes):
        output = str(self.next)
        self.next += 1
        self.nodes.append(helper.make_node(op, inputs, [output], f"{op}_{output}", **attributes))
        return output

    def constant(self, name, value):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def conv(self, x, weight, bias, stride, padding):
        name = f"conv{self.next}"
        inputs = [x, self.constant(name + ".weight", weight), self.constant(name + ".bias", bias)]
        return self.node("Conv", inputs, kernel_shape=list(weight.shape[2:]), strides=[stride] * 2, pads=[padding] * 4,
                         dilations=[1, 1], group=1)


class Conv(nn.Module):
    """Convolution, batch norm, SiLU."""

    def __init__(self, inputs, outputs, size=1, stride=1, padding=None):
        super().__init__()
        self.stride, self.padding = stride, size // 2 if padding is None else padding
        self.conv = nn.Conv2d(inputs, outputs, size, stride, self.padding, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)

    def forward(self, x):
        return functional.silu(self.norm(self.conv(x)), inplace=True)

    def write(self, graph, x):
        factor = (self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)).detach()
        weight = self.conv.weight.detach() * factor[:, None, None, None]
        bias = self.norm.bias.detach() - self.norm.running_mean * factor
        y = graph.conv(x, weight.numpy(), bias.numpy(), self.stride, self.padding)
        return graph.node("Mul", [y, graph.node("Sigmoid", [y])])


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.cv1, self.cv2, self.shortcut = Conv(channels, channels), Conv(channels, channels, 3), shortcut

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.shortcut else y

    def write(self, graph, x):
        y = self.cv2.write(graph, self.cv1.write(graph, x))
        return graph.node("Add", [x, y]) if self.shortcut else y


class C3(nn.Module):
    def __init__(self, inputs, outputs, depth, shortcut=True):
        super().__init__()
        hidden = outputs // 2
        self.cv1, self.cv2, self.cv3 = Conv(inputs, hidden), Conv(inputs, hidden), Conv(2 * hidden, outputs)
        self.blocks = nn.ModuleList(Bottleneck(hidden, shortcut) for _ in range(depth))

    def forward(self, x):
        y = self.cv1(x)
        for block in self.blocks:
            y = block(y)
        return self.cv3(torch.cat([y, self.cv2(x)], 1))

    def write(self, graph, x):
        y = self.cv1.write(graph, x)
        for block in self.blocks:
            y = block.write(graph, y)
        return self.cv3.write(graph, graph.node("Concat", [y, self.cv2.write(graph, x)], axis=1))


class SPPF(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.cv1, self.cv2 = Conv(channels, channels // 2), Conv(channels * 2, channels)

    def forward(self, x):
        parts = [self.cv1(x)]
        for _ in range(3):
            parts.append(functional.max_pool2d(parts[-1], 5, 1, 2))
        return self.cv2(torch.cat(parts, 1))

    def write(self, graph, x):
        parts = [self.cv1.write(graph, x)]
        for _ in range(3):
            parts.append(graph.node("MaxPool", [parts[-1]], kernel_shape=[5, 5], strides=[1, 1], pads=[2] * 4))
        return self.cv2.write(graph, graph.node("Concat", parts, axis=1))


class YoloV5(nn.Module):
    def __init__(self):
        super().__init__()
        c1, c2, c3, c4, c5 = CHANNELS
        d2, d3, d4, d5 = DEPTHS
        self.to_stride8 = nn.Sequential(Conv(3, c1, 6, 2, 2), Conv(c1, c2, 3, 2), C3(c2, c2, d2), Conv(c2, c3, 3, 2),
                                        C3(c3, c3, d3))
        self.to_stride16 = nn.Sequential(Conv(c3, c4, 3, 2), C3(c4, c4, d4))
        self.to_stride32 = nn.Sequential(Conv(c4, c5, 3, 2), C3(c5, c5, d5), SPPF(c5))
        self.lateral5, self.up4 = Conv(c5, c4), C3(2 * c4, c4, 1, False)
        self.lateral4, self.up3 = Conv(c4, c3), C3(2 * c3, c3, 1, False)
        self.down3, self.out4 = Conv(c3, c3, 3, 2), C3(2 * c3, c4, 1, False)
        self.down4, self.out5 = Conv(c4, c4, 3, 2), C3(2 * c4, c5, 1, False)
        self.heads = nn.ModuleList(nn.Conv2d(c, 3 * (5 + CLASSES), 1) for c in (c3, c4, c5))
        for head, stride in zip(self.heads, STRIDES):  # start from rare objects, as a scene has about four
            bias = head.bias.detach().view(3, -1)
            bias[:, 4] = math.log(8 / (scenes.WIDTH * scenes.HEIGHT / stride**2))
            bias[:, 5:] = math.log(1 / CLASSES)

    def forward(self, x):
        p3 = self.to_stride8(x)
        p4 = self.to_stride16(p3)
        p5 = self.lateral5(self.to_stride32(p4))
        n4 = self.lateral4(self.up4(torch.cat([functional.interpolate(p5, scale_factor=2), p4], 1)))
        n3 = self.up3(torch.cat([functional.interpolate(n4, scale_factor=2), p3], 1))
        m4 = self.out4(torch.cat([self.down3(n3), n4], 1))
        m5 = self.out5(torch.cat([self.down4(m4), p5], 1))
        return [head(f) for head, f in zip(self.heads, (n3, m4, m5))]

    def write(self, graph, x):
        def sequence(layers, x):
            for layer in layers:
                x = layer.write(graph, x)
            return x

        scales = graph.constant("upsample.scales", [1, 1, 2, 2])

        def upsample(x):
            return graph.node("Resize", [x, "", scales], mode="nearest", nearest_mode="floor",
                              coordinate_transformation_mode="asymmetric")

        def concat(*parts):
            return graph.node("Concat", parts, axis=1)

        p3 = sequence(self.to_stride8, x)
        p4 = sequence(self.to_stride16, p3)
        p5 = self.lateral5.write(graph, sequence(self.to_stride32, p4))
        n4 = self.lateral4.write(graph, self.up4.write(graph, concat(upsample(p5), p4)))
        n3 = self.up3.write(graph, concat(upsample(n4), p3))
        m4 = self.out4.write(graph, concat(self.down3.write(graph, n3), n4))
        m5 = self.out5.write(graph, concat(self.down4.write(graph, m4), p5))
        return [graph.conv(f, head.weight.detach().numpy(), head.bias.detach().numpy(), 1, 0)
                for head, f in zip(self.heads, (n3, m4, m5))]


def to_onnx(network):
    graph = GraphWriter()
    outputs = network.write(graph, "images")
    values = [helper.make_tensor_value_info(
        name, TensorProto.FLOAT, [1, 3 * (5 + CLASSES), scenes.HEIGHT // stride, scenes.WIDTH // stride])
              for name, stride in zip(outputs, STRIDES)]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, scenes.HEIGHT, scenes.WIDTH])
    model = helper.make_model(helper.make_graph(graph.nodes, "yolov5s", [images], values, graph.weights),
                              producer_name="train_yolov5s.py", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model, full_check=True)
    return model


def complete_iou(a, b):
    """CIoU of boxes given as centre and size, {n, 4} each."""
    a_low, a_high = a[:, :2] - a[:, 2:] / 2, a[:, :2] + a[:, 2:] / 2
    b_low, b_high = b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2
    inner = (torch.minimum(a_high, b_high) - torch.maximum(a_low, b_low)).clamp(0).prod(1)
    iou = inner / (a[:, 2:].prod(1) + b[:, 2:].prod(1) - inner + 1e-7)
    diagonal = ((torch.maximum(a_high, b_high) - torch.minimum(a_low, b_low))**2).sum(1) + 1e-7
    distance = ((a[:, :2] - b[:, :2])**2).sum(1) / diagonal
    shape = (4 / math.pi**2) * (torch.atan(b[:, 2] / (b[:, 3] + 1e-7)) - torch.atan(a[:, 2] / (a[:, 3] + 1e-7)))**2
    with torch.no_grad():
        weight = shape / (1 - iou + shape + 1e-7)
    return iou - distance - weight * shape


def assign(targets, anchors, width, height):
    """Which cells of one head answer for which box.

    targets {n, 6}: picture, class, centre and size in cells; anchors {3, 2} in cells. Returns index tensors picture,
    anchor, y, x and the rows of targets.
    """
    if not len(targets):
        empty = torch.zeros(0, dtype=torch.long)
        return empty, empty, empty, empty, targets
    ratio = targets[None, :, 4:6] / anchors[:, None]
    anchor, row = torch.nonzero(torch.maximum(ratio, 1 / ratio).amax(2) < LARGEST_RATIO, as_tuple=True)
    target = targets[row]
    centre = target[:, 2:4]
    fraction = centre - centre.floor()
    shifts = [torch.zeros_like(centre)]
    chosen = [torch.ones(len(target), dtype=torch.bool)]
    for axis, limit in ((0, width), (1, height)):
        step = torch.zeros(2)
        step[axis] = 1.0
        for near, sign in (((fraction[:, axis] < 0.5) & (centre[:, axis] > 1), -1),
                           ((fraction[:, axis] >= 0.5) & (centre[:, axis] < limit - 1), 1)):
            shifts.append((sign * step).expand_as(centre))
            chosen.append(near)
    chosen = torch.stack(chosen)
    cell = (centre.floor() + torch.stack(shifts))[chosen].long()
    anchor, target = anchor.expand(5, -1)[chosen], target.expand(5, -1, -1)[chosen]
    return target[:, 0].long(), anchor, cell[:, 1].clamp(0, height - 1), cell[:, 0].clamp(0, width - 1), target


def loss_of(heads, targets):
    """targets {n, 6}: picture, class, centre and size in pixels."""
    total = torch.zeros(())
    for head, stride, anchors, balance in zip(heads, STRIDES, ANCHORS, HEAD_BALANCE):
        pictures, _, height, width = head.shape
        raw = head.view(pictures, 3, 5 + CLASSES, height, width)
        anchors = torch.tensor(anchors) / stride
        scaled = targets.clone()
        scaled[:, 2:] /= stride
        picture, anchor, y, x, target = assign(scaled, anchors, width, height)
        wanted = torch.zeros(pictures, 3, height, width)
        if len(target):
            found = raw[picture, anchor, :, y, x]
            centre = found[:, :2].sigmoid() * 2 - 0.5 + torch.stack([x, y], 1)
            size = (found[:, 2:4].sigmoid() * 2)**2 * anchors[anchor]
            quality = complete_iou(torch.cat([centre, size], 1), target[:, 2:])
            total = total + BOX_GAIN * (1 - quality).mean()
            wanted[picture, anchor, y, x] = quality.detach().clamp(0)
            classes = functional.one_hot(target[:, 1].long(), CLASSES).float()
            total = total + CLASS_GAIN * functional.binary_cross_entropy_with_logits(found[:, 5:], classes)
        total = total + OBJECT_GAIN * balance * functional.binary_cross_entropy_with_logits(raw[:, :, 4], wanted)
    return total


def part_of(rng, picture, boxes, width, height):
    """A random part of a scene, reduced to width x height, perhaps mirrored; boxes that it cuts off are dropped."""
    scale = rng.uniform(1.0, scenes.WIDTH / width)
    w, h = int(width * scale), int(height * scale)
    x, y = rng.integers(0, scenes.WIDTH - w + 1), rng.integers(0, scenes.HEIGHT - h + 1)
    part = picture[y:y + h, x:x + w]
    if (w, h) != (width, height):
        part = np.asarray(Image.fromarray(part).resize((width, height), Image.Resampling.BILINEAR))
    moved = (boxes[:, 1:] - [x, y, x, y]) / scale
    seen = np.clip(moved, 0, [width, height, width, height])
    sides = seen[:, 2:] - seen[:, :2]
    kept = sides.prod(1) > scenes.SHARE_VISIBLE * (moved[:, 2:] - moved[:, :2]).prod(1)
    kept &= (sides > 5).all(1)
    seen = seen[kept]
    if rng.random() < 0.5:
        part = part[:, ::-1]
        seen[:, [0, 2]] = width - seen[:, [2, 0]]
    return part, np.concatenate([boxes[kept, :1], (seen[:, :2] + seen[:, 2:]) / 2, seen[:, 2:] - seen[:, :2]], 1)


def batch_of(rng, pool, chosen, width, height):
    pictures, targets = [], []
    for number, index in enumerate(chosen):
        picture, boxes = part_of(rng, *pool[index], width, height)
        pictures.append(picture)
        targets.append(np.concatenate([np.full((len(boxes), 1), number), boxes], 1))
    gain = torch.from_numpy(rng.uniform(0.8, 1.2, (len(chosen), 1, 1, 1)).astype(np.float32) / 255)
    pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # NHWC in memory, where convolutions run faster
    return (pixels * gain).clamp_(0, 1), torch.from_numpy(np.concatenate(targets)).float()


def validate(network, pool):
    network.eval()
    found, expected = [], []
    with torch.no_grad():
        for picture, boxes in pool:
            x = torch.from_numpy(picture.transpose(2, 0, 1)[None].astype(np.float32) / 255)
            found.append(detect([head[0].permute(1, 2, 0).numpy() for head in network(x)], CLASSES))
            expected.append(boxes)
    return mean_average_precision(found, expected, CLASSES)[0]


def train(network, rng, pool, validation, stages, save):
    """AdamW with a cosine schedule over all stages; after each epoch `save` gets the moving average of the weights."""
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim == 1]
    optimizer = torch.optim.AdamW([{"params": weights, "weight_decay": 2e-2}, {"params": others, "weight_decay": 0.0}])
    average = copy.deepcopy(network)
    steps = sum(stage.epochs * (len(pool) // stage.batch) for stage in stages)
    start, step = time.monotonic(), 0
    for stage in (stage for stage in stages for _ in range(stage.epochs)):
        network.train()
        losses = []
        for chosen in np.array_split(rng.permutation(len(pool)), len(pool) // stage.batch):
            warm_up, decay = min(1, (step + 1) / 200), 0.505 + 0.495 * math.cos(math.pi * step / steps)
            for group in optimizer.param_groups:
                group["lr"] = HIGHEST_RATE * warm_up * decay
            pictures, targets = batch_of(rng, pool, chosen, stage.width, stage.height)
            loss = loss_of(network(pictures), targets)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 10.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
            keep = 0.998 * (1 - math.exp(-step / 500))
            with torch.no_grad():
                for kept, value in zip(average.state_dict().values(), network.state_dict().values()):
                    if kept.dtype.is_floating_point:
                        kept.lerp_(value, 1 - keep)
        print(f"{time.monotonic() - start:.0f} s, step {step}/{steps}, {stage.width}x{stage.height}: "
              f"loss {np.mean(losses):.4f}, held-out mAP@0.5 {validate(average, validation):.3f}", flush=True)
        save(average)


def draw_pool(part, seed, count):
    source = scenes.load_source(part)
    return [scenes.draw_scene(source, [seed, index]) for index in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output_dir", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, nargs=2, default=(15, 2), help="on parts and on whole scenes")
    parser.add_argument("--scenes", type=int, default=TRAINING_SCENES, help="number of training scenes")
    arguments = parser.parse_args()
    out = arguments.output_dir
    out.mkdir(parents=True, exist_ok=True)

    torch.set_num_threads(1)
    torch.manual_seed(0)
    pool = draw_pool("training", TRAINING_SEED, arguments.scenes)
    validation = draw_pool("held_out", HELD_OUT_SEED, VALIDATION_SCENES)
    for folder, items, count in (("calibration", pool, CALIBRATION_PICTURES), ("test", validation, TEST_PICTURES)):
        (out / folder).mkdir(exist_ok=True)
        for number, (picture, _) in enumerate(items[:count]):
            Image.fromarray(picture).save(out / folder / f"scene_{number:02}.jpg", quality=80)
    (out / "labels.txt").write_text("".join(f"{name}\n" for name in scenes.CLASSES))
    network = YoloV5().to(memory_format=torch.channels_last)
    print(f"{len(pool)} scenes drawn, {sum(p.numel() for p in network.parameters())} parameters", flush=True)

    def save(trained):
        trained.eval()
        onnx.save(to_onnx(trained), out / "yolov5s.onnx")

    stages = (Stage(scenes.WIDTH // 2, scenes.HEIGHT // 2, 8, arguments.epochs[0]),
              Stage(scenes.WIDTH, scenes.HEIGHT, 8, arguments.epochs[1]))
    train(network, np.random.default_rng(0), pool, validation, stages, save)


if __name__ == "__main__":
    main()
