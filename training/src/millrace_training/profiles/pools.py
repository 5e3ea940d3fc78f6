"""The candidates of all sources for many targets at once, and where a weighting of the sources ranks the targets.

What the model server's ``CandidateOrder`` does for one row: scores in standard deviations, the union of the
base's candidates and each source's best, a candidate that the base did not return at its last one. The base is the
retriever; for somebody who has done nothing it may be what is popular, or what those like who say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

RETRIEVER, POPULAR, LIKE_MINDED = "retriever", "popular", "like_minded"
"""What a list is based on."""

BASES = {POPULAR: "popular items", LIKE_MINDED: "what the like-minded like"}
"""What lists for somebody who has done nothing may be based on instead of the retriever, in words."""

CANDIDATES = 50
"""Items that keywords, and that the profile's vector, bring at most."""

_FLAT = 1e-9


@dataclass(frozen=True)
class Question:
    """What one list is made from; items are numbers from 0.

    Attributes:
        target: the item that the user really chose; below 0 if the catalogue does not have it.
        candidates: int [n], the base's, best first.
        scores: float [n], theirs.
        excluded: int [m], items that may not be returned.
        keywords: float [items], what the keywords say; None without.
        cosines: float [items], of the profile's vector; None without.
    """

    target: int
    candidates: NDArray[np.int64]
    scores: Vector
    excluded: NDArray[np.int64]
    keywords: Vector | None = None
    cosines: Vector | None = None


@dataclass(frozen=True)
class Weights:
    """How much the sources count beside the base, whose own weight is 1; 0 turns one off.

    Attributes:
        keywords: of keywords.
        profile: of the cosine with the profile's vector.
        base: what the pools were gathered with, ``retriever``, ``popular`` or ``like_minded``.
    """

    keywords: float = 0.0
    profile: float = 0.0
    base: str = RETRIEVER


class Pools:
    """Candidates and their standardised scores for many questions, padded to arrays [questions, width]."""

    def __init__(self, questions: Iterable[Question], popularity: NDArray[np.int64], brought: Vector) -> None:
        """Gather the candidates.

        Args:
            questions: one for each target.
            popularity: int [items], each item's place in the order of popularity, which breaks ties.
            brought: bool [items], whether sources other than the retriever may bring an item.
        """
        rows = [_candidates(each, popularity, brought) for each in questions]
        width = max(len(row.items) for row in rows)
        self._targets = np.array([row.target for row in rows])
        self._place = _padded([row.target_place for row in rows], 1)[:, 0]
        self._scores = {
            name: _padded([getattr(row, name) for row in rows], width)
            for name in ("retrieved", "keywords", "cosines", "by_retriever", "by_keywords", "by_cosines", "popularity")
        }

    def ranks(self, weights: Weights, retriever: float = 1.0) -> Vector:
        """Rank of each target, from 1; infinite where no source brings it.

        Args:
            weights: of the sources.
            retriever: 0 leaves the retriever out altogether.
        """
        part = self._scores
        fused = retriever * part["retrieved"] + weights.keywords * part["keywords"] + weights.profile * part["cosines"]
        there = (
            (part["by_retriever"] * retriever > 0)
            | (part["by_keywords"] * weights.keywords > 0)
            | (part["by_cosines"] * weights.profile > 0)
        )
        rows = np.arange(len(fused))
        column = self._targets
        found = (column >= 0) & there[rows, column]
        own = np.where(found, fused[rows, column], np.inf)[:, None]
        above = fused > own + _FLAT
        tied = (np.abs(fused - own) <= _FLAT) & (part["popularity"] < self._place[:, None])
        ranks = 1.0 + ((above | tied) & there).sum(axis=1)
        return np.where(found, ranks, np.inf)


@dataclass(frozen=True)
class _Row:
    items: NDArray[np.int64]
    target: int
    target_place: Vector
    retrieved: Vector
    keywords: Vector
    cosines: Vector
    by_retriever: Vector
    by_keywords: Vector
    by_cosines: Vector
    popularity: Vector


def _candidates(question: Question, popularity: NDArray[np.int64], brought: Vector) -> _Row:
    may = brought.astype(bool).copy()
    may[question.excluded] = False
    keywords = _scaled(question.keywords, centre=False)
    cosines = _scaled(question.cosines, centre=True)
    by_keywords = _best(keywords, may, popularity)
    by_cosines = _best(cosines, may, popularity)
    items = np.unique(np.concatenate([question.candidates, by_keywords, by_cosines]))
    retrieved = np.full(len(popularity), np.nan)
    scaled = _scaled(question.scores, centre=True)
    if scaled is not None:
        retrieved[question.candidates] = scaled
        retrieved[np.isnan(retrieved)] = scaled[-1]
    else:
        retrieved[:] = 0.0
    place = np.searchsorted(items, question.target)
    there = place < len(items) and items[place] == question.target
    return _Row(
        items=items,
        target=int(place) if there else -1,
        target_place=np.array([float(popularity[question.target]) if there else 0.0]),
        retrieved=retrieved[items],
        keywords=np.zeros(len(items)) if keywords is None else keywords[items],
        cosines=np.zeros(len(items)) if cosines is None else cosines[items],
        by_retriever=np.isin(items, question.candidates).astype(float),
        by_keywords=np.isin(items, by_keywords).astype(float),
        by_cosines=np.isin(items, by_cosines).astype(float),
        popularity=popularity[items].astype(float),
    )


def _scaled(scores: Vector | None, centre: bool) -> Vector | None:
    if scores is None or not len(scores):
        return None
    deviation = scores.std()
    if deviation <= _FLAT:
        return None
    scaled: Vector = (scores - (scores.mean() if centre else 0.0)) / deviation
    return scaled


def _best(scores: Vector | None, may: NDArray[np.bool_], popularity: NDArray[np.int64]) -> NDArray[np.int64]:
    if scores is None:
        return np.zeros(0, dtype=np.int64)
    items = np.flatnonzero(may & (scores > 0))
    order = np.lexsort((popularity[items], -scores[items]))
    return items[order[:CANDIDATES]]


def _padded(rows: list[Vector], width: int) -> Vector:
    padded = np.zeros((len(rows), width))
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded
