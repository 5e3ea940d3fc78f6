"""What ranks are worth: accuracy, its uncertainty, and how it is spread over seeds.

Every case has one relevant item, so recall at k is the hit rate at k, and the ideal gain is 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.float64]
"""Mean rank over ties of each case's target, from 1; infinite where it was filtered out."""

CUTOFFS = (1, 5, 10, 20, 50)
"""Lengths of list at which accuracy is measured."""


def hits(ranks: Ranks, at: int) -> NDArray[np.float64]:
    """Per case 1 if the target is among the first ``at``, else 0."""
    return (ranks <= at).astype(np.float64)


def gains(ranks: Ranks, at: int) -> NDArray[np.float64]:
    """Per case 1 / log2(rank + 1) within the first ``at``, else 0 (K. Järvelin and J. Kekäläinen, TOIS 2002)."""
    return np.where(ranks <= at, 1 / np.log2(ranks + 1), 0.0)


def reciprocal_ranks(ranks: Ranks, at: int) -> NDArray[np.float64]:
    """Per case 1 / rank within the first ``at``, else 0."""
    return np.where(ranks <= at, 1 / ranks, 0.0)


PER_CASE = {"hit_rate": hits, "ndcg": gains, "mrr": reciprocal_ranks}
"""What is averaged over the cases, by the name under which it is recorded."""


def accuracy(ranks: Ranks, cutoffs: Sequence[int] = CUTOFFS) -> dict[str, float]:
    """Mean of every measure at every cutoff, such as ``ndcg_at_10``; 0 for no cases."""
    return {
        f"{name}_at_{at}": float(values(ranks, at).mean()) if len(ranks) else 0.0
        for at in cutoffs
        for name, values in PER_CASE.items()
    }


def interval(
    values: NDArray[np.float64], confidence: float = 0.95, resamples: int = 1_000, seed: int = 1
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean over cases (B. Efron, *Annals of Statistics* 1979).

    Says how much the figure would move with other users of the same kind; it says nothing about other seeds.

    Args:
        values: per case, at least one.
        confidence: share of resampled means inside.
        resamples: how often the cases are drawn again, with replacement.
        seed: decides the draws.
    """
    # Drawing how often each distinct value comes up is the same as drawing cases, and values are few.
    distinct, counts = np.unique(values, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(values), counts / len(values), size=resamples)
    means = drawn @ distinct / len(values)
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def interval_over(
    values: NDArray[np.float64], groups: NDArray[np.int64], resamples: int = 1_000, seed: int = 1
) -> list[float]:
    """Percentile bootstrap interval, 95 %, of a mean over cases, with groups drawn again: a user's cases go together.

    Args:
        values: per case, at least one.
        groups: per case, whose it is.
        resamples: how often the groups are drawn again, with replacement.
        seed: decides the draws.
    """
    _, number = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(number, weights=values), np.bincount(number)
    drawn = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=resamples)
    low, high = np.quantile((drawn @ sums) / (drawn @ sizes), [0.025, 0.975])
    return [round(float(low), 5), round(float(high), 5)]


def over_seeds(runs: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Mean and sample standard deviation of each measure over runs that differ in their seed only.

    Args:
        runs: at least one, all with the same measures; the deviation of a single run is 0.
    """
    spread = 1 if len(runs) > 1 else 0
    return {
        name: {
            "mean": float(np.mean([run[name] for run in runs])),
            "sd": float(np.std([run[name] for run in runs], ddof=spread)),
        }
        for name in runs[0]
    }
