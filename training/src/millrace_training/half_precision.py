"""A retriever's graph with products and tables in 16-bit floats, as a GPU computes them.

Both factors of every matrix product are rounded to fp16 and multiplied; what comes out is fp32 again, so that norms,
softmax, masks and sums keep their range: ages go far beyond 65,504, the largest number of fp16, and what may not be
returned scores -1e30. Tables of vectors lie in fp16 and are half as large. On a CPU, ONNX Runtime computes such a
graph in fp32 and rounds where the graph does: the lists are those of a GPU but for the order of sums, the speed is not.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_PRODUCTS = ("MatMul", "Gemm")
_SUFFIX = ".half"


def halved(graph: bytes) -> bytes:
    """The graph in 16-bit floats; inputs and outputs stay as they are.

    Args:
        graph: serialised ONNX model in fp32.
    """
    model = onnx.load_model_from_string(graph)
    _Halving(model.graph).run()
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


class _Halving:
    """The nodes of one graph, rewritten in their order."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._weights = {
            each.name: each for each in graph.initializer if each.data_type == TensorProto.FLOAT and len(each.dims) == 2
        }
        self._nodes: list[onnx.NodeProto] = []
        self._half: set[str] = set()

    def run(self) -> None:
        nodes = list(self._graph.node)
        for node in nodes:
            if node.op_type in _PRODUCTS:
                self._product(node)
            elif node.op_type == "Gather" and node.input[0] in self._weights:
                self._look_up(node)
            else:
                self._nodes.append(node)
        del self._graph.node[:]
        self._graph.node.extend(self._nodes)
        self._drop_unused()

    def _product(self, node: onnx.NodeProto) -> None:
        if any(each.name in ("alpha", "beta") and each.f != 1 for each in node.attribute):
            raise ValueError(f"{node.output[0]}: a product with a factor of its own; its sum would be another one")
        output, added = node.output[0], list(node.input[2:])
        del node.input[2:]
        for place in (0, 1):
            node.input[place] = self._as_half(node.input[place])
        node.output[0] = output + _SUFFIX
        self._nodes.append(node)
        product = f"{output}.product" if added else output
        self._cast(node.output[0], product, TensorProto.FLOAT)
        if added:
            self._nodes.append(helper.make_node("Add", [product, added[0]], [output]))

    def _look_up(self, node: onnx.NodeProto) -> None:
        output = node.output[0]
        node.input[0] = self._as_half(node.input[0])
        node.output[0] = output + _SUFFIX
        self._nodes.append(node)
        self._cast(node.output[0], output, TensorProto.FLOAT)

    def _as_half(self, name: str) -> str:
        """The name of the same tensor in fp16; each is rounded once."""
        half = name + _SUFFIX
        if half not in self._half:
            self._half.add(half)
            if name in self._weights:
                values = numpy_helper.to_array(self._weights[name]).astype(np.float16)
                self._graph.initializer.append(numpy_helper.from_array(values, half))
            else:
                self._cast(name, half, TensorProto.FLOAT16)
        return half

    def _cast(self, name: str, to: str, kind: int) -> None:
        self._nodes.append(helper.make_node("Cast", [name], [to], to=kind))

    def _drop_unused(self) -> None:
        uses: dict[str, int] = defaultdict(int)
        for node in self._nodes:
            for name in node.input:
                uses[name] += 1
        kept = [each for each in self._graph.initializer if uses[each.name]]
        del self._graph.initializer[:]
        self._graph.initializer.extend(kept)
