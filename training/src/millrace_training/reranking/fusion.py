"""Joins a language model's scores with the retriever's, and decides for whom: fixed on validation lists.

Both kinds of scores are standardised within a list; the fused one is the retriever's plus a weight times the language
model's. Groups go by the length of the history. A group is reranked only where that gained on validation and the
interval of the gain, over users, excludes 0: otherwise its weight is 0, which is the retriever's own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.protocols.measures import gains, interval_over

WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
GROUPS = (("fewer than 20 events", 0, 20), ("20 to 99 events", 20, 100), ("100 events and more", 100, 1 << 60))
"""Name, least length of history, and the length below which it ends."""

_AT = 10

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class ScoredList:
    """One list.

    Attributes:
        user: number.
        length: events of the history.
        target: place of the wanted item among the candidates, from 0; -1 if it is not among them.
        retriever: float64 [C], best first.
        model: float64 [C], the language model's.
    """

    user: int
    length: int
    target: int
    retriever: Scores
    model: Scores


@dataclass(frozen=True)
class Decision:
    """What validation says of a group: the best weight, its gain in NDCG@10, the interval, and whether it is on."""

    group: str
    lists: int
    weight: float
    gain: float
    interval: tuple[float, float]
    on: bool


def ranks(lists: Sequence[ScoredList], weight: float) -> Scores:
    """Rank of each target with a weight, from 1; infinite where it is no candidate. Ties keep the retriever's order."""
    found = np.full(len(lists), np.inf)
    for number, each in enumerate(lists):
        if each.target >= 0:
            fused = _standardised(each.retriever) + weight * _standardised(each.model)
            own = fused[each.target]
            found[number] = 1 + (fused > own).sum() + (fused[: each.target] == own).sum()
    return found


def decide(lists: Sequence[ScoredList]) -> list[Decision]:
    """Choose each group's weight on validation lists."""
    decisions = []
    for name, least, end in GROUPS:
        own = [each for each in lists if least <= each.length < end]
        if not own:
            decisions.append(Decision(name, 0, 0.0, 0.0, (0.0, 0.0), on=False))
            continue
        base, users = gains(ranks(own, 0.0), _AT), np.array([each.user for each in own], dtype=np.int64)
        differences = {weight: gains(ranks(own, weight), _AT) - base for weight in WEIGHTS}
        best = max(WEIGHTS, key=lambda weight: float(differences[weight].mean()))
        low, high = interval_over(differences[best], users)
        decisions.append(
            Decision(name, len(own), best, round(float(differences[best].mean()), 5), (low, high), on=low > 0)
        )
    return decisions


def apply(lists: Sequence[ScoredList], decisions: Sequence[Decision]) -> Scores:
    """Ranks with the groups' weights; 0 where a group is off."""
    found = ranks(lists, 0.0)
    for decision, (_, least, end) in zip(decisions, GROUPS, strict=True):
        if decision.on:
            chosen = np.array([least <= each.length < end for each in lists])
            found = np.where(chosen, ranks(lists, decision.weight), found)
    return found


def _standardised(values: Scores) -> Scores:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
