"""What a model learns from: which events are targets, and what is seen before each.

An example is a pair (start, end) of positions in the flat columns of :class:`Histories`; its events are those from
``start`` to ``end``, the last one included.

=============  ===========================================================================================
``Prefixes``   the last event of an example is its one target, behind everything the user did before
               ("prefix splitting"); an example for every event that has one before it
``Windows``    every event of an example but the first is a target, behind what comes before it in the example; a
               history that is longer than the model sees is cut, in every epoch at another place, so
               that in each epoch every event that has one before it is a target once
=============  ===========================================================================================

Prefixes cost as many model runs as there are events, and give each target all of its history. Windows cost as
many as there are windows, and are for models that predict at every position of a sequence at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.model import PADDING, NextItemModel, PositionwiseModel

Examples = NDArray[np.int64]
"""int64 [E, 2]: where each example starts and ends."""

_CPU = torch.device("cpu")

_CHUNK = 64
"""Examples of similar length that are computed together, at most, so that short ones are not padded to the longest."""

_CHUNK_EVENTS = 2048
"""Events of such examples, padding included, at most: what attention computes between them then fits into the cache."""


class Lesson(ABC):
    """One model's examples out of one set of histories."""

    def __init__(self, histories: Histories) -> None:
        """Take the histories.

        Raises:
            TrainingError: nobody has two events.
        """
        self.histories = histories
        behind_others = np.ones(len(histories.items), dtype=np.bool_)
        behind_others[histories.offsets[:-1][histories.lengths > 0]] = False
        self._targets = np.flatnonzero(behind_others)
        if not len(self._targets):
            raise TrainingError("no user has two events, so there is no next item to learn from")

    @property
    def target_count(self) -> int:
        """Targets of one epoch."""
        return len(self._targets)

    @abstractmethod
    def examples(self, random: np.random.Generator) -> Examples:
        """The examples of one epoch, in the order in which they are learned."""

    @abstractmethod
    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """The loss of some examples, summed over their targets, and how many targets these are."""


class Prefixes(Lesson):
    """One target per example, and cross-entropy over all items.

    Together with heavy dropout this is what makes these models strong; none of the three does it alone.
    """

    def __init__(self, model: NextItemModel, histories: Histories) -> None:
        """Let ``model`` learn from ``histories``."""
        super().__init__(histories)
        self._model = model
        self._starts = np.repeat(histories.offsets[:-1], histories.lengths)

    def examples(self, random: np.random.Generator) -> Examples:
        """Every prefix once, in random order."""
        targets = random.permutation(self._targets)
        return np.stack([self._starts[targets], targets], axis=1)

    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """Cross-entropy over all items."""
        hidden, targets = [], []
        for chunk in chunks(examples, self._model.max_history):
            before = self.histories.between(chunk[:, 0], chunk[:, 1])
            hidden.append(self._model(*padded(before, self._model.max_history, self._model.device)))
            targets.append(torch.from_numpy(self.histories.items[chunk[:, 1]].astype(np.int64)))
        loss = linear_cross_entropy(
            torch.cat(hidden), self._model.item_vectors(), torch.cat(targets).to(self._model.device)
        )
        return loss, len(examples)


class WindowLesson(Lesson):
    """Histories in windows; what is asked about them is open."""

    def __init__(self, histories: Histories, length: int) -> None:
        """Cut ``histories`` into windows of at most ``length`` events that have one before them, and that one."""
        super().__init__(histories)
        self._length = length

    def examples(self, random: np.random.Generator) -> Examples:
        """Every history in windows, in random order; one that is longer than a window is cut elsewhere each time."""
        first = random.integers(1, self._length + 1, len(self.histories))
        cuts: list[tuple[int, int]] = []
        lasts = self.histories.offsets[1:] - 1
        for start, last, first_length in np.stack([self.histories.offsets[:-1], lasts, first], axis=1).tolist():
            end = min(last, start + (first_length if last - start > self._length else self._length))
            while start < last:
                cuts.append((start, end))
                start, end = end, min(last, end + self._length)
        return random.permutation(np.array(cuts, dtype=np.int64))


class Windows(WindowLesson):
    """Many targets per example, and the model's own loss."""

    def __init__(self, model: PositionwiseModel, histories: Histories) -> None:
        """Let ``model`` learn from ``histories``."""
        super().__init__(histories, model.max_history)
        self._model = model

    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """The model's loss at all targets."""
        hidden, targets = [], []
        device = self._model.device
        for chunk in chunks(examples, self._model.max_history):
            starts, ends = chunk.T
            seen = padded(self.histories.between(starts, ends), self._model.max_history, device)
            wanted = padded(self.histories.between(starts + 1, ends + 1), seen.indices.shape[1], device).indices
            real = wanted != PADDING
            hidden.append(self._model.states(*seen)[real])
            targets.append(wanted[real] - 1)
        every = torch.cat(targets)
        return self._model.loss(torch.cat(hidden), every), len(every)


def chunks(examples: Examples, max_history: int) -> Iterator[Examples]:
    """The examples, the longest first, those of similar length together: what is padded is then short.

    Args:
        examples: of one step.
        max_history: events that the model looks at, of each.
    """
    lengths = np.minimum(examples[:, 1] - examples[:, 0] + 1, max_history)
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + max(1, min(_CHUNK, _CHUNK_EVENTS // int(lengths[order[start]])))
        yield examples[order[start:end]]
        start = end


class Columns(NamedTuple):
    """Histories side by side; they end in the last column, and there is at least one.

    Attributes:
        indices: int64 [B, L], with ``PADDING`` in front.
        times_s: int64 [B, L] in seconds, with 0 in front; None where only the order is known.
        actions: int64 [B, L], what was done, with 0 in front; None where nobody said.
    """

    indices: Tensor
    times_s: Tensor | None
    actions: Tensor | None


def padded(histories: Histories, max_history: int, device: torch.device = _CPU) -> Columns:
    """The newest events as columns.

    Args:
        histories: one per row.
        max_history: events of each that are kept, at most.
        device: where the columns shall be.
    """
    kept = np.minimum(histories.lengths, max_history)
    length = max(1, int(kept.max(initial=0)))
    newest = np.arange(len(histories.items)) >= np.repeat(histories.offsets[1:] - kept, histories.lengths)
    places = np.arange(length) >= length - kept[:, None]

    def column(values: NDArray[Any]) -> Tensor:
        cells = np.zeros(places.shape, dtype=np.int64)
        cells[places] = values[newest]
        return torch.from_numpy(cells).to(device)

    return Columns(
        column(histories.items + (PADDING + 1)),
        None if histories.times_s is None else column(histories.times_s),
        None if histories.actions is None else column(histories.actions),
    )
