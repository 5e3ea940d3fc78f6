"""Cut histories into training windows and collect them in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from millrace_training.interactions import Interactions
from millrace_training.vocabulary import PADDING, START, UNKNOWN, Vocabulary

IGNORED = -100
"""Target of a position that is not learned from."""


@dataclass(frozen=True)
class Sequences:
    """All events of a part of the stream, as a model sees them, grouped by user.

    Attributes:
        item_index: int64 [N], indices of the vocabulary, in stream order.
        event_type: int64 [N].
        time_s: int64 [N].
        histories: for each user, the positions of the user's events, oldest first.
    """

    item_index: NDArray[np.int64]
    event_type: NDArray[np.int64]
    time_s: NDArray[np.int64]
    histories: tuple[NDArray[np.int64], ...]

    @staticmethod
    def of(events: Interactions, vocabulary: Vocabulary) -> Sequences:
        """Look up the items of events in time order and group them by user."""
        index = np.array(vocabulary.indices(events.item_ids), dtype=np.int64)
        by_user = np.argsort(events.user, kind="stable")
        boundaries = np.flatnonzero(np.diff(events.user[by_user])) + 1
        return Sequences(index[events.item], events.event_type, events.time_s, tuple(np.split(by_user, boundaries)))


@dataclass(frozen=True)
class Batch:
    """Padded rows, each with the start token in front.

    Attributes:
        items: int64 [B, S].
        event_types: int64 [B, S].
        times_s: int64 [B, S], never falling within a row.
        targets: int64 [B, S], the index that follows each position, ``IGNORED`` where there is none.
        events: how many events the rows hold.
    """

    items: Tensor
    event_types: Tensor
    times_s: Tensor
    targets: Tensor
    events: int

    def on(self, device: torch.device) -> Batch:
        """The same rows on a device."""
        items, event_types, times_s, targets = (
            each.to(device) for each in (self.items, self.event_types, self.times_s, self.targets)
        )
        return Batch(items, event_types, times_s, targets, self.events)


def windows(
    histories: Sequence[NDArray[np.int64]], length: int, random: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Cut every history into pieces of at most ``length`` events, in random order.

    Each event is in one window of its own; where a history is longer than a window, the cuts fall at a
    random offset, so that over the epochs every event is seen behind histories of every length.
    """
    pieces: list[NDArray[np.int64]] = []
    for history in histories:
        if len(history) <= length:
            pieces.append(history)
        else:
            first = int(random.integers(1, length + 1))
            pieces.append(history[:first])
            pieces.extend(history[start : start + length] for start in range(first, len(history), length))
    return [pieces[number] for number in random.permutation(len(pieces))]


def batches(sequences: Sequences, pieces: Sequence[NDArray[np.int64]], size: int) -> Iterator[Batch]:
    """Collect windows, in their order, into batches of ``size``; every event is the target of its predecessors."""
    for start in range(0, len(pieces), size):
        yield _batch(sequences, pieces[start : start + size])


def _batch(sequences: Sequences, pieces: Sequence[NDArray[np.int64]]) -> Batch:
    shape = (len(pieces), max(len(piece) for piece in pieces))
    items = np.full(shape, PADDING, dtype=np.int64)
    event_types = np.zeros(shape, dtype=np.int64)
    times_s = np.zeros(shape, dtype=np.int64)
    targets = np.full(shape, IGNORED, dtype=np.int64)
    for row, piece in enumerate(pieces):
        past, length = piece[:-1], len(piece)
        items[row, 0] = START
        items[row, 1:length] = sequences.item_index[past]
        event_types[row, 1:length] = sequences.event_type[past]
        times_s[row, 1:length] = sequences.time_s[past]
        times_s[row, length:] = sequences.time_s[piece[-1]]
        targets[row, :length] = sequences.item_index[piece]
    targets[targets == UNKNOWN] = IGNORED
    return Batch(
        torch.from_numpy(items),
        torch.from_numpy(event_types),
        torch.from_numpy(times_s),
        torch.from_numpy(targets),
        events=sum(len(piece) for piece in pieces),
    )
