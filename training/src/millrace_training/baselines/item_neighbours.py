"""Item-kNN: items are alike when the same users chose them."""

from __future__ import annotations

import numpy as np

from millrace_training.baselines.cooccurrence import gram
from millrace_training.data.histories import Histories
from millrace_training.protocols.ranking import Scores


class ItemNeighbours:
    """Cosine similarity of the sets of users, summed over a history's newest items.

    B. Sarwar, G. Karypis, J. Konstan and J. Riedl, *Item-based Collaborative Filtering Recommendation Algorithms*,
    WWW 2001.
    """

    name = "item-kNN"

    def __init__(self, recent: int = 10) -> None:
        """Know nothing yet.

        Args:
            recent: how many of the newest items vote.
        """
        self._recent = recent
        self._similarity: Scores = np.zeros((0, 0), dtype=np.float32)

    def fit(self, histories: Histories) -> None:
        """Compute all similarities."""
        together = gram(histories)
        norm = np.sqrt(np.maximum(np.diagonal(together), 1))
        together /= norm[:, None]
        together /= norm[None, :]
        np.fill_diagonal(together, 0)
        self._similarity = together

    def scores(self, histories: Histories) -> Scores:
        """Sum of the similarities to the ``recent`` newest items."""
        return np.stack([self._similarity[history[-self._recent :]].sum(axis=0) for history in histories])
