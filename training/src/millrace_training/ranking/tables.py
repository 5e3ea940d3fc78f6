"""What goes with, or follows, each item: neighbour tables, and the file that the model server reads.

::

    bytes "MRNB", int32 version 1, int32 items I, int32 width N
    int32 [I, N]   item numbers from 0, best first; -1 pads at the end
    fp16  [I, N]   their weights, above 0 and falling

all little endian.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from millrace_training.baselines.ease import item_weights as ease_weights
from millrace_training.errors import TrainingError
from millrace_training.vocabulary import FIRST_ITEM

WIDTH = 64
"""Neighbours of an item that are kept."""

TEXT_WIDTH = 32
"""Neighbours by text that are kept."""

_MAGIC = b"MRNB"
_VERSION = 1
_HEADER = 16
_LEAST_WEIGHT = 1e-4
_SHRINK = 5.0
_REGULARISATION = 50.0

Histories = Sequence[NDArray[np.int64]]
"""For each user the item numbers of the events, oldest first."""


@dataclass(frozen=True)
class NeighbourTable:
    """The best neighbours of every item.

    Attributes:
        neighbours: int32 [items, width], best first, -1 behind the last.
        weights: float16 [items, width], above 0 where there is a neighbour, else 0.
    """

    neighbours: NDArray[np.int32]
    weights: NDArray[np.float16]

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.neighbours)

    def to_bytes(self) -> bytes:
        """Content of the file."""
        items, width = self.neighbours.shape
        header = _MAGIC + np.array([_VERSION, items, width], dtype="<i4").tobytes()
        return header + self.neighbours.astype("<i4").tobytes() + self.weights.astype("<f2").tobytes()

    @staticmethod
    def of_bytes(content: bytes, name: str) -> NeighbourTable:
        """Read a file's content.

        Args:
            content: all of it.
            name: of the file, for the message.

        Raises:
            TrainingError: it is something else, or another version.
        """
        numbers = np.frombuffer(content[4:_HEADER], dtype="<i4")
        if content[:4] != _MAGIC or len(numbers) < 3 or numbers[0] != _VERSION:
            raise TrainingError(f"{name}: not a neighbour table of version {_VERSION}; write it again with rank")
        _, items, width = (int(number) for number in numbers)
        cells = items * width
        if len(content) != _HEADER + 6 * cells:
            raise TrainingError(
                f"{name}: {len(content)} bytes, but {items} items with {width} neighbours take {_HEADER + 6 * cells}"
            )
        return NeighbourTable(
            np.frombuffer(content, "<i4", cells, _HEADER).reshape(items, width).astype(np.int32),
            np.frombuffer(content, "<f2", cells, _HEADER + 4 * cells).reshape(items, width).astype(np.float16),
        )

    @staticmethod
    def of_matrix(weights: NDArray[np.float32], width: int = WIDTH) -> NeighbourTable:
        """Keep the best of every row; an item is no neighbour of itself, and what is not above 0 is none.

        Args:
            weights: float32 [items, items]; row i says what goes with item i.
            width: how many are kept.
        """
        items = len(weights)
        width = min(width, items)
        scores = np.where(np.eye(items, dtype=np.bool_), 0.0, weights)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :width]
        kept = np.take_along_axis(scores, order, axis=1).astype(np.float16)
        there = kept >= np.float16(_LEAST_WEIGHT)
        return NeighbourTable(np.where(there, order, -1).astype(np.int32), np.where(there, kept, 0).astype(np.float16))


def transitions(histories: Histories, items: int, depth: int = 5) -> NDArray[np.float32]:
    """How likely an item comes within ``depth`` events after another, nearer ones counting more: [items, items].

    Counts at distance d are worth 1/d; they are divided by what follows an item in all, and a few imagined
    events shrink what was seen rarely.
    """
    counts = np.zeros((items, items), dtype=np.float32)
    for history in histories:
        for distance in range(1, min(depth, len(history) - 1) + 1):
            np.add.at(counts, (history[:-distance], history[distance:]), np.float32(1 / distance))
    np.fill_diagonal(counts, 0)
    return np.asarray(counts / (counts.sum(axis=1, keepdims=True) + _SHRINK), dtype=np.float32)


def cooccurrence(histories: Histories, items: int) -> NDArray[np.float32]:
    """What a linear model of the users' sets of items (EASE) gives an item for another one: [items, items]."""
    users = np.zeros((len(histories), items), dtype=np.float32)
    for row, history in enumerate(histories):
        users[row, history] = 1
    return ease_weights(users.T @ users, _REGULARISATION)


def texts(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of the items' text vectors, which have length one or are zero: [items, items]."""
    return np.asarray(vectors @ vectors.T, dtype=np.float32)


def alike(vectors: NDArray[np.float32], met: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Cosine of the vectors that a retriever learned for its items: [items, items]; 0 for items that nobody met.

    Args:
        vectors: float32 [items, width].
        met: bool [items], those that the retriever has learned something of.
    """
    length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    own = np.where(met[:, None], vectors / length, 0).astype(np.float32)
    return np.asarray(own @ own.T, dtype=np.float32)


def item_vectors(graph: bytes, items: int) -> NDArray[np.float32]:
    """The vectors that an exported retriever has for its items: float32 [items, width].

    Raises:
        TrainingError: the graph has no such table.
    """
    for each in onnx.load_from_string(graph).graph.initializer:
        if each.name == "items" and len(each.dims) == 2 and each.dims[0] >= FIRST_ITEM + items:
            return numpy_helper.to_array(each)[FIRST_ITEM : FIRST_ITEM + items].astype(np.float32)
    raise TrainingError(f"retriever.onnx has no vectors of {items:,} items; train the version again")
