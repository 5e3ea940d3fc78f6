"""Counting recommenders that learn online: the baselines that every model has to beat.

Each one scores all items for a user and is then told what the user did, one event at a time (prequential
evaluation: A. P. Dawid, *Present Position and Potential Developments*, 1984). Scores are only compared
within one call; ties, and items that a method knows nothing about, go by popularity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


class OnlineRecommender(Protocol):
    """Scores items for a history, and learns one event at a time."""

    @property
    def name(self) -> str:
        """Key of this method in tables and reports."""
        ...

    def scores(self, history: Sequence[int]) -> Scores:
        """Score every item, float64 [items], for a history of item numbers, oldest first; 0 means unknown."""
        ...

    def learn(self, history: Sequence[int], item: int) -> None:
        """Take in that a user with this history (not empty for known users) now chose ``item``."""
        ...


class Popularity:
    """How often an item was chosen so far."""

    name = "popular"

    def __init__(self, items: int) -> None:
        """Start with no counts for ``items`` items."""
        self._counts = np.zeros(items)

    def scores(self, history: Sequence[int]) -> Scores:
        """The counts themselves, for any history."""
        counts: Scores = self._counts.copy()
        return counts

    def learn(self, history: Sequence[int], item: int) -> None:
        """Add one to the item's count."""
        self._counts[item] += 1


class Transitions:
    """How often an item followed, at a distance of 1 to ``depth`` events, weighted 1, 1/2, ... 1/depth.

    The weights apply twice: when counting and when scoring. A depth of 1 is a first-order Markov chain.
    """

    def __init__(self, name: str, items: int, depth: int) -> None:
        """Start with no counts for ``items`` items."""
        self.name = name
        self._items = items
        self._depth = depth
        self._following: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._popularity = _TieBreak(items)

    def scores(self, history: Sequence[int]) -> Scores:
        """Weighted sum of what followed each of the user's last ``depth`` items."""
        scores = self._popularity.scores()
        for distance, previous in enumerate(reversed(history[-self._depth :]), start=1):
            following = self._following.get(previous)
            if following:
                items = np.fromiter(following.keys(), dtype=np.int64, count=len(following))
                counts = np.fromiter(following.values(), dtype=np.float64, count=len(following))
                scores[items] += counts / distance
        return scores

    def learn(self, history: Sequence[int], item: int) -> None:
        """Count ``item`` as a follower of each of the last ``depth`` items."""
        for distance, previous in enumerate(reversed(history[-self._depth :]), start=1):
            self._following[previous][item] += 1 / distance
        self._popularity.learn(item)


class ItemNeighbours:
    """Item-kNN: cosine similarity of the sets of users, summed over the user's last items.

    B. Sarwar et al., *Item-based Collaborative Filtering Recommendation Algorithms*, WWW 2001. Similarities
    are kept for all pairs in one dense matrix, 4 bytes a pair: 11 MB for 1,682 items, 1 GB for 16,384.
    """

    name = "item_knn"
    max_items = 16_384

    def __init__(self, items: int, recent: int = 10) -> None:
        """Start with no counts for ``items`` items.

        Args:
            items: number of items, at most ``max_items``.
            recent: how many of the user's newest items vote.
        """
        self._together = np.zeros((items, items), dtype=np.float32)
        self._users = np.zeros(items)
        self._recent = recent
        self._popularity = _TieBreak(items)

    def scores(self, history: Sequence[int]) -> Scores:
        """Sum of cosine similarities to the user's ``recent`` newest items."""
        recent = np.asarray(history[-self._recent :], dtype=np.int64)
        norm = np.sqrt(np.maximum(self._users, 1))
        votes = (self._together[recent] / norm[recent, None]).sum(axis=0) / norm
        return np.asarray(votes + self._popularity.scores(), dtype=np.float64)

    def learn(self, history: Sequence[int], item: int) -> None:
        """Count ``item`` together with everything in the history, unless the user had it before."""
        if item not in history:
            others = np.unique(np.asarray(history, dtype=np.int64))
            self._together[item, others] += 1
            self._together[others, item] += 1
            self._users[item] += 1
        self._popularity.learn(item)


class _TieBreak:
    """Popularity scaled so far down that it only decides between equal scores."""

    _SCALE = 1e-9

    def __init__(self, items: int) -> None:
        self._counts = np.zeros(items)

    def scores(self) -> Scores:
        return np.asarray(self._counts * self._SCALE, dtype=np.float64)

    def learn(self, item: int) -> None:
        self._counts[item] += 1
