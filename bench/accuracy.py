#!/usr/bin/env python3
"""Accuracy of the converter's default 8-bit quantization on the models of ../shared/data.

usage: accuracy.py [efficientnet|yolo|slim|slim_decoded]... [--data DIR] [--build DIR] [--config KEY=JSON]...

Each network is calibrated on the first 100 photos of imagenet200 and measured on the other 100. The pictures are
prepared with Pillow and given to both sides as the same bytes: ONNX Runtime (float) and magik-run (the int8 model, and
the float model, whose largest difference from ONNX Runtime is printed too). needs: numpy, onnxruntime, pillow
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np
import onnxruntime
from PIL import Image

onnxruntime.set_default_logger_severity(3)  # quiet about initializers that are listed as inputs, too
CALIBRATION = 100  # photos; the rest is measured


def center_crop(picture, size):
    scale = size / 0.875 / min(picture.size)
    picture = picture.resize([round(s * scale) for s in picture.size], Image.BICUBIC)
    left, top = ((s - size) // 2 for s in picture.size)
    return picture.crop((left, top, left + size, top + size))


def cosine(a, b):
    a, b = a.ravel().astype(float), b.ravel().astype(float)
    return a @ b / np.sqrt((a @ a) * (b @ b))


class Case:
    """One network: how it is converted, and what is measured on its outputs."""

    def __init__(self, model, config, size, swap, mean, normal, prepare):
        self.model, self.size, self.swap, self.mean, self.normal, self.prepare = model, size, swap, mean, normal, prepare
        self.config = {"SOC": "PC", **config}

    def run(self, args, work):
        photos = sorted(p for p in (args.data / "imagenet200").iterdir() if p.suffix == ".jpg")
        config = {**self.config, "QUANT_DATASET_PATH": str(args.data / "imagenet200"), "QUANT_DATASET_SIZE": CALIBRATION}
        config.update((k, json.loads(v)) for k, _, v in (c.partition("=") for c in args.config))
        (work / "cfg").write_text(json.dumps(config))
        source = args.data / "models" / self.model
        subprocess.run([args.build / "bin/magik-transform-tools", "-i", source, "-o", work / "m.mk.h", "-cfg", work / "cfg",
                        "--save_quantize_model", "true"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       cwd=work)
        session = onnxruntime.InferenceSession(str(source))
        names = [o.name for o in session.get_outputs()]
        items, float_outputs = [], []
        for i, photo in enumerate(photos[CALIBRATION:]):
            pixels = np.asarray(self.prepare(Image.open(photo).convert("RGB"), self.size))
            pixels = pixels[..., ::-1] if self.swap else pixels
            np.save(work / f"{i:03}.npy", np.ascontiguousarray(pixels[None]))
            items.append(work / f"{i:03}.npy")
            x = ((pixels.astype(np.float32) - np.float32(self.mean)) / np.float32(self.normal)).transpose(2, 0, 1)[None]
            float_outputs.append(session.run(names, {session.get_inputs()[0].name: np.ascontiguousarray(x)}))
        int8 = self.magik(args, work / "m.bin", items, names, work / "int8")
        ours = self.magik(args, work / "save-magik/model_float.mgk", items[:10], names, work / "float")
        for j, name in enumerate(names):
            worst = max(np.abs(o[j] - f[j]).max() / np.abs(f[j]).max() for o, f in zip(ours, float_outputs))
            print(f"  {name}: float path, largest difference from ONNX Runtime {worst:.1e} of the largest value")
        return [p.name for p in photos[CALIBRATION:]], float_outputs, int8

    @staticmethod
    def magik(args, model, items, names, out):
        out.mkdir()
        subprocess.run([args.build / "bin/magik-run", model, *items, "--save-outputs", out, "--layout", "source",
                        "--threads", "2"], check=True, stdout=subprocess.DEVNULL)
        return [[np.load(out / f"{item.stem}.{name.replace('/', '_')}.npy") for name in names] for item in items]


def efficientnet(args, work):
    case = Case("efficientnet_lite0.onnx", {"MEAN": [127, 127, 127], "NORMAL": [128, 128, 128], "RESIZE": ["CENTER_CROP"]},
                224, False, 127, 128, center_crop)
    photos, expected, got = case.run(args, work)
    labels = dict(line.split()[:2] for line in (args.data / "imagenet200/labels.txt").read_text().splitlines())
    truth = np.array([int(labels[p]) for p in photos])
    f, q = (np.array([o[0].ravel() for o in side]) for side in (expected, got))
    cosines = [cosine(a, b) for a, b in zip(q, f)]
    print(f"  right: float {(f.argmax(1) == truth).sum()}, int8 {(q.argmax(1) == truth).sum()} (peers 90, 89)")
    print(f"  same class as float: {(q.argmax(1) == f.argmax(1)).sum()} (peers 95, 94)")
    print(f"  cosine of the logits: mean {np.mean(cosines):.5f} worst {min(cosines):.4f} (peers 0.9944 / 0.966)")


ANCHORS = np.array([[[12.64, 19.39], [37.88, 51.48], [55.71, 138.31]], [[126.91, 78.23], [131.57, 214.55], [279.92, 258.87]]])


def boxes(outputs):
    """Detections [x0 y0 x1 y1 score class] of Yolo-FastestV2's two outputs, score > 0.3, class-wise NMS at 0.45."""
    found = []
    for feature, anchors in zip(outputs, ANCHORS):
        _, h, w, _ = feature.shape
        stride = 352 / h
        grid = np.stack(np.meshgrid(np.arange(w), np.arange(h)), -1)[:, :, None]
        t, objects, classes = feature[0, ..., :12].reshape(h, w, 3, 4), feature[0, ..., 12:15], feature[0, ..., 15:]
        xy, wh = (2 * t[..., :2] - 0.5 + grid) * stride, (2 * t[..., 2:]) ** 2 * anchors
        score = objects * classes.max(-1, keepdims=True)
        rows = np.concatenate([xy - wh / 2, xy + wh / 2, score[..., None],
                               np.broadcast_to(classes.argmax(-1)[..., None, None], (*score.shape, 1))], -1)
        found.append(rows[score > 0.3])
    found = np.concatenate(found)
    kept = []
    for row in found[np.argsort(-found[:, 4], kind="stable")]:
        if all(row[5] != k[5] or overlap(row, k) <= 0.45 for k in kept):
            kept.append(row)
    return kept


