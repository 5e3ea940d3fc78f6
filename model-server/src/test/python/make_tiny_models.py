"""Writes the tiny model repository that the tests serve.

    python make_tiny_models.py ../resources/models

Needs onnx and numpy. Every number is a small multiple of a power of two, so that sums are exact in
any order and tests can compare with a naive computation bit by bit; its formulas are repeated in
TinyRetriever.java.

- recommender: a bundle of 20 items (ids "item-3" .. "item-22") whose retriever adds up the items of
  a history, weighted by type and age, and returns the 12 best of the catalogue;
- retriever: the same graph as a raw, ragged model;
- affine: y = 2 x + 1 for x [rows, any].

Beside it, in ../resources/greedy-models, greedy: as many zeros as the request says, and their sum;
in ../resources/text-models, words: a text encoder that knows three words, with its tokenizer.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ITEMS = 20
FIRST_ITEM = 3
INDICES = FIRST_ITEM + ITEMS
WIDTH = 4
VECTOR = 384
TYPES = 8
K = 12
MAX_HISTORY = 6
OPSET = 17
IR_VERSION = 8
SCHEMA = Path(__file__).parents[4] / "schemas/src/main/resources/io/millrace/schemas"


def embedding() -> np.ndarray:
    i, d = np.indices((INDICES, WIDTH))
    return (((i * 7 + d * 13) % 11 - 5) / 8).astype(np.float32)


def projection() -> np.ndarray:
    r, d = np.indices((VECTOR, WIDTH))
    return (((r * 3 + d * 5) % 7 - 3) / 16).astype(np.float32)


def constant(name: str, value: object, dtype: type) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype=dtype), name)


def retriever() -> onnx.ModelProto:
    node = helper.make_node
    mask = np.zeros(INDICES, np.float32)
    mask[:FIRST_ITEM] = -2e30
    # Distinct per item, so that no two scores tie.
    bias = (np.arange(INDICES) / 4096).astype(np.float32)
    constants = [
        constant("embedding", embedding(), np.float32),
        constant("embedding_t", embedding().T, np.float32),
        constant("projection", projection(), np.float32),
        constant("type_weight", [1, 1, 1, 2, -1, 1, 3, -0.5], np.float32),
        constant("base", mask + bias, np.float32),
        constant("one", 1, np.float32),
        constant("decay", 1 / 1024, np.float32),
        constant("excluded_score", -2e30, np.float32),
        constant("zero_i", 0, np.int64),
        constant("one_i", 1, np.int64),
        constant("k", [K], np.int64),
        constant("axis0", [0], np.int64),
        constant("axis1", [1], np.int64),
    ]

    def rows_of(ends: str, values: str, out: str) -> list[onnx.NodeProto]:
        """The row of each element: how many rows end at or before it."""
        return [
            node("Shape", [values], [f"{out}_shape"]),
            node("Squeeze", [f"{out}_shape", "axis0"], [f"{out}_count"]),
            node("Range", ["zero_i", f"{out}_count", "one_i"], [f"{out}_places"]),
            node("Cast", [ends], [f"{out}_ends"], to=TensorProto.INT64),
            node("Unsqueeze", [f"{out}_ends", "axis1"], [f"{out}_ends_column"]),
            node("Unsqueeze", [f"{out}_places", "axis0"], [f"{out}_places_row"]),
            node("LessOrEqual", [f"{out}_ends_column", f"{out}_places_row"], [f"{out}_before"]),
            node("Cast", [f"{out}_before"], [f"{out}_before_i"], to=TensorProto.INT64),
            node("ReduceSum", [f"{out}_before_i", "axis0"], [out], keepdims=0),
        ]

    nodes = [
        *rows_of("row_ends", "item_index", "in_row"),
        node("Gather", ["embedding", "item_index"], ["items"]),
        node("Gather", ["type_weight", "event_type"], ["by_type"]),
        node("Mul", ["age_s", "decay"], ["decayed"]),
        node("Sub", ["one", "decayed"], ["by_age"]),
        node("Mul", ["by_type", "by_age"], ["weight"]),
        node("Unsqueeze", ["weight", "axis1"], ["weight_column"]),
        node("Mul", ["items", "weight_column"], ["weighted"]),
        node("MatMul", ["profile", "projection"], ["profile_user"]),
        node("Mul", ["profile_user", "profile_on"], ["profile_gated"]),
        node("MatMul", ["query", "projection"], ["query_user"]),
        node("Mul", ["query_user", "query_on"], ["query_gated"]),
        node("Add", ["profile_gated", "query_gated"], ["start"]),
        node("Unsqueeze", ["in_row", "axis1"], ["row_column"]),
        node("ScatterND", ["start", "row_column", "weighted"], ["user"], reduction="add"),
        node("MatMul", ["user", "embedding_t"], ["raw"]),
        node("Add", ["raw", "base"], ["scores"]),
        *rows_of("exclude_ends", "exclude_index", "out_of_row"),
        node("Cast", ["exclude_index"], ["exclude_item"], to=TensorProto.INT64),
        node("Unsqueeze", ["out_of_row", "axis1"], ["exclude_row_column"]),
        node("Unsqueeze", ["exclude_item", "axis1"], ["exclude_item_column"]),
        node("Concat", ["exclude_row_column", "exclude_item_column"], ["places"], axis=1),
        node("Shape", ["exclude_index"], ["exclude_shape"]),
        node("Expand", ["excluded_score", "exclude_shape"], ["exclude_scores"]),
        node("ScatterND", ["scores", "places", "exclude_scores"], ["allowed"]),
        node("TopK", ["allowed", "k"], ["score", "best"], axis=1),
        node("Cast", ["best"], ["candidate"], to=TensorProto.INT32),
    ]
    info = helper.make_tensor_value_info
    inputs = [
        info("item_index", TensorProto.INT32, ["T"]),
        info("event_type", TensorProto.INT32, ["T"]),
        info("age_s", TensorProto.FLOAT, ["T"]),
        info("row_ends", TensorProto.INT32, ["B"]),
        info("profile", TensorProto.FLOAT, ["B", VECTOR]),
        info("profile_on", TensorProto.FLOAT, ["B", 1]),
        info("query", TensorProto.FLOAT, ["B", VECTOR]),
        info("query_on", TensorProto.FLOAT, ["B", 1]),
        info("exclude_index", TensorProto.INT32, ["E"]),
        info("exclude_ends", TensorProto.INT32, ["B"]),
    ]
    outputs = [
        info("candidate", TensorProto.INT32, ["B", K]),
        info("score", TensorProto.FLOAT, ["B", K]),
    ]
    return checked(helper.make_graph(nodes, "retriever", inputs, outputs, constants))


def affine() -> onnx.ModelProto:
    nodes = [
        helper.make_node("Mul", ["x", "two"], ["doubled"]),
        helper.make_node("Add", ["doubled", "one"], ["y"]),
    ]
    info = helper.make_tensor_value_info
    return checked(
        helper.make_graph(
            nodes,
            "affine",
            [info("x", TensorProto.FLOAT, ["B", "N"])],
            [info("y", TensorProto.FLOAT, ["B", "N"])],
            [constant("two", 2, np.float32), constant("one", 1, np.float32)],
        )
    )


def greedy() -> onnx.ModelProto:
    nodes = [
        helper.make_node("ConstantOfShape", ["count"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["sum"], keepdims=0),
    ]
    info = helper.make_tensor_value_info
    return checked(
        helper.make_graph(
            nodes,
            "greedy",
            [info("count", TensorProto.INT64, [1])],
            [info("sum", TensorProto.FLOAT, [])],
        )
    )


def checked(graph: onnx.GraphProto) -> onnx.ModelProto:
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def tensors(kind: str, specs: list[tuple[str, str, str]]) -> str:
    return "".join(
        f'{kind} {{ name: "{name}" data_type: TYPE_{dtype} {rest} }}\n'
        for name, dtype, rest in specs
    )


WORDS = {"[PAD]": 0, "[UNK]": 1, "red": 2, "green": 3, "blue": 4}
VECTORS = [[100, 100, 100, 100], [0, 0, 0, 1], [3, 4, 0, 0], [0, 0, 2, 0], [0, 5, 0, 12]]


def words() -> onnx.ModelProto:
    """Looks a vector up for each token; that of padding is large, so that it is seen when used."""
    info = helper.make_tensor_value_info
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    return checked(
        helper.make_graph(
            [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
            "words",
            [info(name, TensorProto.INT64, ["rows", "tokens"]) for name in inputs],
            [info("last_hidden_state", TensorProto.FLOAT, ["rows", "tokens", 4])],
            [constant("table", VECTORS, np.float32)],
        )
    )


def tokenizer() -> str:
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": WORDS, "unk_token": "[UNK]"},
        }
    )


def write(file: Path, content: bytes | str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def write_recommender(folder: Path, graph: bytes) -> None:
    files = {
        "retriever.onnx": graph,
        "vocabulary.txt": "".join(f"item-{i}\n" for i in range(FIRST_ITEM, INDICES)).encode(),
        "popular.tsv": b"item-3\t5\nitem-4\t1\n",
    }
    for name, content in files.items():
        write(folder / "1" / name, content)
    manifest = {
        "format": 1,
        "feature_schema": hashlib.sha256((SCHEMA / "feature-schema.json").read_bytes())
        .digest()[:8]
        .hex(),
        "max_history": MAX_HISTORY,
        "k": K,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
    }
    write(folder / "1" / "bundle.json", json.dumps(manifest, indent=1) + "\n")
    write(
        folder / "config.pbtxt",
        'name: "recommender"\nbackend: "millrace"\nmax_batch_size: 64\n'
        + tensors(
            "input",
            [
                ("item_id", "STRING", "dims: [ -1 ]"),
                ("event_type", "INT32", "dims: [ -1 ]"),
                ("age_s", "FP32", "dims: [ -1 ]"),
                ("exclude_id", "STRING", "dims: [ -1 ] optional: true"),
                ("profile", "FP32", f"dims: [ {VECTOR} ] optional: true"),
                ("query", "FP32", f"dims: [ {VECTOR} ] optional: true"),
                ("k", "INT32", "dims: [ 1 ] optional: true"),
            ],
        )
        + tensors(
            "output",
            [
                ("item_id", "STRING", "dims: [ -1 ]"),
                ("score", "FP32", "dims: [ -1 ]"),
                ("source", "STRING", "dims: [ -1 ]"),
                ("rung", "STRING", "dims: [ 1 ]"),
            ],
        )
        + "dynamic_batching { max_queue_delay_microseconds: 0 }\n",
    )


def write_retriever(folder: Path, graph: bytes) -> None:
    ragged = "dims: [ -1 ] allow_ragged_batch: true"
    write(folder / "1" / "model.onnx", graph)
    write(
        folder / "config.pbtxt",
        'name: "retriever"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 64\n'
        + tensors(
            "input",
            [
                ("item_index", "INT32", ragged),
                ("event_type", "INT32", ragged),
                ("age_s", "FP32", ragged),
                ("exclude_index", "INT32", ragged),
                ("profile", "FP32", f"dims: [ {VECTOR} ]"),
                ("profile_on", "FP32", "dims: [ 1 ]"),
                ("query", "FP32", f"dims: [ {VECTOR} ]"),
                ("query_on", "FP32", "dims: [ 1 ]"),
            ],
        )
        + "".join(
            "batch_input { kind: BATCH_ACCUMULATED_ELEMENT_COUNT "
            f'target_name: "{target}" data_type: TYPE_INT32 source_input: "{source}" }}\n'
            for target, source in [("row_ends", "item_index"), ("exclude_ends", "exclude_index")]
        )
        + tensors(
            "output",
            [("candidate", "INT32", f"dims: [ {K} ]"), ("score", "FP32", f"dims: [ {K} ]")],
        )
        + "dynamic_batching { }\n",
    )


def main() -> None:
    target = Path(sys.argv[1])
    graph = retriever().SerializeToString()
    write_recommender(target / "recommender", graph)
    write_retriever(target / "retriever", graph)
    write(target / "affine" / "1" / "model.onnx", affine().SerializeToString())
    write(
        target / "affine" / "config.pbtxt",
        'backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching { }\n',
    )
    beside = target.parent / "greedy-models" / "greedy"
    write(beside / "1" / "model.onnx", greedy().SerializeToString())
    write(beside / "config.pbtxt", 'backend: "onnxruntime"\nmax_batch_size: 0\n')
    texts = target.parent / "text-models" / "words"
    write(texts / "1" / "model.onnx", words().SerializeToString())
    write(texts / "1" / "tokenizer.json", tokenizer())
    write(texts / "config.pbtxt", 'backend: "millrace_text"\nmax_batch_size: 8\n')


if __name__ == "__main__":
    main()
