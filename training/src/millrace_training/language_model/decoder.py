"""The decoder's graph for ONNX Runtime: quantised matrices, and a cache of keys and values that it writes in place.

=========================  =====  ===========================================================================
input                      type   shape and meaning
=========================  =====  ===========================================================================
``inputs_embeds``          FP32   ``[rows, tokens, width]``: embedded tokens, or any other vectors of that width
``last_index``             INT32  ``[rows]``: index in the cache of each row's last token of this call
``longest``                INT32  ``[1]``: the largest ``last_index``, plus 1
``position_ids``           INT64  ``[rows, tokens]``: a token's place in its text, which decides how it is rotated
``attention_bias``         FP32   ``[1 or rows, 1, tokens, longest]``: added to attention; zero where it may look
``logit_rows``             INT64  ``[wanted]``: tokens whose logits leave the graph, counted over all rows
``past_key_0`` ...         FP32   ``[rows, key-value heads, length, head size]`` for every layer
=========================  =====  ===========================================================================

Outputs are ``logits`` FP32 ``[wanted, vocabulary]`` and, for every past, a ``present_...`` of the same shape, which is
to be the same memory: then a token costs no copy of the cache. Several rows may be given one token each, one row may
be given many. Candidates after a shared text go into one row: ``position_ids`` restarts for each of them and
``attention_bias`` hides them from each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from millrace_training import __version__
from millrace_training.graph import CONTRIB, FLOAT, INT32, INT64, GraphWriter
from millrace_training.language_model.blocks import Quantised, quantise, stack
from millrace_training.language_model.checkpoint import Architecture, Checkpoint, Layer
from millrace_training.language_model.gguf import BLOCK

_INT8_ACTIVATIONS = 4
"""``accuracy_level`` at which a row has the same result alone and among others."""


def write(checkpoint: Checkpoint, bits: int) -> bytes:
    """The graph as bytes of an ONNX file; the same checkpoint gives the same bytes.

    Args:
        checkpoint: the model.
        bits: 4 or 8, of the layers' matrices; the embedding keeps its 8.
    """
    return _Decoder(checkpoint, bits).write()


class _Decoder:
    def __init__(self, checkpoint: Checkpoint, bits: int) -> None:
        self._model = checkpoint
        self._sizes = checkpoint.architecture
        self._bits = bits
        self._graph = GraphWriter()
        self._matrices = 0

    def write(self) -> bytes:
        graph, sizes = self._graph, self._sizes
        hidden = graph.input("inputs_embeds", FLOAT, ["rows", "tokens", sizes.width])
        last = graph.input("last_index", INT32, ["rows"])
        longest = graph.input("longest", INT32, [1])
        positions = graph.input("position_ids", INT64, ["rows", "tokens"])
        bias = graph.input("attention_bias", FLOAT, ["bias_rows", 1, "tokens", "longest"])
        wanted = graph.input("logit_rows", INT64, ["wanted"])
        where = [last, longest, *self._rotation(), positions, bias]
        normed = self._first_norm(hidden, self._model.layers[0])
        following = [layer.attention_norm for layer in self._model.layers[1:]] + [self._model.output_norm]
        for number, layer in enumerate(self._model.layers):
            attended = self._attention(number, layer, normed, where)
            normed, hidden = self._norm(attended, hidden, f"feed_forward_norm_{number}", layer.feed_forward_norm)
            transformed = self._feed_forward(layer, normed)
            normed, hidden = self._norm(transformed, hidden, f"norm_after_{number}", following[number])
        flat = graph.op("Reshape", normed, graph.integers(-1, sizes.width))
        logits = self._project(graph.op("Gather", flat, wanted, axis=0), quantise(self._model.embedding, 8))
        graph.output("logits", logits, FLOAT, ["wanted", sizes.vocabulary])
        return graph.model("decoder", __version__)

    def _rotation(self) -> list[str]:
        cosine, sine = rotation(self._sizes)
        return [self._graph.tensor("cosine", cosine), self._graph.tensor("sine", sine)]

    def _first_norm(self, hidden: str, layer: Layer) -> str:
        """Written out, as ONNX Runtime's own operator wants something to add first."""
        graph = self._graph
        square = graph.op("ReduceMean", graph.op("Mul", hidden, hidden), graph.integers(-1), keepdims=1)
        deviation = graph.op("Sqrt", graph.op("Add", square, graph.number(self._sizes.epsilon)))
        return graph.op("Mul", graph.op("Div", hidden, deviation), graph.weight("first_norm", layer.attention_norm))

    def _norm(self, change: str, hidden: str, name: str, weight: NDArray[np.float32]) -> tuple[str, str]:
        """Adds the change to the hidden state: that sum normalised, and as it is."""
        normed, _, _, total = self._graph.ops(
            "SkipSimplifiedLayerNormalization", 4, change, hidden, self._graph.weight(name, weight),
            domain=CONTRIB, epsilon=self._sizes.epsilon,
        )  # fmt: skip
        return normed, total

    def _attention(self, number: int, layer: Layer, normed: str, where: list[str]) -> str:
        graph, sizes = self._graph, self._sizes
        last, longest, cosine, sine, positions, bias = where
        shape: list[str | int] = ["rows", sizes.key_value_heads, "length", sizes.head_size]
        past = [graph.input(f"past_{kind}_{number}", FLOAT, shape) for kind in ("key", "value")]
        matrices = [quantise(matrix, self._bits) for matrix in (layer.query, layer.key, layer.value)]
        packed = self._project(normed, stack(matrices))
        attended, key, value = graph.ops(
            "GroupQueryAttention", 3, packed, "", "", *past, last, longest, cosine, sine, positions, bias,
            domain=CONTRIB, num_heads=sizes.heads, kv_num_heads=sizes.key_value_heads, do_rotary=1,
        )  # fmt: skip
        graph.output_of(f"present_key_{number}", key, FLOAT, shape)
        graph.output_of(f"present_value_{number}", value, FLOAT, shape)
        return self._project(attended, quantise(layer.attention_output, self._bits))

    def _feed_forward(self, layer: Layer, normed: str) -> str:
        graph = self._graph
        gate = self._project(normed, quantise(layer.gate, self._bits))
        up = self._project(normed, quantise(layer.up, self._bits))
        gated = graph.op("Mul", graph.op("QuickGelu", gate, domain=CONTRIB, alpha=1.0), up)
        return self._project(gated, quantise(layer.down, self._bits))

    def _project(self, value: str, matrix: Quantised) -> str:
        name = f"matrix_{self._matrices}"
        self._matrices += 1
        codes, scale, zero = matrix.packed()
        rows, columns = matrix.codes.shape
        graph = self._graph
        return graph.op(
            "MatMulNBits", value, graph.tensor(name, codes), graph.tensor(f"{name}_scale", scale),
            graph.tensor(f"{name}_zero", zero), domain=CONTRIB, K=columns, N=rows, bits=matrix.bits,
            block_size=BLOCK, accuracy_level=_INT8_ACTIVATIONS,
        )  # fmt: skip


def rotation(sizes: Architecture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosines and sines FP32 ``[context, head size / 2]`` of the angles by which positions are rotated."""
    half = sizes.head_size // 2
    frequencies = sizes.rotary_base ** -(np.arange(half, dtype=np.float64) / half)
    angles = np.arange(sizes.context, dtype=np.float64)[:, None] * frequencies
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
