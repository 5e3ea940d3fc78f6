"""Write a trained ranker as the ONNX graph that is served.

===============  =====  ============  ==================================================================
``feature``      FP32   [B, C, F]     as ``ranker.features`` of the bundle orders them
``candidate``    INT32  [B, C]        item indices; 0 pads
``item_index``   INT32  [T]           histories, oldest event first, with ``event_type`` INT32 [T],
                                      ``age_s`` FP32 [T] and ``row_ends`` INT32 [B], as the retriever's
``profile``      FP32   [B, 384]      and ``profile_on`` FP32 [B, 1]
``score``        FP32   [B, C]        out: what candidates are ordered by; anything at padding
``click``        FP32   [B, C]        out: calibrated probability of being the user's next event; 0 at padding
``rating``       FP32   [B, C]        out, with a rating head only: expected stars; no number after a mere glance
===============  =====  ============  ==================================================================

M, in what follows, is how many of a row's candidates are looked at closely: all others leave the graph behind a
product with a few numbers. Everything that depends on an item alone (its embedding, its text, its side of KAR's
adaptor, the query that it asks a history with) becomes a table; standardising the features goes into the first
weights. The bias of recency and the mask of padding ride along as one more dimension of the attention's product.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from millrace_training import __version__
from millrace_training.graph import FLOAT, INT32, GraphWriter
from millrace_training.ranking.model import EVENT_TYPES, HIDDEN, STARS, TEXT_DIMENSIONS, Ranker

Array = NDArray[np.float32]

_ON_TYPE = EVENT_TYPES
"""Row of the table of types that padding looks up: zeros."""


def export(ranker: Ranker) -> bytes:
    """Write the graph; the same weights give the same bytes."""
    with torch.no_grad():
        return _Export(ranker).write()


class _Export:
    """One export; methods follow the data from the inputs to the outputs."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._settings = ranker.settings
        self._graph = GraphWriter()
        self._candidate = ""
        """int32 [B, M], who is looked at closely."""

    def write(self) -> bytes:
        g, wide = self._graph, self._settings.features
        feature = g.input("feature", FLOAT, ["B", "C", wide])
        g.input("candidate", INT32, ["B", "C"])
        for name, kind in (("item_index", INT32), ("event_type", INT32), ("age_s", FLOAT)):
            g.input(name, kind, ["T"])
        g.input("row_ends", INT32, ["B"])
        g.input("profile", FLOAT, ["B", TEXT_DIMENSIONS])
        g.input("profile_on", FLOAT, ["B", 1])
        glances, kept, seen = self._glance(feature)
        close = g.op("GatherND", feature, g.op("Unsqueeze", kept, g.integers(2)), batch_dims=1)
        self._candidate = g.op("GatherElements", "candidate", kept, axis=1)
        parts = [close]
        if self._settings.dimensions:
            parts += self._attention()
        if self._settings.adapted:
            parts.append(self._adapted())
        joined = g.op("Concat", *parts, axis=2) if len(parts) > 1 else close
        outputs = self._outputs(self._hidden(joined))
        found = g.op("Add", self._linear(close), g.op("Reshape", self._column(outputs, 0, 1), self._shape()))
        moved = g.op("Add", glances, g.op("ReduceMean", g.op("Sub", found, seen), g.integers(1)))
        score = g.op("ScatterElements", moved, kept, found, axis=1)
        g.output("score", score, FLOAT, ["B", "C"])
        g.output("click", self._click(score), FLOAT, ["B", "C"])
        if self._settings.rating:
            g.output("rating", self._ratings(outputs, glances, kept), FLOAT, ["B", "C"])
        return g.model("ranker", __version__)

    def _glance(self, feature: str) -> tuple[str, str, str]:
        """At all candidates, [B, C]; who is looked at closely, int64 [B, M]; and the glances at those, [B, M]."""
        g, ranker = self._graph, self._ranker
        weight: Array = _array(ranker.first_glance.weight)[0] / _array(ranker.deviation)
        summed = g.op("MatMul", feature, g.weight("glance", weight[:, None]))
        # Without what standardising takes off everywhere, which no order and no difference between glances shows.
        glances = g.op("Squeeze", summed, g.integers(2))
        glances = g.op("Where", g.op("Equal", "candidate", g.index(0)), g.number(HIDDEN), glances)
        width = g.op("Slice", g.op("Shape", "candidate"), g.integers(1), g.integers(2))
        most = g.op("Min", width, g.integers(self._settings.closely))
        seen, kept = g.ops("TopK", 2, glances, most, axis=1, sorted=0)
        return glances, kept, seen

    def _attention(self) -> list[str]:
        """The candidates' own vectors, and these times what they find in the history, [B, M, D] each."""
        g, ranker = self._graph, self._ranker
        table = _array(ranker.item())
        own = g.op("Gather", g.weight("item", table), self._candidate)
        asked = table @ _array(ranker.query.weight).T
        asked = np.concatenate([asked, np.ones((len(table), 1), dtype=np.float32)], axis=1)
        query = g.op("Gather", g.weight("query", asked), self._candidate)
        told, bias = self._told()
        keys = g.op("Transpose", g.op("Concat", told, bias, axis=2), perm=[0, 2, 1])
        attended = g.op("MatMul", g.op("Softmax", g.op("MatMul", query, keys), axis=-1), told)
        return [own, g.op("Mul", own, attended)]

    def _told(self) -> tuple[str, str]:
        """What the newest events tell, newest first: [B, H, D], zeros at padding; and their bias, [B, H, 1]."""
        g, ranker = self._graph, self._ranker
        column = g.integers(-1, 1)
        starts = g.op("Concat", g.indices(0), g.op("Slice", "row_ends", g.integers(0), g.integers(-1)), axis=0)
        ends = g.op("Reshape", "row_ends", column)
        longest = g.index(self._settings.max_history)
        length = g.op("Min", g.op("Sub", ends, g.op("Reshape", starts, column)), longest)
        width = g.op("Max", g.op("ReduceMax", length, keepdims=0), g.index(1))
        position = g.op("Range", g.index(0), width, g.index(1))
        inside = g.op("Less", position, length)
        # One further on than the event, since padding stands in front.
        source = g.op("Where", inside, g.op("Sub", ends, position), g.index(0))
        items = g.op("Gather", g.op("Concat", g.indices(0), "item_index", axis=0), source)
        kinds = g.op("Gather", g.op("Concat", g.indices(_ON_TYPE), "event_type", axis=0), source)
        types = np.pad(_array(ranker.event_types.weight), ((0, 1), (0, 0)))
        told = g.op("Add", g.op("Gather", "item", items), g.op("Gather", g.weight("type", types), kinds))
        recency = g.op("Slice", g.weight("recency", _array(ranker.recency)), g.integers(0), self._vector(width))
        bias = g.op("Where", inside, recency, g.number(HIDDEN))
        return told, g.op("Unsqueeze", bias, g.integers(2))

    def _vector(self, scalar: str) -> str:
        g = self._graph
        return g.op("Reshape", g.op("Cast", scalar, to=7), g.integers(1))

    def _adapted(self) -> str:
        """KAR's adaptor: the user's side computed, the items' side looked up, [B, M, A]."""
        g, adaptor = self._graph, self._ranker.adaptor
        gate = g.op("Softmax", self._dense("preference_gate", adaptor.preference_gate, "profile"), axis=-1)
        mixed = ""
        for number, expert in enumerate([*adaptor.shared, *adaptor.for_preference]):
            wide = g.op("Relu", self._dense(f"expert{number}.first", expert.first, "profile"))
            own = self._dense(f"expert{number}.second", expert.second, wide)
            share = g.op("Slice", gate, g.integers(number), g.integers(number + 1), g.integers(1))
            part = g.op("Mul", own, share)
            mixed = g.op("Add", mixed, part) if mixed else part
        user = g.op("Unsqueeze", g.op("Mul", mixed, "profile_on"), g.integers(1))
        items = g.op("Gather", g.weight("adapted_item", _array(adaptor.item(self._ranker.texts))), self._candidate)
        return g.op("Mul", items, user)

    def _dense(self, name: str, linear: torch.nn.Linear, x: str) -> str:
        g = self._graph
        weight = g.weight(f"{name}.weight", _array(linear.weight).T)
        return g.op("Gemm", x, weight, g.weight(f"{name}.bias", _array(linear.bias)))

    def _hidden(self, joined: str) -> str:
        """[B·M, hidden / 2]: the perceptron, the first weights of which standardise the features."""
        g, ranker, features = self._graph, self._ranker, self._settings.features
        weight, bias = _array(ranker.first.weight).T.copy(), _array(ranker.first.bias).copy()
        weight[:features] /= _array(ranker.deviation)[:, None]
        bias -= _array(ranker.mean) @ weight[:features]
        rows = g.op("Reshape", joined, g.integers(-1, len(weight)))
        hidden = g.op("Relu", g.op("Gemm", rows, g.weight("first", weight), g.weight("first_bias", bias)))
        return g.op("Relu", self._dense("second", ranker.second, hidden))

    def _outputs(self, hidden: str) -> str:
        """[B·M, 1 or 7]: the score's part, and with a rating head the logits of the stars and the regression."""
        ranker = self._ranker
        weights, bias = [_array(ranker.last.weight)], [np.zeros(1, dtype=np.float32)]
        if self._settings.rating:
            weights += [_array(ranker.stars.weight), _array(ranker.value.weight)]
            bias += [_array(ranker.stars.bias), _array(ranker.value.bias)]
        g = self._graph
        weight = g.weight("heads", np.concatenate(weights).T)
        return g.op("Gemm", hidden, weight, g.weight("heads_bias", np.concatenate(bias)))

    def _linear(self, feature: str) -> str:
        """The part of the score that is linear in the features, [B, M]."""
        g, ranker = self._graph, self._ranker
        weight: Array = _array(ranker.linear.weight)[0] / _array(ranker.deviation)
        summed = g.op("MatMul", feature, g.weight("linear", weight[:, None]))
        shift = float(weight @ _array(ranker.mean))
        return g.op("Sub", g.op("Squeeze", summed, g.integers(2)), g.number(shift))

    def _click(self, score: str) -> str:
        g, ranker = self._graph, self._ranker
        scaled = g.op("Mul", score, g.number(1 / float(ranker.temperature)))
        padding = g.op("Equal", "candidate", g.index(0))
        logits = g.op("Where", padding, g.number(HIDDEN), scaled)
        outside = g.op("Pad", logits, g.integers(0, 0, 0, 1), g.number(float(ranker.outside)))
        return g.op("Slice", g.op("Softmax", outside, axis=-1), g.integers(0), g.integers(-1), g.integers(1))

    def _ratings(self, outputs: str, glances: str, kept: str) -> str:
        """[B, C]; no number for who was not looked at closely."""
        g = self._graph
        levels = g.weight("levels", (np.arange(1, STARS + 1)[:, None] / 2).astype(np.float32))
        stars = g.op("Softmax", self._column(outputs, 1, 1 + STARS), axis=-1)
        half = g.op("Mul", self._column(outputs, 1 + STARS, 2 + STARS), g.number(0.5))
        rating = g.op("Reshape", g.op("Add", g.op("MatMul", stars, levels), half), self._shape())
        nobody = g.op("Expand", g.number(float("nan")), g.op("Shape", glances))
        return g.op("ScatterElements", nobody, kept, rating, axis=1)

    def _column(self, outputs: str, start: int, end: int) -> str:
        g = self._graph
        return g.op("Slice", outputs, g.integers(start), g.integers(end), g.integers(1))

    def _shape(self) -> str:
        return self._graph.op("Shape", self._candidate)


def _array(weight: Tensor) -> Array:
    return np.asarray(weight.detach().cpu().numpy(), dtype=np.float32)
