"""AUC and LogLoss of predictions, and how far their differences would move with other users."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


def area(scores: Floats, positive: NDArray[np.bool_], weights: Floats | None = None) -> float:
    """Area under the ROC curve: how often a positive case is before a negative one, ties counted half.

    Args:
        scores: per case.
        positive: per case; both kinds have to be there.
        weights: how often each case counts; once each if None.
    """
    return float(Ordered(scores, positive).areas(np.ones((1, len(scores))) if weights is None else weights[None])[0])


class Ordered:
    """Cases in the order of their scores, so that many weightings cost one sort."""

    def __init__(self, scores: Floats, positive: NDArray[np.bool_]) -> None:
        """Sort the cases."""
        self._order = np.argsort(scores, kind="stable")
        self._positive = positive[self._order].astype(np.float64)
        ordered = scores[self._order]
        self._starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])

    def areas(self, weights: Floats) -> Floats:
        """AUC under each weighting, float64 [R] for [R, cases]."""
        sorted_weights = weights[:, self._order]
        positive = np.add.reduceat(sorted_weights * self._positive, self._starts, axis=1)
        negative = np.add.reduceat(sorted_weights * (1 - self._positive), self._starts, axis=1)
        below = np.cumsum(negative, axis=1) - negative
        pairs = (positive * (below + negative / 2)).sum(axis=1)
        result: Floats = pairs / (positive.sum(axis=1) * negative.sum(axis=1))
        return result


def log_loss(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Mean of -log p of what happened, with logits as scores."""
    return float(np.logaddexp(0, np.where(positive, -scores, scores)).mean())


def area_interval(
    one: Sequence[Floats],
    other: Sequence[Floats],
    positive: Sequence[NDArray[np.bool_]],
    users: Sequence[Numbers],
    resamples: int = 500,
    seed: int = 1,
) -> list[float]:
    """Percentile bootstrap interval, 95 %, of the mean difference in AUC of two methods over several splits.

    Users are drawn again within their split, with all of their cases, and the same ones for both methods.

    Args:
        one: scores by split.
        other: likewise, of what is compared with.
        positive: by split.
        users: by split, whose each case is.
        resamples: how often users are drawn.
        seed: decides the draws.
    """
    random = np.random.default_rng(seed)
    differences = np.zeros(resamples)
    for first, second, right, whose in zip(one, other, positive, users, strict=True):
        _, number = np.unique(whose, return_inverse=True)
        count = int(number.max()) + 1
        drawn = random.multinomial(count, np.full(count, 1 / count), size=resamples)[:, number].astype(np.float64)
        differences += Ordered(first, right).areas(drawn) - Ordered(second, right).areas(drawn)
    low, high = np.quantile(differences / len(one), [0.025, 0.975])
    return [round(float(low), 5), round(float(high), 5)]
