# Sourced by the benchmarks: a virtual environment with the peers' packages from PyPI, in build/venv. Sets PYTHON.
PYTHON="$PWD/build/venv/bin/python"
if [ ! -f build/venv/ready ]; then
  echo "making build/venv with the peers' packages (some 1.5 GB, once)"
  python3 -m venv build/venv || { echo "install python3-venv" >&2; exit 1; }
  build/venv/bin/pip install -q numpy onnx onnxruntime openvino nncf sympy pillow
  touch build/venv/ready
fi
