"""A float network whose result depends on how sums are rounded and whether subnormals are kept, and an input for it.

usage: modes_model.py MODEL.onnx INPUT.bin
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE = 16
# y = (x * 1e-20) * (x * 1e-20) * 1e38 + x / 3: the product of x near 1 is subnormal.
constants = {'tiny': 1e-20, 'huge': 1e38, 'three': 3}
nodes = [helper.make_node('Mul', ['x', 'tiny'], ['a']), helper.make_node('Mul', ['a', 'a'], ['b']),
         helper.make_node('Mul', ['b', 'huge'], ['c']), helper.make_node('Div', ['x', 'three'], ['d']),
         helper.make_node('Add', ['c', 'd'], ['y'])]
graph = helper.make_graph(nodes, 'modes', [helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, SIZE])],
                          [helper.make_tensor_value_info('y', TensorProto.FLOAT, [1, SIZE])],
                          [numpy_helper.from_array(np.array([value], np.float32), name)
                           for name, value in constants.items()])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 11)]), sys.argv[1])
np.linspace(0.5, 2, SIZE, dtype=np.float32).tofile(sys.argv[2])
