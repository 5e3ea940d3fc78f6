"""Write a trained SASRec as the retriever's ONNX graph: ragged histories in, the best items out.

The signature is a contract with the model server. B rows share flat, concatenated inputs; the ends are
inclusive prefix sums of the rows' lengths, and a row may be empty.

==================  =====  ============  ===================================================================
``item_index``      INT32  [T]           histories, oldest event first; the newest ``max_history`` count
``event_type``      INT32  [T]           codes of ``EventType``
``age_s``           FP32   [T]           seconds from the event to the row's newest event, at least 0
``row_ends``        INT32  [B]           where each history ends in the three above
``profile``         FP32   [B, 384]      and ``profile_on`` FP32 [B, 1]: 1 if there is one, else 0
``query``           FP32   [B, 384]      and ``query_on`` FP32 [B, 1]
``exclude_index``   INT32  [E]           items that may not be returned
``exclude_ends``    INT32  [B]           where each row's exclusions end
``candidate``       INT32  [B, K]        out: item indices, best first
``score``           FP32   [B, K]        out: their logits; ``MASKED`` where fewer than K items remain
==================  =====  ============  ===================================================================

What makes it fast on CPU, each point measured: rows are padded to the longest of the batch inside the graph;
embeddings are summed before padding; padding goes behind, so the causal mask alone keeps it out; everything
between attention runs on [B·S, D] matrices, whose multiplications take bias, residual and ReLU along; norms
are L2 norms with their gains folded into the next weights (ONNX Runtime's layer norm is not vectorised);
and the last layer asks for its queries, perceptron and logits at the last position only.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from millrace_training import __version__
from millrace_training.graph import FLOAT, INT32, INT64, GraphWriter
from millrace_training.recipes import Recipe
from millrace_training.sasrec import CONDITION_DIMENSIONS, EVENT_TYPES, NORM_FLOOR, TIME_BUCKETS, Block, SasRec
from millrace_training.vocabulary import FIRST_ITEM, PADDING, START

CANDIDATES = 100
"""K: how many candidates every row gets."""

MASKED = -3e38
"""Score of what must never be returned; a caller drops everything at or below -1e30."""

_FUTURE = -1e30

Array = NDArray[np.float32]


def export(model: SasRec, recipe: Recipe, allowed: NDArray[np.bool_]) -> bytes:
    """Write the graph.

    Args:
        model: trained weights.
        recipe: its sizes.
        allowed: bool [size]; indices that may be returned. The special ones never are.

    Returns:
        A serialised ONNX model, the same bytes for the same weights.
    """
    return _Export(model, recipe, allowed).write()


class _Export:
    """One export; methods follow the data from the inputs to the outputs."""

    def __init__(self, model: SasRec, recipe: Recipe, allowed: NDArray[np.bool_]) -> None:
        self._model = model
        self._recipe = recipe
        self._allowed = allowed
        self._graph = GraphWriter()

    def write(self) -> bytes:
        g = self._graph
        ends = g.input("row_ends", INT32, ["B"])
        starts = self._row_starts(ends)
        column_ends, column_starts = self._column(ends), self._column(starts)
        length = g.op("Min", g.op("Sub", column_ends, column_starts), g.index(self._recipe.max_history))
        first = g.op("Sub", column_ends, length)
        width = g.op("Add", g.op("ReduceMax", length, keepdims=0), g.index(1))
        rows = self._padded_rows(self._embedded(first), first, width)
        hidden = self._layers(rows, width, length)
        scores = self._excluded(self._logits(self._conditioned(hidden)))
        values, indices = g.ops("TopK", 2, scores, g.integers(CANDIDATES), axis=1, sorted=1)
        g.output("candidate", g.op("Cast", indices, to=INT32), INT32, ["B", CANDIDATES])
        g.output("score", values, FLOAT, ["B", CANDIDATES])
        return g.model("retriever", __version__)

    def _embedded(self, first: str) -> str:
        """[T + 1, D]: the start token, then every event as the sum of its embeddings."""
        g, model = self._graph, self._model
        items = g.input("item_index", INT32, ["T"])
        event_types = g.input("event_type", INT32, ["T"])
        events = g.op("Gather", self._items(), items)
        # Type and gap share one table of all pairs: one look-up and one addition less.
        pairs = _array(model.event_types.weight)[:, None, :] + _array(model.gaps.weight)[None, :, :]
        context = g.weight("type_and_gap", pairs.reshape(EVENT_TYPES * TIME_BUCKETS, -1))
        pair = g.op("Add", g.op("Mul", event_types, g.index(TIME_BUCKETS)), self._gap_buckets(first))
        events = g.op("Add", events, g.op("Gather", context, pair))
        start = _array(model.items.weight)[START] + pairs[0, 0]
        return g.op("Concat", g.weight("start", start[None, :]), events, axis=0)

    def _gap_buckets(self, first: str) -> str:
        """INT32 [T]: the bucket of the time between an event and the one before; 0 for a row's first."""
        g = self._graph
        ages = g.input("age_s", FLOAT, ["T"])
        # One element more than there are events, since an empty last row starts behind them.
        later = g.op("Concat", ages, g.op("Reshape", g.number(0.0), g.integers(1)), axis=0)
        earlier = g.op("Concat", g.op("Reshape", g.number(0.0), g.integers(1)), ages, axis=0)
        gap = g.op("Clip", g.op("Sub", earlier, later), g.number(0.0), g.number(2.0**30))
        log2 = g.op("Mul", g.op("Log", g.op("Add", gap, g.number(1.5))), g.number(1 / math.log(2)))
        bucket = g.op("Cast", g.op("Add", g.op("Floor", log2), g.number(1.0)), to=INT32)
        firsts = g.op("Reshape", first, g.integers(-1))
        none = g.op("Sub", firsts, firsts)
        return g.op("Slice", g.op("ScatterElements", bucket, firsts, none, axis=0), g.integers(0), g.integers(-1))

    def _padded_rows(self, embedded: str, first: str, width: str) -> str:
        """[B·S, D]: per row the start token, its events, and anything behind them."""
        g = self._graph
        position = g.op("Range", g.index(0), width, g.index(1))
        count = g.op("Cast", g.op("Shape", "item_index"), to=INT32)
        source = g.op("Min", g.op("Add", first, position), count)
        source = g.op("Where", g.op("Equal", position, g.index(0)), g.index(0), source)
        return g.op("Gather", embedded, g.op("Reshape", source, g.integers(-1)))

    def _layers(self, x: str, width: str, length: str) -> str:
        """[B, D]: what the last layer makes of each row's last position."""
        g = self._graph
        wide = g.op("Reshape", g.op("Cast", width, to=INT64), g.integers(1))
        cube = g.op("Concat", g.integers(-1), wide, g.integers(self._recipe.dimensions), axis=0)
        *inner, last = (block for block in self._model.blocks if isinstance(block, Block))
        for number, block in enumerate(inner):
            x = self._inner_block(f"layer{number}", block, x, wide, cube)
        return self._last_block(f"layer{len(inner)}", last, x, cube, width, length)

    def _inner_block(self, name: str, block: Block, x: str, wide: str, cube: str) -> str:
        g = self._graph
        normed = self._normed(x)
        query, key, value = (
            g.op("Reshape", projected, cube) for projected in self._projections(name, block, normed, normed)
        )
        square = g.op("Concat", wide, wide, axis=0)
        bias = g.op("Slice", self._distance_bias(name, block), g.integers(0, 0), square)
        context = self._attended(query, key, value, bias)
        x = self._added(f"{name}.out", g.op("Reshape", context, g.integers(-1, self._recipe.dimensions)), block, x)
        return self._perceptron(name, block, x)

    def _last_block(self, name: str, block: Block, x: str, cube: str, width: str, length: str) -> str:
        g = self._graph
        newest = self._newest(width, length)
        normed = self._normed(x)
        x = g.op("Gather", x, newest)
        query, key, value = self._projections(name, block, g.op("Gather", normed, newest), normed)
        query = g.op("Unsqueeze", query, g.integers(1))
        context = self._attended(
            query,
            g.op("Reshape", key, cube),
            g.op("Reshape", value, cube),
            self._newest_bias(name, block, width, length),
        )
        return self._perceptron(
            name, block, self._added(f"{name}.out", g.op("Squeeze", context, g.integers(1)), block, x)
        )

    def _newest(self, width: str, length: str) -> str:
        """INT32 [B]: where each row's last position is among the [B·S, D] rows."""
        g = self._graph
        flat = g.op("Reshape", length, g.integers(-1))
        count = g.op("Squeeze", g.op("Cast", g.op("Shape", flat), to=INT32))
        row = g.op("Range", g.index(0), count, g.index(1))
        return g.op("Add", g.op("Mul", row, width), flat)

    def _newest_bias(self, name: str, block: Block, width: str, length: str) -> str:
        """FP32 [B, 1, S]: the last layer's bias by distance from the last position; padding is masked."""
        g = self._graph
        longest = self._recipe.max_history
        bias = np.full(2 * longest + 1, _FUTURE, dtype=np.float32)
        bias[longest:] = _array(block.distance_bias)[: longest + 1]
        distance = g.op("Sub", length, g.op("Range", g.index(0), width, g.index(1)))
        shifted = g.op("Add", distance, g.index(longest))
        return g.op("Unsqueeze", g.op("Gather", g.weight(f"{name}.newest_bias", bias), shifted), g.integers(1))

    def _distance_bias(self, name: str, block: Block) -> str:
        """FP32 [S, S]: bias by distance below the diagonal, the mask of the future above it."""
        positions = np.arange(self._recipe.max_history + 1)
        distance = positions[:, None] - positions[None, :]
        bias = np.where(distance < 0, _FUTURE, _array(block.distance_bias)[np.maximum(distance, 0)])
        return self._graph.weight(f"{name}.distance_bias", bias.astype(np.float32))

    def _projections(self, name: str, block: Block, asking: str, asked: str) -> tuple[str, str, str]:
        """Queries (already divided by the root of D), keys and values, as matrices."""
        g, root = self._graph, math.sqrt(self._recipe.dimensions)
        weights = (
            ("query", block.query, asking, 1 / root),
            ("key", block.key, asked, 1.0),
            ("value", block.value, asked, 1.0),
        )
        query, key, value = (
            g.op("MatMul", x, g.weight(f"{name}.{kind}", self._folded(block.attention_gain, linear.weight) * scale))
            for kind, linear, x, scale in weights
        )
        return query, key, value

    def _attended(self, query: str, key: str, value: str, bias: str) -> str:
        g = self._graph
        scores = g.op("MatMul", query, g.op("Transpose", key, perm=[0, 2, 1]))
        return g.op("MatMul", g.op("Softmax", g.op("Add", scores, bias), axis=-1), value)

    def _added(self, name: str, context: str, block: Block, x: str) -> str:
        g = self._graph
        return g.op("Gemm", context, g.weight(name, _array(block.out.weight).T), x)

    def _perceptron(self, name: str, block: Block, x: str) -> str:
        g = self._graph
        widen = g.weight(f"{name}.widen", self._folded(block.perceptron_gain, block.widen.weight))
        wide = g.op("Gemm", self._normed(x), widen, g.weight(f"{name}.widen_bias", _array(block.widen.bias)))
        return g.op("Gemm", g.op("Relu", wide), g.weight(f"{name}.narrow", _array(block.narrow.weight).T), x)

    def _normed(self, x: str) -> str:
        """Rows scaled to length 1; a root mean square of 1 is a length of the root of D (see :meth:`_folded`)."""
        g = self._graph
        floor = NORM_FLOOR * math.sqrt(self._recipe.dimensions)
        norm = g.op("Max", g.op("ReduceL2", x, g.integers(-1), keepdims=1), g.number(floor))
        return g.op("Div", x, norm)

    def _folded(self, gain: Tensor, weight: Tensor) -> Array:
        """A norm's gain and the root of D that :meth:`_normed` leaves out, taken into the next weight [in, out]."""
        return np.asarray(
            _array(gain)[:, None] * math.sqrt(self._recipe.dimensions) * _array(weight).T, dtype=np.float32
        )

    def _conditioned(self, hidden: str) -> str:
        """Add what profile and query say, through the gate, which is zero until trained."""
        g, model = self._graph, self._model
        parts = [
            g.op("Mul", g.input(name, FLOAT, ["B", CONDITION_DIMENSIONS]), g.input(f"{name}_on", FLOAT, ["B", 1]))
            for name in ("profile", "query")
        ]
        gated = _array(model.condition_gate) * _array(model.condition)
        both = g.op("Concat", *parts, axis=1)
        return g.op("Gemm", both, g.weight("condition", gated), hidden)

    def _logits(self, hidden: str) -> str:
        g, model = self._graph, self._model
        gain = _array(model.final_gain) * math.sqrt(self._recipe.dimensions)
        normed = g.op("Mul", self._normed(hidden), g.weight("final_gain", gain))
        mask = np.full(self._rows(), MASKED, dtype=np.float32)
        mask[FIRST_ITEM : model.size] = np.where(self._allowed[FIRST_ITEM:], 0.0, MASKED)
        return g.op("Gemm", normed, self._items(), g.weight("allowed", mask), transB=1)

    def _excluded(self, logits: str) -> str:
        """Overwrite the scores of what a row excludes; short rows of exclusions are filled with the padding index."""
        g = self._graph
        excluded = g.input("exclude_index", INT32, ["E"])
        ends = g.input("exclude_ends", INT32, ["B"])
        column_starts = self._column(self._row_starts(ends))
        length = g.op("Sub", self._column(ends), column_starts)
        width = g.op("Max", g.op("ReduceMax", length, keepdims=0), g.index(1))
        position = g.op("Range", g.index(0), width, g.index(1))
        inside = g.op("Less", position, length)
        source = g.op("Where", inside, g.op("Add", g.op("Add", column_starts, position), g.index(1)), g.index(0))
        index = g.op("Gather", g.op("Concat", g.indices(PADDING), excluded, axis=0), source)
        masked = g.op("Expand", g.number(MASKED), g.op("Shape", index))
        return g.op("ScatterElements", logits, index, masked, axis=1)

    def _items(self) -> str:
        """[size, D], with empty rows behind where a catalogue has fewer items than there are candidates."""
        table = _array(self._model.items.weight)
        return self._graph.weight("items", np.pad(table, ((0, self._rows() - len(table)), (0, 0))))

    def _rows(self) -> int:
        return max(self._model.size, CANDIDATES)

    def _row_starts(self, ends: str) -> str:
        g = self._graph
        return g.op("Concat", g.indices(0), g.op("Slice", ends, g.integers(0), g.integers(-1)), axis=0)

    def _column(self, vector: str) -> str:
        return self._graph.op("Reshape", vector, self._graph.integers(-1, 1))


def _array(weight: Tensor) -> Array:
    return np.asarray(weight.detach().cpu().numpy(), dtype=np.float32)
