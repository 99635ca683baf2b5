#!/usr/bin/env python3
"""Measures the bundled detector on held-out scenes: mAP@0.5 of the ONNX file, and of the converted model if given.

usage: evaluate_yolov5s.py MODEL.onnx [--quantized MODEL.bin --magik-run PATH] [--scenes N]
needs: numpy, onnxruntime, and what scenes.py needs

The ONNX file runs in ONNX Runtime, the converted one in magik-run, on the same pictures. Pixels go in as they are
drawn, without a JPEG in between. The seed differs from that of the training script's own validation scenes.
"""
import argparse
import pathlib
import subprocess
import tempfile

import numpy as np

import scenes

STRIDES = (8, 16, 32)
ANCHORS = (((10, 13), (16, 30), (33, 23)), ((30, 61), (62, 45), (59, 119)), ((116, 90), (156, 198), (373, 326)))
LOWEST_SCORE, NMS_THRESHOLD, MOST_BOXES = 0.01, 0.6, 100
SEED = 3


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def overlaps(box, boxes):
    """Intersection over union of one box {4} with boxes {n, 4}, corners."""
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    inner = np.clip(sides, 0, None).prod(1)
    return inner / ((box[2:] - box[:2]).prod() + (boxes[:, 2:] - boxes[:, :2]).prod(1) - inner)


def detect(heads, classes):
    """Boxes of one picture from its raw heads {h, w, 3*(5+classes)}: rows class, x0, y0, x1, y1, score, best first."""
    rows = []
    for head, stride, anchors in zip(heads, STRIDES, ANCHORS):
        height, width, _ = head.shape
        cells = sigmoid(head.reshape(height, width, 3, 5 + classes).astype(np.float64))
        scores = cells[..., 4] * cells[..., 5:].max(-1)
        y, x, anchor = np.nonzero(scores >= LOWEST_SCORE)
        chosen = cells[y, x, anchor]
        centre = (chosen[:, :2] * 2 - 0.5 + np.stack([x, y], 1)) * stride
        size = (chosen[:, 2:4] * 2)**2 * np.array(anchors)[anchor]
        rows.append(np.concatenate([chosen[:, 5:].argmax(1)[:, None], centre - size / 2, centre + size / 2,
                                    scores[y, x, anchor][:, None]], 1))
    rows = np.concatenate(rows)
    rows = rows[np.argsort(-rows[:, 5], kind="stable")]
    kept = []
    while len(rows) and len(kept) < MOST_BOXES:
        best = rows[0]
        kept.append(best)
        rows = rows[1:]
        rows = rows[(rows[:, 0] != best[0]) | (overlaps(best[1:5], rows[:, 1:5]) <= NMS_THRESHOLD)]
    return np.array(kept).reshape(-1, 6)


def average_precision(hits, positives):
    """Area under the precision-recall curve, precision made monotonic; hits are sorted by score."""
    right = np.cumsum(hits)
    recall, precision = right / positives, right / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


def mean_average_precision(found, expected, classes, threshold=0.5):
    """found: per picture the rows of detect(); expected: per picture class, x0, y0, x1, y1. Returns mAP and each AP."""
    results = []
    for kind in range(classes):
        scores, hits, positives = [], [], 0
        for rows, boxes in zip(found, expected):
            boxes = boxes[boxes[:, 0] == kind][:, 1:]
            positives += len(boxes)
            free = np.ones(len(boxes), bool)
            for row in rows[rows[:, 0] == kind]:
                overlap = overlaps(row[1:5], boxes) * free
                hit = len(boxes) > 0 and overlap.max() >= threshold
                if hit:
                    free[overlap.argmax()] = False
                scores.append(row[5])
                hits.append(hit)
        order = np.argsort(-np.array(scores), kind="stable")
        results.append(average_precision(np.array(hits, float)[order], positives))
    return float(np.mean(results)), results


def run_onnx(path, pictures):
    import onnxruntime  # only here: training imports this file without it
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    for picture in pictures:
        heads = session.run(None, {name: picture.transpose(2, 0, 1)[None].astype(np.float32) / 255})
        yield [head[0].transpose(1, 2, 0) for head in heads]


def run_magik(path, magik_run, pictures):
    """magik-run writes INPUT.OUTPUT.npy for each head, NHWC; the stride tells heads apart."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        inputs = []
        for number, picture in enumerate(pictures):
            inputs.append(folder / f"{number:04}.bin")
            picture.tofile(inputs[-1])
        command = [magik_run, path, *inputs, "--save-outputs", folder / "out"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for number in range(len(pictures)):
            heads = [np.load(file)[0] for file in (folder / "out").glob(f"{number:04}.*.npy")]
            yield sorted(heads, key=lambda head: -head.shape[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx")
    parser.add_argument("--quantized", help="the .bin of magik-transform-tools")
    parser.add_argument("--magik-run", default="magik-run")
    parser.add_argument("--scenes", type=int, default=300)
    arguments = parser.parse_args()

    source = scenes.load_source("held_out")
    drawn = [scenes.draw_scene(source, [SEED, index]) for index in range(arguments.scenes)]
    pictures, expected = [picture for picture, _ in drawn], [boxes for _, boxes in drawn]
    runs = {"float": run_onnx(arguments.onnx, pictures)}
    if arguments.quantized:
        runs["quantized"] = run_magik(arguments.quantized, arguments.magik_run, pictures)
    print(f"{len(pictures)} held-out scenes, {sum(map(len, expected))} objects")
    for name, heads in runs.items():
        found = [detect(h, len(scenes.CLASSES)) for h in heads]
        mean, each = mean_average_precision(found, expected, len(scenes.CLASSES))
        parts = ", ".join(f"{label} {value:.3f}" for label, value in zip(scenes.CLASSES, each))
        print(f"{name}: mAP@0.5 {mean:.3f} ({parts})")


if __name__ == "__main__":
    main()
