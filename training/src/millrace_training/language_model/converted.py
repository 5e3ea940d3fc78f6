"""A converted model on ONNX Runtime in this process, without a cache that lasts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from millrace_training.language_model import gguf
from millrace_training.language_model.checkpoint import Architecture
from millrace_training.language_model.packing import PackedRow

Values = NDArray[np.float32]
Numbers = NDArray[np.int64]

_HIDDEN = -1e9
"""Added to attention where a token may not look; what comes later in a row is hidden by the graph itself."""


class Converted:
    """The decoder's graph and its embedding."""

    def __init__(self, folder: Path, sizes: Architecture) -> None:
        """Open the version folder of a converted model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, ["CPUExecutionProvider"])
        content = np.fromfile(folder / "embeddings.bin", dtype=np.uint8)
        cut = sizes.vocabulary * sizes.width
        codes = content[:cut].view(np.int8).reshape(sizes.vocabulary, -1, gguf.BLOCK)
        scales = content[cut:].view("<f4").reshape(sizes.vocabulary, -1, 1)
        self._embedding = (codes * scales).astype(np.float32).reshape(sizes.vocabulary, sizes.width)
        self._sizes = sizes

    def logits(self, tokens: list[int]) -> Values:
        """Logits FP32 ``[tokens, vocabulary]`` after every token of a text."""
        length = len(tokens)
        row = PackedRow(np.array(tokens, dtype=np.int64), np.arange(length), np.tri(length, dtype=np.bool_))
        return self._run(row, self._embedding[row.tokens], np.arange(length), self._empty(length))[0]

    def packed(self, row: PackedRow, asked: Numbers, soft: Values | None = None) -> Values:
        """Logits FP32 ``[asked, vocabulary]`` after some tokens of a packed row, the first one not among them.

        The first token goes ahead: a call without a past would not look at positions.

        Args:
            row: the tokens.
            asked: places in it.
            soft: FP32 ``[soft tokens, width]`` in the places of the row's first tokens; None for none.
        """
        vectors = self._embedding[row.tokens]
        if soft is not None:
            vectors[: len(soft)] = soft
        _, *cache = self._run(_first(row), vectors[:1], np.zeros(1, dtype=np.int64), self._empty(len(row.tokens)))
        return self._run(row, vectors[1:], asked - 1, cache)[0]

    def item_vectors(self, titles: Sequence[Sequence[int]]) -> Values:
        """What stands for items, FP32 ``[items, width]``: means over their titles' tokens."""
        return np.stack([self._embedding[list(tokens)].mean(0) for tokens in titles])

    def _run(self, row: PackedRow, vectors: Values, asked: Numbers, cache: list[Values]) -> list[Values]:
        length = len(row.tokens)
        start = length - len(vectors)
        feeds = {
            "inputs_embeds": vectors[None],
            "last_index": np.array([length - 1], np.int32),
            "longest": np.array([length], np.int32),
            "position_ids": row.positions[None, start:],
            "attention_bias": np.where(row.visible[start:], 0, _HIDDEN).astype(np.float32)[None, None],
            "logit_rows": asked,
        }
        names = [f"{kind}_{number}" for number in range(self._sizes.layers) for kind in ("key", "value")]
        feeds |= {f"past_{name}": values for name, values in zip(names, cache, strict=True)}
        results: list[Values] = self._session.run(["logits", *(f"present_{name}" for name in names)], feeds)
        return results

    def _empty(self, length: int) -> list[Values]:
        shape = (1, self._sizes.key_value_heads, length, self._sizes.head_size)
        return [np.zeros(shape, np.float32)] * (2 * self._sizes.layers)


def _first(row: PackedRow) -> PackedRow:
    return PackedRow(row.tokens[:1], row.positions[:1], row.visible[:1, :1])
