#!/bin/sh
# Converts the YOLOv5s sample's network, builds pc_inference_bin and finds the objects of a picture, with every node's
# bytes in ./MAGIK_DATA_DUMP/ for the data check.
#
#   ./exector.sh [IMAGE]    (fall_1054_sys.jpg where it is there, else the first test picture of the YOLOv5s sample)
#
# TOPDIR  where the toolkit is (../../..)
# SOC     which of the sample's conversions to run: t40, t41, x2500 or a1 (t40)
set -eu
cd "$(dirname "$0")"
TOPDIR=${TOPDIR:-../../..}
sample=$TOPDIR/Models/post/yolov5s
program=$sample/venus_sample_yolov5s

image=${1:-}
for picture in fall_1054_sys.jpg "$program"/*.jpg; do
  [ -n "$image" ] || [ ! -f "$picture" ] || image=$picture
done
[ -n "$image" ] || { echo "exector.sh: there is no picture in $program; name one: ./exector.sh IMAGE" >&2; exit 1; }

sh "$sample/run_${SOC:-t40}.sh"

make TOPDIR="$TOPDIR" clean
make TOPDIR="$TOPDIR" -j12

export MAGIK_CPP_DUMPDATA=true
set -- "$program/save-magik/model_quant.mgk" "$image" "$program/" 640 384 3
[ ! -f "$sample/labels.txt" ] || set -- "$@" "$sample/labels.txt"  # else COCO's names
./pc_inference_bin "$@"
