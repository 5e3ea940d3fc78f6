"""A thin writer of ONNX graphs: every operator call returns the name of its output.

The retriever's graph is written operator by operator instead of being traced, because serving speed is
decided by which operators it has: laid out as one writes it in PyTorch, the same model took 1.7 times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

INT32 = TensorProto.INT32
INT64 = TensorProto.INT64
FLOAT = TensorProto.FLOAT

CONTRIB = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""

_OPSET = 18
_IR_VERSION = 9


class GraphWriter:
    """Collects nodes and initialisers; equal constants are stored once.

    Opset 18 and IR 9 are read by ONNX Runtime 1.15 and later, on CPU and CUDA.
    """

    def __init__(self) -> None:
        """Start an empty graph."""
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}
        self._constants: dict[bytes, str] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._contrib = False

    def input(self, name: str, element_type: int, shape: Sequence[str | int]) -> str:
        """Declare an input; names in ``shape`` are dimensions known at run time."""
        self._inputs.append(helper.make_tensor_value_info(name, element_type, list(shape)))
        return name

    def output(self, name: str, value: str, element_type: int, shape: Sequence[str | int]) -> None:
        """Declare that ``value`` leaves the graph as ``name``."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=name))
        self._outputs.append(helper.make_tensor_value_info(name, element_type, list(shape)))

    def output_of(self, name: str, value: str, element_type: int, shape: Sequence[str | int]) -> None:
        """Declare that ``value``, made by the latest operator, leaves the graph as ``name``, without a copy."""
        made = self._nodes[-1].output
        made[list(made).index(value)] = name
        self._outputs.append(helper.make_tensor_value_info(name, element_type, list(shape)))

    def weight(self, name: str, values: NDArray[np.float32]) -> str:
        """Store trained values under a name that tells what they are."""
        return self.tensor(name, values.astype(np.float32, copy=False))

    def tensor(self, name: str, values: NDArray[np.generic]) -> str:
        """Store values of any type under a name that tells what they are."""
        self._initializers[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def integers(self, *values: int) -> str:
        """A constant INT64 vector, as shapes and axes want it."""
        return self._constant(np.array(values, dtype=np.int64))

    def indices(self, *values: int) -> str:
        """A constant INT32 vector."""
        return self._constant(np.array(values, dtype=np.int32))

    def index(self, value: int) -> str:
        """A constant INT32 scalar."""
        return self._constant(np.array(value, dtype=np.int32))

    def number(self, value: float) -> str:
        """A constant FP32 scalar."""
        return self._constant(np.array(value, dtype=np.float32))

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Call an operator with one output."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """Call an operator with several outputs; ``domain`` among the attributes is the operator's."""
        base = f"{kind.lower()}_{len(self._nodes)}"
        self._contrib |= attributes.get("domain") == CONTRIB
        names = [base] if outputs == 1 else [f"{base}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, name=base, **attributes))
        return names

    def model(self, name: str, producer_version: str) -> bytes:
        """The checked model as bytes; the same calls give the same bytes."""
        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=list(self._initializers.values())
        )
        opsets = [helper.make_opsetid("", _OPSET)]
        if self._contrib:
            opsets.append(helper.make_opsetid(CONTRIB, 1))
        model = helper.make_model(
            graph,
            opset_imports=opsets,
            ir_version=_IR_VERSION,
            producer_name="millrace-training",
            producer_version=producer_version,
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def _constant(self, values: NDArray[np.generic]) -> str:
        key = f"{values.dtype}{values.shape}".encode() + values.tobytes()
        if key not in self._constants:
            name = f"constant_{len(self._constants)}"
            self._constants[key] = name
            self._initializers[name] = numpy_helper.from_array(values, name)
        return self._constants[key]
