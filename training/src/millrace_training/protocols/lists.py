"""What lists are like apart from being right: how much of the catalogue they show, how well known it is, how varied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from millrace_training.baselines.cooccurrence import gram
from millrace_training.data.histories import Histories

Lists = NDArray[np.int32]
"""int32 [C, K], best first, -1 where there was nothing left to show."""


class ListMeasures:
    """Measures of lists against the histories that a method has learned from."""

    def __init__(self, histories: Histories) -> None:
        """Count items and pairs of items once; raises TrainingError where the catalogue is too large for pairs."""
        self._popularity = histories.popularity()
        together = gram(histories)
        norm = np.sqrt(np.maximum(np.diagonal(together), 1))
        together /= norm[:, None]
        together /= norm[None, :]
        self._similarity = together

    def of(self, lists: Lists) -> dict[str, float]:
        """All measures.

        Returns:
            ``coverage``: share of the catalogue that is in at least one list.
            ``average_popularity``: mean number of training events of the items shown.
            ``novelty``: mean of -log2 of an item's share of all training events, in bits; an item without
            events counts as one with a single event.
            ``diversity``: 1 minus the mean cosine similarity, by users in common, of the pairs within a list.
        """
        shown = lists[lists >= 0]
        if not len(shown):
            return {"coverage": 0.0, "average_popularity": 0.0, "novelty": 0.0, "diversity": 0.0}
        popularity = self._popularity[shown]
        shares = np.maximum(popularity, 1) / max(int(self._popularity.sum()), 1)
        return {
            "coverage": len(np.unique(shown)) / len(self._popularity),
            "average_popularity": float(popularity.mean()),
            "novelty": float(-np.log2(shares).mean()),
            "diversity": self._diversity(lists),
        }

    def _diversity(self, lists: Lists) -> float:
        total, pairs = 0.0, 0
        for first in range(lists.shape[1]):
            for second in range(first + 1, lists.shape[1]):
                both = (lists[:, first] >= 0) & (lists[:, second] >= 0)
                total += float(self._similarity[lists[both, first], lists[both, second]].sum(dtype=np.float64))
                pairs += int(both.sum())
        return 1 - total / pairs if pairs else 0.0
