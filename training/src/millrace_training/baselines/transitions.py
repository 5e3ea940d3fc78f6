"""What followed what: a Markov chain, of first order or over the last few items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from millrace_training.data.histories import Histories
from millrace_training.protocols.ranking import Scores

_TIE_SCALE = 1e-2
"""Weight of the most popular item's popularity, which decides where transitions don't: below the weight of a single
transition, and above what fp32 rounds away from the small sums where ties are common."""


class Transitions:
    """How often an item followed at a distance of 1 to ``depth`` events, weighted 1, 1/2, … 1/depth.

    The weights apply twice: when counting and when scoring. A depth of 1 is a first-order Markov chain.
    """

    def __init__(self, depth: int) -> None:
        """Know nothing yet.

        Args:
            depth: how far back a transition reaches, at least 1.
        """
        self.name = "markov" if depth == 1 else f"transitions{depth}"
        self._depth = depth
        self._starts: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
        self._next: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._weights: Scores = np.zeros(0, dtype=np.float32)
        self._ties: Scores = np.zeros(0, dtype=np.float32)

    def fit(self, histories: Histories) -> None:
        """Count all transitions within users."""
        user = np.repeat(np.arange(len(histories)), histories.lengths)
        items = histories.items.astype(np.int64)
        keys, weights = [], []
        for distance in range(1, self._depth + 1):
            same_user = user[distance:] == user[:-distance]
            pairs = items[:-distance] * histories.item_count + items[distance:]
            keys.append(pairs[same_user])
            weights.append(np.full(len(keys[-1]), 1 / distance))
        distinct, inverse = np.unique(np.concatenate(keys), return_inverse=True)
        self._weights = np.bincount(inverse, np.concatenate(weights), len(distinct)).astype(np.float32)
        self._starts = np.searchsorted(distinct, np.arange(histories.item_count + 1) * histories.item_count)
        self._next = distinct % histories.item_count
        popularity = histories.popularity()
        self._ties = (popularity / max(int(popularity.max()), 1) * _TIE_SCALE).astype(np.float32)

    def scores(self, histories: Histories) -> Scores:
        """Weighted sum of what followed each of the last ``depth`` items; popularity where nothing did."""
        scores = np.tile(self._ties, (len(histories), 1))
        for row, history in enumerate(histories):
            for distance, item in enumerate(history[: -self._depth - 1 : -1].tolist(), start=1):
                followers = slice(self._starts[item], self._starts[item + 1])
                scores[row, self._next[followers]] += self._weights[followers] / distance
        return scores
