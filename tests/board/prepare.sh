#!/bin/bash
# Makes what the boards' tests compare with: models, inputs as .bin, and for each the checksums of all values that this
# machine's reference kernels compute.
# usage: prepare.sh WORK HOST_BIN SOURCE
set -euo pipefail
work=$1 host=$2 source=$3
data=${MAGIK_TEST_DATA:-$source/../shared/data}
rm -rf "$work"
mkdir -p "$work"

convert() {  # NAME ONNX CONFIG [IMAGE...]
  local name=$1 onnx=$2 config=$3
  shift 3
  echo "$config" >"$work/$name.json"
  (cd "$work" && "$host/magik-transform-tools" -i "$onnx" -o "$name.mk.h" -cfg "$name.json" --embed-golden >"$name.log" 2>&1) ||
    { cat "$work/$name.log"; exit 1; }
  local number=0
  for image in "$@"; do
    number=$((number + 1))
    "$host/image_to_bin" "$work/$name.bin" "$image" "$work/$name.$number.bin"
    expect "$name" $number
  done
}

expect() {  # NAME NUMBER
  "$host/magik-run" "$work/$1.bin" "$work/$1.$2.bin" --isa reference --dump "$work/$1.$2" >/dev/null
  (cd "$work/$1.$2" && md5sum -- *) >"$work/$1.$2.md5"
}

last() { find "$1" -name '*.jpg' -o -name '*.png' | sort | tail -n 3; }  # images that did not calibrate

"$host/operator_check" --isa reference --threads 1 >"$work/operators"
VENUS_ISA=reference "$host/image_check" >"$work/images" 2>"$work/messages" || { cat "$work/messages"; exit 1; }

convert digits "$source/models/digits/digits.onnx" "{\"SOC\": \"PC\", \"MEAN\": [127.5], \"NORMAL\": [127.5],
  \"COLOR\": [\"GRAY\"], \"QUANT_DATASET_PATH\": \"$source/models/digits/calibration\"}" \
  $(last "$source/models/digits/test")

# A float network whose result is another in each floating-point mode.
/usr/bin/python3 "$source/tests/board/modes_model.py" "$work/modes.onnx" "$work/modes.1.bin"
convert modes modes.onnx '{"SOC": "PC"}'
expect modes 1

[ -d "$data" ] || exit 0
calibration() { echo "\"QUANT_DATASET_PATH\": \"$data/$1\", \"QUANT_DATASET_SIZE\": 4"; }
convert efficientnet_lite0 "$data/models/efficientnet_lite0.onnx" "{\"SOC\": \"PC\", \"MEAN\": [127], \"NORMAL\": [128],
  \"RESIZE\": [\"CENTER_CROP\"], $(calibration imagenet200)}" $(last "$data/imagenet200")
convert yolo_fastestv2 "$data/models/yolo-fastestv2.onnx" "{\"SOC\": \"PC\", \"NORMAL\": [255], \"COLOR\": [\"BGR\"],
  $(calibration coco20)}" $(last "$data/coco20")
convert slim_320 "$data/models/slim-320/version-slim-320_without_postprocessing.onnx" "{\"SOC\": \"PC\",
  \"MEAN\": [127], \"NORMAL\": [128], $(calibration coco20)}" $(last "$data/coco20")
