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
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from millrace_training.data.histories import Histories, Items
from millrace_training.errors import TrainingError
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.model import PADDING, NextItemModel

Examples = NDArray[np.int64]
"""int64 [E, 2]: where each example starts and ends."""

_CHUNK = 64
"""Examples of similar length that are computed together, so that short ones are not padded to the longest."""


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
        for chunk in _chunks(examples):
            before = [self.histories.items[start:end] for start, end in chunk]
            hidden.append(self._model(padded(before, self._model.max_history)))
            targets.append(torch.from_numpy(self.histories.items[chunk[:, 1]].astype(np.int64)))
        loss = linear_cross_entropy(torch.cat(hidden), self._model.item_vectors(), torch.cat(targets))
        return loss, len(examples)


class PositionwiseModel(Protocol):
    """A model that predicts at every position, and knows its loss."""

    @property
    def max_history(self) -> int:
        """Newest events that are looked at."""
        ...

    def states(self, indices: Tensor) -> Tensor:
        """Hidden states at all positions: [B, L] to [B, L, D]."""
        ...

    def loss(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """Sum of the loss over rows: hidden states [T, D] against item numbers [T]."""
        ...


class Windows(Lesson):
    """Many targets per example, and the model's own loss."""

    def __init__(self, model: PositionwiseModel, histories: Histories) -> None:
        """Let ``model`` learn from ``histories``."""
        super().__init__(histories)
        self._model = model

    def examples(self, random: np.random.Generator) -> Examples:
        """Every history in windows of at most ``max_history`` targets, in random order."""
        length = self._model.max_history
        first = random.integers(1, length + 1, len(self.histories))
        cuts: list[tuple[int, int]] = []
        lasts = self.histories.offsets[1:] - 1
        for start, last, first_length in np.stack([self.histories.offsets[:-1], lasts, first], axis=1).tolist():
            end = min(last, start + (first_length if last - start > length else length))
            while start < last:
                cuts.append((start, end))
                start, end = end, min(last, end + length)
        return random.permutation(np.array(cuts, dtype=np.int64))

    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """The model's loss at all targets."""
        hidden, targets = [], []
        for chunk in _chunks(examples):
            indices = padded([self.histories.items[start:end] for start, end in chunk], self._model.max_history)
            wanted = padded([self.histories.items[start + 1 : end + 1] for start, end in chunk], indices.shape[1])
            real = wanted != PADDING
            hidden.append(self._model.states(indices)[real])
            targets.append(wanted[real] - 1)
        every = torch.cat(targets)
        return self._model.loss(torch.cat(hidden), every), len(every)


def _chunks(examples: Examples) -> Iterator[Examples]:
    ordered = examples[np.argsort(examples[:, 1] - examples[:, 0], kind="stable")]
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def padded(histories: Sequence[Items], max_history: int) -> Tensor:
    """Indices of the newest items, int64 [B, L]: histories end in the last column, at least one column."""
    length = max(1, min(max_history, max((len(history) for history in histories), default=1)))
    indices = np.full((len(histories), length), PADDING, dtype=np.int64)
    for row, history in enumerate(histories):
        newest = history[-length:]
        indices[row, length - len(newest) :] = newest + 1
    return torch.from_numpy(indices)
