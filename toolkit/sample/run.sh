#!/bin/sh
# Converts the network for the @SOC@: model, quantization and calibration set are told by cfg/magik_@soc@.cfg.
set -e
cd "$(dirname "$0")"
../../../TransformKit/magik-transform-tools \
  -i @NET@.onnx \
  -o ./venus_sample_@NET@/@NET@_@soc@_magik.mk.h \
  -cfg ./cfg/magik_@soc@.cfg \
  --save_quantize_model true
