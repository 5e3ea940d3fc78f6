"""Full ranking: where does the chosen item stand among all items of the catalogue?

Scores are compared in fp32. Items with the score of the target count half: the rank is the mean over every order
of the tied items, so that neither a lucky nor an unlucky item number decides (a method that scores everything
equally ranks every item in the middle, not first).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from millrace_training.data.histories import Histories
from millrace_training.protocols.splits import Cases

Scores = NDArray[np.float32]

LIST_LENGTH = 10
"""How many of the best items are kept of every case, for the metrics that look at lists."""

_BATCH = 256


class Scorer(Protocol):
    """A method that has learned and can be asked."""

    def scores(self, histories: Histories) -> Scores:
        """Score every item for each history, which may be empty: float32 [B, item_count]."""
        ...


class Method(Scorer, Protocol):
    """A scorer with a name that learns from histories."""

    @property
    def name(self) -> str:
        """Key of this method in tables and result files."""
        ...

    def fit(self, histories: Histories) -> None:
        """Learn from these histories alone, forgetting whatever was learned before."""
        ...


@dataclass(frozen=True)
class Ranking:
    """A method's answers to all cases.

    Attributes:
        ranks: float64 [C], mean rank over ties, from 1; infinite where the target is filtered out.
        lists: int32 [C, 10] (fewer columns for a smaller catalogue), the best items, best first, with -1 where
            fewer items were allowed.
    """

    ranks: NDArray[np.float64]
    lists: NDArray[np.int32]


def rank(
    scorer: Scorer, cases: Cases, filter_seen: bool = True, advance: Callable[[int], None] = lambda _: None
) -> Ranking:
    """Ask a scorer all cases.

    Args:
        scorer: has learned whatever it may.
        cases: histories and targets.
        filter_seen: leave out every item of the case's own history; a target that was seen before then
            can't be reached, and counts as missed.
        advance: called with the number of finished cases, batch by batch.
    """
    ranks = np.empty(len(cases), dtype=np.float64)
    columns = min(LIST_LENGTH, cases.histories.item_count)
    lists = np.full((len(cases), columns), -1, dtype=np.int32)
    for chosen, histories in batches(cases):
        scores = np.array(scorer.scores(histories), dtype=np.float32)
        if filter_seen:
            hide_seen(scores, histories)
        ranks[chosen] = mean_ranks(scores, cases.targets[chosen])
        lists[chosen] = best(scores, columns)
        advance(len(chosen))
    return Ranking(ranks, lists)


def ranks(scorer: Scorer, cases: Cases, filter_seen: bool = True) -> NDArray[np.float64]:
    """The ranks of :func:`rank` alone: what choosing an epoch needs, without sorting anything.

    Args:
        scorer: has learned whatever it may.
        cases: histories and targets.
        filter_seen: as in :func:`rank`.
    """
    found = np.empty(len(cases), dtype=np.float64)
    for chosen, histories in batches(cases):
        scores = np.array(scorer.scores(histories), dtype=np.float32)
        if filter_seen:
            hide_seen(scores, histories)
        found[chosen] = mean_ranks(scores, cases.targets[chosen])
    return found


def batches(cases: Cases) -> Iterator[tuple[NDArray[np.int64], Histories]]:
    """Numbers and histories of the cases, a batch at a time, the short histories first.

    Histories of similar length share a batch: what pads them is then short.
    """
    order = np.argsort(cases.histories.lengths, kind="stable")
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        yield chosen, cases.histories.between(cases.histories.offsets[chosen], cases.histories.offsets[chosen + 1])


def hide_seen(scores: Scores, histories: Histories) -> None:
    """Set the score of every item of a row's own history to -inf, in place."""
    for row, history in enumerate(histories):
        scores[row, history] = -np.inf


def mean_ranks(scores: Scores, targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rank of each row's target, float64 [B], from 1; infinite where its score is -inf.

    Args:
        scores: float32 [B, item_count], -inf for what is filtered.
        targets: int64 [B].
    """
    of_targets = scores[np.arange(len(targets)), targets][:, None]
    above = np.count_nonzero(scores > of_targets, axis=1)
    tied = np.count_nonzero(scores == of_targets, axis=1) - 1
    return np.where(np.isneginf(of_targets[:, 0]), np.inf, 1 + above + tied / 2)


def best(scores: Scores, count: int) -> NDArray[np.int32]:
    """The ``count`` highest-scored items of each row, best first, int32 [B, count]; -1 where the score is -inf.

    Among equals the lower item number comes first.
    """
    # One partition finds the threshold; a stable sort of negated scores then keeps item order among equals.
    threshold = np.partition(scores, -count, axis=1)[:, -count]
    chosen = np.full((len(scores), count), -1, dtype=np.int32)
    for row, least in enumerate(threshold):
        candidates = np.flatnonzero(scores[row] >= least)
        found = candidates[np.argsort(-scores[row, candidates], kind="stable")][:count]
        allowed = found[~np.isneginf(scores[row, found])]
        chosen[row, : len(allowed)] = allowed
    return chosen
