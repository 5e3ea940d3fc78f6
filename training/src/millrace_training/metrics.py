"""Ranking metrics under full ranking: one relevant item among all items of the catalogue.

Sampled negatives are never used: they change the order of methods (W. Krichene and S. Rendle, *On Sampled
Metrics for Item Recommendation*, KDD 2020).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UNRANKED = np.iinfo(np.int64).max
"""Rank of a target that a method does not return at all."""


def rank(scores: NDArray[np.float64], seen: Sequence[int], target: int) -> int:
    """Rank of ``target``, from 1, among all items that are not ``seen``; ties go to the lower item number.

    Args:
        scores: float [items]; an item with a score of 0 or less is never recommended.
        seen: item numbers that are filtered out.
        target: the item that the user really chose.

    Returns:
        The rank, or :data:`UNRANKED` if the target is filtered or not recommended.
    """
    threshold = scores[target]
    if threshold <= 0 or target in seen:
        return UNRANKED
    above = scores > threshold
    above[:target] |= scores[:target] == threshold
    above[list(seen)] = False
    return int(np.count_nonzero(above)) + 1


def hit_rate(ranks: NDArray[np.int64], at: int) -> float:
    """Share of targets whose rank is at most ``at``; 0 for no targets."""
    return float(np.mean(ranks <= at)) if len(ranks) else 0.0


def ndcg(ranks: NDArray[np.int64], at: int) -> float:
    """Mean of 1 / log2(rank + 1) for ranks at most ``at``, else 0 (Järvelin and Kekäläinen, 2002)."""
    if not len(ranks):
        return 0.0
    gains = np.where(ranks <= at, 1 / np.log2(np.minimum(ranks, at) + 1.0), 0.0)
    return float(np.mean(gains))
