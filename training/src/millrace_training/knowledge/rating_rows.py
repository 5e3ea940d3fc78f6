"""Ratings in time order, each with what was known of its user and its item when it was given.

A row's history is the user's newest events before it, also those after the cut: a running system knows them. What is
known of an item stops at the cut, since a published model does. A residual is a rating less its item's mean, so it
says how the user differs from others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions

HISTORY = 50
"""Newest events of a row's history that are looked at."""

SCALARS = ("item mean", "item ratings", "user residual", "recent residual", "user ratings")
"""Columns of :attr:`RatingRows.scalars`."""

_ITEM_PRIOR = 5.0
_USER_PRIOR = 3.0
_RECENT = 10

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class RatingRows:
    """Parallel arrays of length N, in time order.

    Attributes:
        item: int64 [N], 1 + item number; 0 for an item without a rating before the cut.
        user: int64 [N], user number.
        value: float32 [N], the ratings.
        scalars: float32 [N, 5], see ``SCALARS``; counts as log1p.
        history: int64 [N, HISTORY], rows of the user's newest events before, the newest last; -1 in front.
        residual: float32 [N], the row's rating less its item's mean when it was given.
    """

    item: Numbers
    user: Numbers
    value: Floats
    scalars: Floats
    history: Numbers
    residual: Floats

    @property
    def baseline(self) -> Floats:
        """Float32 [N], item mean plus user residual: the biases, updated with every rating."""
        return np.asarray(self.scalars[:, 0] + self.scalars[:, 2], dtype=np.float32)

    def __len__(self) -> int:
        """N."""
        return len(self.item)


def rows(stream: Interactions, cut: int) -> RatingRows:
    """Make the rows of a stream.

    Args:
        stream: in time order, every event with a value.
        cut: number of leading events that the model may learn items from.

    Raises:
        TrainingError: an event has no value.
    """
    if stream.value is None or bool(np.isnan(stream.value).any()):
        raise TrainingError("rating prediction needs a rating for every event; leave out the events without one")
    mean = float(stream.value[:cut].mean())
    value = stream.value.astype(np.float32)
    sums, counts = np.zeros(len(stream.item_ids)), np.zeros(len(stream.item_ids))
    users: list[list[int]] = [[] for _ in stream.user_ids]
    residual = np.zeros(len(stream), dtype=np.float32)
    totals = np.zeros(len(stream.user_ids))
    scalars = np.zeros((len(stream), len(SCALARS)), dtype=np.float32)
    history = np.full((len(stream), HISTORY), -1, dtype=np.int64)
    for row, (user, item) in enumerate(zip(stream.user.tolist(), stream.item.tolist(), strict=True)):
        past = users[user]
        expected = (sums[item] + _ITEM_PRIOR * mean) / (counts[item] + _ITEM_PRIOR)
        recent = residual[past[-_RECENT:]]
        scalars[row] = (
            expected,
            np.log1p(counts[item]),
            totals[user] / (len(past) + _USER_PRIOR),
            recent.sum() / (len(recent) + _USER_PRIOR),
            np.log1p(len(past)),
        )
        newest = past[-HISTORY:]
        if newest:
            history[row, -len(newest) :] = newest
        residual[row] = value[row] - expected
        past.append(row)
        totals[user] += residual[row]
        if row < cut:
            sums[item] += value[row]
            counts[item] += 1
    known = counts > 0
    return RatingRows(np.where(known[stream.item], stream.item + 1, 0), stream.user, value, scalars, history, residual)
