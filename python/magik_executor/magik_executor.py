"""MagikRoutine: a model, its inputs and its outputs. Needs numpy and libmagikExecutor.so."""

import ctypes
import os

import numpy as np

__all__ = ["MagikRoutine", "MagikError"]

# Tensor::DataType of include/magik_executor/tensor.h.
_DATA_TYPES = {
    np.dtype(np.float32): 1,
    np.dtype(np.int32): 3,
    np.dtype(np.uint8): 4,
    np.dtype(np.int8): 6,
    np.dtype(np.uint16): 17,
}
_MOST_DIMS = 8


class MagikError(RuntimeError):
    """What the executor could not do, and why."""


def _library_path():
    """$MAGIK_EXECUTOR_LIBRARY, or where the delivered toolkit, an installation or a build has it."""
    given = os.environ.get("MAGIK_EXECUTOR_LIBRARY")
    if given:
        return given
    name = "libmagikExecutor.so"
    package = os.path.dirname(os.path.abspath(__file__))
    for folder in ("", "../../lib", "../../build/lib"):
        path = os.path.join(package, folder, name)
        if os.path.exists(path):
            return path
    return name  # as the dynamic linker finds it: LD_LIBRARY_PATH


def _load_library():
    path = _library_path()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise MagikError(f"{path}: cannot load the executor, say where it is in MAGIK_EXECUTOR_LIBRARY: {error}")
    text, pointer, integer = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int
    integers = ctypes.POINTER(ctypes.c_int)
    functions = {
        "create": (pointer, [text, integer]),
        "destroy": (None, [pointer]),
        "error": (text, [pointer]),
        "input_name": (text, [pointer, integer]),
        "output_name": (text, [pointer, integer]),
        "set_input": (integer, [pointer, text, integers, integer, integer, pointer]),
        "run": (integer, [pointer]),
        "output": (ctypes.POINTER(ctypes.c_float), [pointer, text, integers, integers]),
    }
    for function, (result, arguments) in functions.items():
        entry = getattr(library, "magik_executor_" + function)
        entry.restype, entry.argtypes = result, arguments
    return library


class MagikRoutine:
    """A model on the PC. Every failure raises MagikError with one line that says what was expected."""

    _library = None  # loaded once, at the first use

    def __init__(self, path, dump_file=True):
        """Loads `path`. With dump_file each run() writes inputs and every node's bytes to ./MAGIK_DATA_DUMP/."""
        self._executor = None
        if MagikRoutine._library is None:
            MagikRoutine._library = _load_library()
        self._executor = self._library.magik_executor_create(os.fsencode(path), int(dump_file))
        if not self._executor:
            raise MagikError("no memory for the executor")
        if self._error():
            raise MagikError(self._error())

    def __del__(self):
        if self._executor:
            self._library.magik_executor_destroy(self._executor)

    def inames(self):
        """Names of the inputs, in the model's order."""
        return self._names(self._library.magik_executor_input_name)

    def onames(self):
        """Names of the outputs, sorted."""
        return self._names(self._library.magik_executor_output_name)

    def set_input(self, array, name):
        """Copies `array`: pixels as (1, h, w, 3) RGB, uint8 or float32 from 0 to 255, of any size that the network can
        be reshaped to; other inputs float32 in the runtime's layout."""
        array = np.ascontiguousarray(array)
        if array.dtype not in _DATA_TYPES:
            known = ", ".join(str(dtype) for dtype in _DATA_TYPES)
            raise MagikError(f"input '{name}': the array has the type {array.dtype}, expected one of {known}")
        if array.ndim > _MOST_DIMS:
            raise MagikError(f"input '{name}': the array has {array.ndim} dimensions, expected at most {_MOST_DIMS}")
        shape = (ctypes.c_int * _MOST_DIMS)(*array.shape)
        self._check(
            self._library.magik_executor_set_input(
                self._executor, name.encode(), shape, array.ndim, _DATA_TYPES[array.dtype], array.ctypes.data
            )
            == 0
        )

    def run(self):
        self._check(self._library.magik_executor_run(self._executor) == 0)

    def get_output(self, name):
        """A float32 array of its own: dequantized, NHWC where image-like. Raises where the last run() failed."""
        shape, dims = (ctypes.c_int * _MOST_DIMS)(), ctypes.c_int()
        values = self._library.magik_executor_output(self._executor, name.encode(), shape, ctypes.byref(dims))
        self._check(bool(values))
        return np.ctypeslib.as_array(values, tuple(shape[: dims.value])).copy()

    def _names(self, name_at):
        names = []
        while (name := name_at(self._executor, len(names))) is not None:
            names.append(name.decode())
        return names

    def _error(self):
        return self._library.magik_executor_error(self._executor).decode(errors="replace")

    def _check(self, ok):
        if not ok:
            raise MagikError(self._error())
