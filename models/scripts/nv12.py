#!/usr/bin/env python3
"""Turns a picture into an NV12 camera frame (BT.601, video range), named by its size.

usage: nv12.py PICTURE FOLDER      writes FOLDER/<stem>_w<width>_h<height>.nv12; needs: numpy, pillow
"""
import pathlib
import sys

import numpy as np
from PIL import Image


def main():
    picture, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rgb = np.asarray(Image.open(picture).convert("RGB"), np.float64)
    rgb = rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2]
    height, width = rgb.shape[:2]
    luma = 16 + rgb @ [0.257, 0.504, 0.098]
    of_four = rgb.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
    chroma = 128 + of_four @ np.array([[-0.148, -0.291, 0.439], [0.439, -0.368, -0.071]]).T
    frame = [plane.round().clip(0, 255).astype(np.uint8).tobytes() for plane in (luma, chroma)]
    (folder / f"{picture.stem}_w{width}_h{height}.nv12").write_bytes(b"".join(frame))


if __name__ == "__main__":
    main()
