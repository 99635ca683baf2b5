#!/usr/bin/env python3
"""Recomputes a table of debug mode from the dumps of all items.

usage: check_distance.py LOG DUMP_DIR          needs: numpy

LOG holds the converter's output with the table "ptq model compute distance", DUMP_DIR what --dump_all wrote:
ITEM/float_model/NODE.bin and ITEM/ptq_model_dequantize/NODE.bin. Ends with status 1, and says why, where a column
differs by more than 1e-5 from its definition (transform-tools.md, section 3), or the nodes are not the same.
"""
import pathlib
import sys

import numpy as np

TITLE = "ptq model compute distance"
COLUMNS = ["cosine_avg", "cosine_min", "cosine_max", "euc_distan", "stand_devi", "max_absolu", "max_abs_0~1"]
TOLERANCE = 1e-5


def read_table(lines):
    """{node: column values}, in the table's order."""
    start = lines.index(TITLE)
    header = lines[start + 1]
    if header.split() != ["feature", "name"] + COLUMNS:
        sys.exit(f"unexpected header: {header}")
    rows = {}
    for line in lines[start + 2:]:
        name, *values = line.rsplit(None, len(COLUMNS))
        try:
            rows[name] = [float(v) for v in values]
        except ValueError:
            break
        if len(values) != len(COLUMNS):
            break
    return rows


def cosine(f, q):
    ff, qq = np.linalg.norm(f), np.linalg.norm(q)
    if ff == 0 or qq == 0:
        return float(ff == qq)
    return f @ q / (ff * qq)


def ratio(error, reference):
    return error / reference if reference > 0 else float(error > 0) and np.inf


def expected(pairs):
    """The columns of a node from its (float, quantized) values of every item."""
    cosines = [cosine(f, q) for f, q in pairs]
    euclidean = np.mean([ratio(np.linalg.norm(q - f), np.linalg.norm(f)) for f, q in pairs])
    f, q = (np.concatenate(side) for side in zip(*pairs))
    largest = np.abs(q - f).max()
    return [np.mean(cosines), min(cosines), max(cosines), euclidean, (q - f).std(), largest, ratio(largest, f.std())]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    rows = read_table(pathlib.Path(sys.argv[1]).read_text().splitlines())
    items = [p for p in sorted(pathlib.Path(sys.argv[2]).iterdir()) if p.is_dir()]
    if not rows or not items:
        sys.exit(f"{len(rows)} rows, {len(items)} items: nothing to compare")
    problems = []
    for item in items:
        for side in ("float_model", "ptq_model", "ptq_model_dequantize"):
            files = {p.name for p in (item / side).iterdir()}
            if files != {name.replace("/", "_") + ".bin" for name in rows}:
                problems.append(f"{item / side}: the files are not the nodes of the table: {sorted(files)}")
    for name, values in rows.items():
        file = name.replace("/", "_") + ".bin"
        sides = [[np.fromfile(item / side / file, "<f4").astype(float) for item in items]
                 for side in ("float_model", "ptq_model_dequantize")]
        for column, printed, right in zip(COLUMNS, values, expected(list(zip(*sides)))):
            if printed != right and not abs(printed - right) <= TOLERANCE:
                problems.append(f"{name}: {column} is printed as {printed}, the dumps give {right}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(rows)} nodes, {len(items)} items")


if __name__ == "__main__":
    main()
