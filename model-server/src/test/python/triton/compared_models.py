"""The models that both servers are given: small graphs of every datatype."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

DATATYPES = {
    "BOOL": (TensorProto.BOOL, np.bool_),
    "UINT8": (TensorProto.UINT8, np.uint8),
    "INT8": (TensorProto.INT8, np.int8),
    "INT16": (TensorProto.INT16, np.int16),
    "INT32": (TensorProto.INT32, np.int32),
    "INT64": (TensorProto.INT64, np.int64),
    "FP16": (TensorProto.FLOAT16, np.float16),
    "FP32": (TensorProto.FLOAT, np.float32),
    "FP64": (TensorProto.DOUBLE, np.float64),
}


def matrix(name: str, kind: int, width: str | int, batch: bool) -> onnx.ModelProto:
    shape = ["B", width] if batch else [width]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        name,
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", kind, shape)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def affine() -> onnx.ModelProto:
    one = helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["x", "x"], ["two"]),
            helper.make_node("Add", ["two", "one"], ["y"]),
        ],
        "affine",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["B", "N"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["B", "N"])],
        [one],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def write(
    models: Path, name: str, graph: onnx.ModelProto, datatype: str, batch: int, width: int
) -> None:
    folder = models / name / "1"
    folder.mkdir(parents=True)
    onnx.save(graph, folder / "model.onnx")
    tensor = f"data_type: TYPE_{datatype} dims: [ {width} ]"
    (models / name / "config.pbtxt").write_text(
        f'name: "{name}"\nbackend: "onnxruntime"\nmax_batch_size: {batch}\n'
        f'input {{ name: "x" {tensor} }}\noutput {{ name: "y" {tensor} }}\n'
        + ("dynamic_batching { }\n" if batch else "")
    )


def repository(models: Path) -> None:
    write(models, "affine", affine(), "FP32", 8, -1)
    write(models, "fixed", matrix("fixed", TensorProto.FLOAT, 3, batch=False), "FP32", 0, 3)
    for datatype, (kind, _) in DATATYPES.items():
        name = f"echo_{datatype.lower()}"
        write(models, name, matrix(name, kind, "N", batch=True), datatype, 4, -1)
