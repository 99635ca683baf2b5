#!/usr/bin/env python3
"""Speed beside the peers, alternating in one run on one thread: machines and moments differ, so read the ratios.

usage: compare.py [NET...] [--conversion] [--rounds 5] [--runs 20] [--threads 1] [--shared DIR] [--work DIR] [--build DIR]

NET: resnet18 mobilenet_v2 efficientnet_lite0 yolov5s resnet50 (default: all). The networks of ../shared/bench get seeded
random weights; peers are quantized by ../shared/bench/peers.py's settings; ours is converted with photos. A round runs
each engine `runs` times; the table shows the median over all rounds. --conversion times converting EfficientNet-Lite0
with KL and 200 photos beside NNCF's default, with peak memory, and 1000 photos for the memory alone.
needs: numpy onnx onnxruntime openvino nncf sympy pillow
"""
import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

SHAPES = {"yolov5s": (1, 3, 384, 640)}
PIXEL_NETS = ["resnet18", "mobilenet_v2", "efficientnet_lite0", "yolov5s", "resnet50"]


def cpu_features():
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    model = next(line.split(": ")[1] for line in flags.splitlines() if line.startswith("model name"))
    return f"{model}: " + " ".join(f for f in ("avx2", "avx512_vnni", "avx_vnni") if f" {f} " in flags)


def load_peers(shared):
    spec = importlib.util.spec_from_file_location("peers", shared / "bench/peers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def convert(args, source, out, **config):
    out.mkdir(parents=True, exist_ok=True)
    (out / "cfg").write_text(json.dumps({"SOC": "PC", "MEAN": [127, 127, 127], "NORMAL": [128, 128, 128], **config}))
    command = [args.build / "bin/magik-transform-tools", "-i", source, "-o", out / "model.mk.h", "-cfg", out / "cfg"]
    return command, out / "model.bin"


def speed(args, name):
    import numpy as np
    import onnxruntime as ort
    import openvino as ov

    peers, cache = load_peers(args.shared), args.work / "peers"
    cache.mkdir(parents=True, exist_ok=True)
    source = args.shared / "data/models" / f"{name}.onnx"
    if not source.exists():
        source = args.work / "nets" / f"{name}.onnx"
        if not source.exists():
            subprocess.run([sys.executable, args.shared / "bench/fill_weights.py", source.parent, name], check=True,
                           stdout=subprocess.DEVNULL)
    shape = SHAPES.get(name, (1, 3, 224, 224))
    options = ort.SessionOptions()
    options.intra_op_num_threads = args.threads
    input_name = ort.InferenceSession(str(source), options).get_inputs()[0].name
    ort_int8, ov_int8 = cache / f"{name}.ort8.onnx", cache / f"{name}.ov8.xml"
    if not ort_int8.exists():
        peers.quantize_ort(source, ort_int8, input_name, shape)
    if not ov_int8.exists():
        peers.quantize_nncf(source, ov_int8, shape)
    x = peers.calibration(shape, 1)[0]
    session = ort.InferenceSession(str(ort_int8), options)
    properties = {"INFERENCE_NUM_THREADS": args.threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    request = ov.Core().compile_model(str(ov_int8), "CPU", properties).create_infer_request()

    command, model = convert(args, source, args.work / name, QUANT_DATASET_PATH=str(args.shared / "data/coco20"),
                             INPUT_SHAPE=list(shape))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=args.work)
    pixels = args.work / name / "input.npy"
    np.save(pixels, np.random.default_rng(0).integers(0, 256, (1, *shape[2:], 3), dtype=np.uint8))

    def ours():
        out = subprocess.run([args.build / "bin/magik-run", model, pixels, "--json", "--warmup", "5", "--repeat", str(args.runs),
                              "--threads", str(args.threads)], check=True, capture_output=True, text=True).stdout
        return json.loads(out.splitlines()[-1])["median_ms"]

    times = {"magik": [], "ort": [], "openvino": []}
    for _ in range(args.rounds):
        times["magik"].append(ours())
        times["ort"].append(peers.median_ms(lambda: session.run(None, {input_name: x}), args.runs))
        times["openvino"].append(peers.median_ms(lambda: request.infer({0: x}), args.runs))
    magik, ort_ms, ov_ms = (statistics.median(times[k]) for k in ("magik", "ort", "openvino"))
    print(f"{name:20} {magik:9.2f} {ort_ms:9.2f} {ov_ms:9.2f} {magik / ort_ms:10.2f} {magik / ov_ms:10.2f}", flush=True)


NNCF = """
import sys, pathlib
import numpy as np, nncf, openvino as ov
from PIL import Image
photos = sorted(pathlib.Path(sys.argv[2]).glob("*.jpg"))
def item(path):
    p = Image.open(path).convert("RGB")
    scale = 256 / min(p.size)
    p = p.resize([round(s * scale) for s in p.size], Image.BICUBIC)
    left, top = ((s - 224) // 2 for s in p.size)
    x = np.asarray(p.crop((left, top, left + 224, top + 224)), np.float32)
    return ((x - 127) / 128).transpose(2, 0, 1)[None]
model = nncf.quantize(ov.Core().read_model(sys.argv[1]), nncf.Dataset(photos, item), subset_size=len(photos))
ov.save_model(model, sys.argv[3])
"""


def measured(command, **keywords):
    """Seconds and peak megabytes of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **keywords)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"{command[0]} failed"
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def conversion(args):
    source, photos = args.shared / "data/models/efficientnet_lite0.onnx", args.shared / "data/imagenet200"
    command, _ = convert(args, source, args.work / "conversion", QUANT_DATASET_PATH=str(photos), RESIZE=["CENTER_CROP"])
    many = args.work / "photos1000"
    many.mkdir(exist_ok=True)
    for copy in range(5):
        for photo in photos.glob("*.jpg"):
            link = many / f"{copy}_{photo.name}"
            if not link.exists():
                link.symlink_to(photo)
    ours, nncf = [], []
    for _ in range(3):
        ours.append(measured(command, cwd=args.work))
        nncf.append(measured([sys.executable, "-c", NNCF, source, photos, args.work / "nncf.xml"]))
    print(f"conversion of efficientnet_lite0, KL, 200 photos, {os.cpu_count()} cores: magik {min(t for t, _ in ours):.2f} s "
          f"{max(m for _, m in ours):.0f} MB; NNCF {min(t for t, _ in nncf):.2f} s {max(m for _, m in nncf):.0f} MB")
    command, _ = convert(args, source, args.work / "conversion1000", QUANT_DATASET_PATH=str(many), RESIZE=["CENTER_CROP"])
    seconds, megabytes = measured(command, cwd=args.work)
    print(f"1000 photos: {seconds:.2f} s {megabytes:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top = pathlib.Path(__file__).parents[1]
    parser.add_argument("nets", nargs="*", default=PIXEL_NETS)
    parser.add_argument("--conversion", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--shared", type=pathlib.Path, default=top / "../shared")
    parser.add_argument("--work", type=pathlib.Path, default=top / "build/bench")
    parser.add_argument("--build", type=pathlib.Path, default=top / "build")
    args = parser.parse_args()
    args.shared, args.work, args.build = (p.resolve() for p in (args.shared, args.work, args.build))
    args.work.mkdir(parents=True, exist_ok=True)
    print(cpu_features(), f"{args.threads} thread")
    if args.conversion:
        conversion(args)
        return
    print(f"{'int8, median ms':20} {'magik':>9} {'ort':>9} {'openvino':>9} {'magik/ort':>10} {'magik/ov':>10}")
    for name in args.nets:
        speed(args, name)


if __name__ == "__main__":
    main()
