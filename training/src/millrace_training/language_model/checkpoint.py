"""A language model of the Llama architecture, read from a GGUF file into the parts that the graph is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.language_model import blocks
from millrace_training.language_model.blocks import Blocks
from millrace_training.language_model.gguf import F32, GgufFile, Stored


@dataclass(frozen=True)
class Architecture:
    """Sizes of the model.

    Attributes:
        layers: how many.
        width: of the hidden state.
        inner: width inside the feed-forward part.
        heads: of queries.
        key_value_heads: of keys and values; each serves ``heads / key_value_heads`` heads of queries.
        vocabulary: number of tokens.
        context: most tokens of a text that it was trained for.
        rotary_base: base of the angles of the positions.
        epsilon: of the normalisation.
    """

    layers: int
    width: int
    inner: int
    heads: int
    key_value_heads: int
    vocabulary: int
    context: int
    rotary_base: float
    epsilon: float

    @property
    def head_size(self) -> int:
        """Width of one head."""
        return self.width // self.heads


@dataclass(frozen=True)
class Layer:
    """Weights of one layer; the rows of query and key are in the order that halves of a head are rotated in."""

    attention_norm: NDArray[np.float32]
    query: Blocks
    key: Blocks
    value: Blocks
    attention_output: Blocks
    feed_forward_norm: NDArray[np.float32]
    gate: Blocks
    up: Blocks
    down: Blocks


@dataclass(frozen=True)
class Checkpoint:
    """A model: sizes, weights. The embedding is the output projection, too."""

    architecture: Architecture
    embedding: Blocks
    layers: tuple[Layer, ...]
    output_norm: NDArray[np.float32]


def read(file: GgufFile) -> Checkpoint:
    """Take a model out of a file.

    Raises:
        TrainingError: it is of another architecture, or something is missing or has the wrong shape.
    """
    sizes = architecture(file.metadata)
    tensors = _Tensors(file.tensors)
    if "output.weight" in file.tensors:
        raise TrainingError("the model has an output projection of its own; only models that share it are supported")
    layers = tuple(_layer(tensors, sizes, f"blk.{number}") for number in range(sizes.layers))
    embedding = tensors.matrix("token_embd.weight", sizes.vocabulary, sizes.width)
    return Checkpoint(sizes, embedding, layers, tensors.vector("output_norm.weight", sizes.width))


def architecture(metadata: Mapping[str, Any]) -> Architecture:
    """Take the sizes out of a file's metadata."""
    kind = metadata.get("general.architecture")
    if kind != "llama":
        raise TrainingError(f"the model's architecture is {kind!r}; only llama is supported")
    try:
        return Architecture(
            layers=metadata["llama.block_count"],
            width=metadata["llama.embedding_length"],
            inner=metadata["llama.feed_forward_length"],
            heads=metadata["llama.attention.head_count"],
            key_value_heads=metadata["llama.attention.head_count_kv"],
            vocabulary=len(metadata["tokenizer.ggml.tokens"]),
            context=metadata["llama.context_length"],
            rotary_base=metadata["llama.rope.freq_base"],
            epsilon=metadata["llama.attention.layer_norm_rms_epsilon"],
        )
    except KeyError as error:
        raise TrainingError(f"the model's metadata lacks {error}") from error


def _layer(tensors: _Tensors, sizes: Architecture, name: str) -> Layer:
    narrow = sizes.key_value_heads * sizes.head_size
    return Layer(
        attention_norm=tensors.vector(f"{name}.attn_norm.weight", sizes.width),
        query=_halves(tensors.matrix(f"{name}.attn_q.weight", sizes.width, sizes.width), sizes.head_size),
        key=_halves(tensors.matrix(f"{name}.attn_k.weight", narrow, sizes.width), sizes.head_size),
        value=tensors.matrix(f"{name}.attn_v.weight", narrow, sizes.width),
        attention_output=tensors.matrix(f"{name}.attn_output.weight", sizes.width, sizes.width),
        feed_forward_norm=tensors.vector(f"{name}.ffn_norm.weight", sizes.width),
        gate=tensors.matrix(f"{name}.ffn_gate.weight", sizes.inner, sizes.width),
        up=tensors.matrix(f"{name}.ffn_up.weight", sizes.inner, sizes.width),
        down=tensors.matrix(f"{name}.ffn_down.weight", sizes.width, sizes.inner),
    )


def _halves(matrix: Blocks, head_size: int) -> Blocks:
    """Undo the order of GGUF, which rotates neighbours: the graph rotates the halves of a head, which is faster."""
    rows = np.arange(matrix.codes.shape[0]).reshape(-1, head_size // 2, 2)
    return matrix.rows(rows.transpose(0, 2, 1).reshape(-1))


class _Tensors:
    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self._stored = stored

    def vector(self, name: str, size: int) -> NDArray[np.float32]:
        return blocks.plain(self._take(name, (size,), plain=True))

    def matrix(self, name: str, rows: int, columns: int) -> Blocks:
        return blocks.blocks(self._take(name, (rows, columns), plain=False))

    def _take(self, name: str, shape: tuple[int, ...], *, plain: bool) -> Stored:
        stored = self._stored.get(name)
        if stored is None:
            raise TrainingError(f"the model lacks the tensor {name}")
        if stored.shape != shape or (stored.kind == F32) != plain:
            raise TrainingError(f"the tensor {name} has shape {stored.shape} and type {stored.kind}, expected {shape}")
        return stored
