#!/bin/bash
# Accuracy of the default 8-bit quantization on the shared models and photos, beside the marks of ../shared/data/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/venv.sh
exec "$PYTHON" bench/accuracy.py "$@"