def overlap(a, b):
    sides = np.minimum(a[2:4], b[2:4]) - np.maximum(a[:2], b[:2])
    both = max(sides[0], 0) * max(sides[1], 0)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def yolo(args, work):
    case = Case("yolo-fastestv2.onnx", {"NORMAL": [255, 255, 255], "COLOR": ["BGR"]}, 352, True, 0, 255,
                lambda p, size: p.resize((size, size), Image.BILINEAR))
    _, expected, got = case.run(args, work)
    for j in range(2):
        print(f"  cosine of output {j}: {np.mean([cosine(q[j], f[j]) for q, f in zip(got, expected)]):.5f} (peers 0.9988, 0.9990)")
    matched = total = 0
    for q, f in zip(got, expected):
        ours, floats = boxes(q), boxes(f)
        total += len(ours) + len(floats)
        for row in ours:
            match = next((k for k in floats if k[5] == row[5] and overlap(k, row) > 0.5), None)
            if match is not None:
                floats = [k for k in floats if k is not match]
                matched += 1
    print(f"  F1 of boxes: {2 * matched / total:.4f} (peers 0.909, 0.891)")


def slim(args, work, model="version-slim-320_without_postprocessing", peer="0.99989 / 0.93307"):
    """The peer's figures are ONNX Runtime's (U8S8, MinMax, per channel) on the same photos."""
    case = Case(f"slim-320/{model}.onnx",
                {"MEAN": [127, 127, 127], "NORMAL": [128, 128, 128]}, (320, 240), False, 127, 128,
                lambda p, size: p.resize(size, Image.BILINEAR))
    _, expected, got = case.run(args, work)
    for j, name in enumerate(("scores", "boxes")):
        print(f"  cosine of {name}: {np.mean([cosine(q[j], f[j]) for q, f in zip(got, expected)]):.6f}")
    print(f"  (peer: {peer})")


def slim_decoded(args, work):
    slim(args, work, "version-slim-320", "0.99989 / 0.99993")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=["efficientnet", "yolo", "slim", "slim_decoded"])
    top = pathlib.Path(__file__).parents[1]
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("MAGIK_TEST_DATA", top / "../shared/data"))
    parser.add_argument("--build", type=pathlib.Path, default=top / "build")
    parser.add_argument("--config", action="append", default=[], help="another config key, e.g. QUANT_FEATURE_METHOD='\"MSE\"'")
    args = parser.parse_args()
    args.data, args.build = pathlib.Path(args.data).resolve(), args.build.resolve()
    for name in args.networks:
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as work:
            {"efficientnet": efficientnet, "yolo": yolo, "slim": slim, "slim_decoded": slim_decoded}[name](args, pathlib.Path(work))


if __name__ == "__main__":
    main()
