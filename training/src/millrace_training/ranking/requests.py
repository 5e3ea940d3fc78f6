"""What one call of the recommender knows of each row, as arrays: item numbers from 0, -1 pads.

A row's history is what the caller sent, cut to the newest ``max_history`` events, *newest first*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Values = NDArray[np.float32]

NONE = -1
"""Number of no item: padding, or an item that the bundle does not know."""

DIMENSIONS = 384


@dataclass(frozen=True)
class Request:
    """One row.

    Attributes:
        items: history, oldest event first; ``NONE`` for an unknown item.
        event_types: one code for each event.
        ages_s: seconds from each event to the newest one.
        exclude: items that may not be listed.
        popular: items that are popular now with their decayed counts, best first.
        profile: float32 [384], or None.
    """

    items: Sequence[int] = ()
    event_types: Sequence[int] = ()
    ages_s: Sequence[float] = ()
    exclude: Sequence[int] = ()
    popular: Sequence[tuple[int, float]] = ()
    profile: Values | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Batch:
    """Rows laid out together.

    Attributes:
        history: int64 [B, H], newest first.
        event_types: int64 [B, H].
        ages_s: float32 [B, H].
        lengths: int64 [B], events of each history; unknown items count.
        allowed: bool [B, items], what is not excluded.
        popular_now: float32 [B, items], counts that the caller gave, 0 elsewhere.
        profile: float32 [B, 384], zeros without.
        profile_on: float32 [B, 1], 1 with one.
    """

    history: Numbers
    event_types: Numbers
    ages_s: Values
    lengths: Numbers
    allowed: NDArray[np.bool_]
    popular_now: Values
    profile: Values
    profile_on: Values

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.lengths)

    @staticmethod
    def of(requests: Sequence[Request], items: int, max_history: int) -> Batch:
        """Lay rows out.

        Args:
            requests: at least one.
            items: size of the catalogue.
            max_history: newest events of a history that count.
        """
        lengths = np.array([min(len(each.items), max_history) for each in requests], dtype=np.int64)
        shape = (len(requests), max(1, int(lengths.max())))
        history = np.full(shape, NONE, dtype=np.int64)
        event_types = np.zeros(shape, dtype=np.int64)
        ages_s = np.zeros(shape, dtype=np.float32)
        allowed = np.ones((len(requests), items), dtype=np.bool_)
        popular_now = np.zeros((len(requests), items), dtype=np.float32)
        profile = np.zeros((len(requests), DIMENSIONS), dtype=np.float32)
        profile_on = np.zeros((len(requests), 1), dtype=np.float32)
        for row, (request, length) in enumerate(zip(requests, lengths, strict=True)):
            newest = slice(len(request.items) - length, None)
            history[row, :length] = np.asarray(request.items, dtype=np.int64)[newest][::-1]
            event_types[row, :length] = np.asarray(request.event_types, dtype=np.int64)[newest][::-1]
            ages_s[row, :length] = np.asarray(request.ages_s, dtype=np.float32)[newest][::-1]
            excluded = np.asarray(request.exclude, dtype=np.int64)
            allowed[row, excluded[excluded >= 0]] = False
            for item, count in request.popular:
                if item >= 0:
                    popular_now[row, item] += count
            if request.profile is not None:
                profile[row], profile_on[row] = request.profile, 1
        return Batch(history, event_types, ages_s, lengths, allowed, popular_now, profile, profile_on)
