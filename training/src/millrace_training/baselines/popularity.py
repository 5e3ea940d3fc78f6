"""The same list for everybody: what was chosen most, ever or lately."""

from __future__ import annotations

import numpy as np

from millrace_training.data.histories import Histories
from millrace_training.protocols.ranking import Scores


class Popular:
    """How often an item was chosen."""

    name = "popular"

    def __init__(self) -> None:
        """Know nothing yet."""
        self._scores: Scores = np.zeros(0, dtype=np.float32)

    def fit(self, histories: Histories) -> None:
        """Count all events."""
        self._scores = histories.popularity().astype(np.float32)

    def scores(self, histories: Histories) -> Scores:
        """The counts, for every history the same."""
        return np.tile(self._scores, (len(histories), 1))


class RecentPopular:
    """How often an item was chosen lately.

    With times, an event counts half as much after every half-life before the newest event of all. Where only the
    order within users is known there is no common clock: each user's newest events count, the older ones do not.
    """

    name = "recent popular"

    def __init__(self, half_life_days: float = 7.0, newest: int = 5) -> None:
        """Choose what lately means.

        Args:
            half_life_days: for data with times.
            newest: events per user, for data without.
        """
        self._half_life_s = half_life_days * 86_400
        self._newest = newest
        self._scores: Scores = np.zeros(0, dtype=np.float32)

    def fit(self, histories: Histories) -> None:
        """Count the newest events."""
        if histories.times_s is not None:
            age_s = histories.times_s.max(initial=0) - histories.times_s
            weights = np.exp2(-age_s / self._half_life_s)
        else:
            from_end = np.repeat(histories.offsets[1:], histories.lengths) - np.arange(len(histories.items))
            weights = (from_end <= self._newest).astype(np.float64)
        self._scores = np.bincount(histories.items, weights, histories.item_count).astype(np.float32)

    def scores(self, histories: Histories) -> Scores:
        """The decayed counts, for every history the same."""
        return np.tile(self._scores, (len(histories), 1))
