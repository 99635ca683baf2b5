#!/bin/bash
# Speed of run() beside ONNX Runtime and OpenVINO, and of a conversion beside NNCF's, in one run each.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/venv.sh
exec "$PYTHON" bench/compare.py "$@"
