"""The two ``config.pbtxt`` files of a published retriever, in Triton's text format.

``recommender`` is served by Millrace's own backend: strings in, strings out. ``retriever`` is the same graph
with plain tensors, which Triton itself can serve. Settings of our own stand in ``parameters`` only, since
Triton refuses unknown fields.
"""

from __future__ import annotations

from millrace_training.retriever import CANDIDATES
from millrace_training.sasrec import CONDITION_DIMENSIONS

MAX_BATCH_SIZE = 64

_INT32, _FP32, _STRING = "TYPE_INT32", "TYPE_FP32", "TYPE_STRING"


def recommender_config() -> str:
    """Configuration of the string-level ``recommender``."""
    inputs = [
        _tensor("item_id", _STRING, -1),
        _tensor("event_type", _INT32, -1),
        _tensor("age_s", _FP32, -1),
        _tensor("exclude_id", _STRING, -1, "optional: true"),
        _tensor("profile", _FP32, CONDITION_DIMENSIONS, "optional: true"),
        _tensor("query", _FP32, CONDITION_DIMENSIONS, "optional: true"),
        _tensor("k", _INT32, 1, "optional: true"),
        _tensor("keyword", _STRING, -1, "optional: true"),
        _tensor("keyword_weight", _FP32, -1, "optional: true"),
        _tensor("popular_id", _STRING, -1, "optional: true"),
        _tensor("popular_count", _FP32, -1, "optional: true"),
        _tensor("diversity", _FP32, 1, "optional: true"),
    ]
    outputs = [
        _tensor("item_id", _STRING, -1),
        _tensor("score", _FP32, -1),
        _tensor("source", _STRING, -1),
        _tensor("rung", _STRING, 1),
        _tensor("matched_keyword", _INT32, -1),
        _tensor("click", _FP32, -1),
        _tensor("rating", _FP32, -1),
        _tensor("candidate_id", _STRING, -1),
        _tensor("candidate_source", _STRING, -1),
        _tensor("candidate_score", _FP32, -1),
        _tensor("candidate_feature", _FP32, "-1, -1"),
    ]
    return "\n".join(
        [
            'name: "recommender"',
            'backend: "millrace"',
            f"max_batch_size: {MAX_BATCH_SIZE}",
            _list("input", inputs),
            _list("output", outputs),
            "dynamic_batching { max_queue_delay_microseconds: 0 }",
            "",
        ]
    )


def retriever_config() -> str:
    """Configuration of the raw ``retriever``, with ragged inputs as Triton defines them."""
    ragged = "allow_ragged_batch: true"
    inputs = [
        _tensor("item_index", _INT32, -1, ragged),
        _tensor("event_type", _INT32, -1, ragged),
        _tensor("age_s", _FP32, -1, ragged),
        _tensor("profile", _FP32, CONDITION_DIMENSIONS),
        _tensor("profile_on", _FP32, 1),
        _tensor("query", _FP32, CONDITION_DIMENSIONS),
        _tensor("query_on", _FP32, 1),
        _tensor("exclude_index", _INT32, -1, ragged),
    ]
    outputs = [_tensor("candidate", _INT32, CANDIDATES), _tensor("score", _FP32, CANDIDATES)]
    return "\n".join(
        [
            'name: "retriever"',
            'platform: "onnxruntime_onnx"',
            f"max_batch_size: {MAX_BATCH_SIZE}",
            _list("input", inputs),
            _list("output", outputs),
            _list("batch_input", [_ends("row_ends", "item_index"), _ends("exclude_ends", "exclude_index")]),
            "dynamic_batching { max_queue_delay_microseconds: 0 }",
            "",
        ]
    )


def _tensor(name: str, data_type: str, dimensions: int | str, extra: str = "") -> str:
    parts = [f'name: "{name}"', f"data_type: {data_type}", f"dims: [ {dimensions} ]", extra]
    return "{ " + " ".join(part for part in parts if part) + " }"


def _ends(name: str, source: str) -> str:
    return (
        f'{{ kind: BATCH_ACCUMULATED_ELEMENT_COUNT target_name: "{name}" '
        f'data_type: {_INT32} source_input: "{source}" }}'
    )


def _list(name: str, entries: list[str]) -> str:
    body = ",\n".join(f"  {entry}" for entry in entries)
    return f"{name} [\n{body}\n]"
