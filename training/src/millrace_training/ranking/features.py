"""What the ranker knows of each candidate: the one definition that training and tests use.

The model server computes the same values in Java; a golden file that both read, and ``feature-parity`` on lists
that a server answered, hold the two together. docs/decisions/ranker-features.md says each one in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.ranking import sources
from millrace_training.ranking.candidates import NOT_BROUGHT, Candidates
from millrace_training.ranking.requests import NONE, Batch, Numbers, Values
from millrace_training.ranking.sources import LOOKED_UP, Catalogue

NAMES = (
    "retriever",
    "retriever_place",
    "transitions",
    "transitions_place",
    "cooccurrence",
    "cooccurrence_place",
    "text",
    "text_place",
    "popular",
    "popular_now",
    "popular_now_place",
    "text_recent",
    "history_length",
    "newest_gap",
    "session_length",
    "repeats",
    "repeat_recency",
    "multi_interest",
    "multi_interest_place",
    "fresh",
    "fresh_place",
)
"""Every feature that a replay can compute, in the usual order."""

OPTIONAL = ("multi_interest", "fresh")
"""Sources whose features a ranker is given only where a version has them."""

_LEFT_OUT = "text_recent"
"""Costs each candidate a product of 384 numbers and gained nothing."""

RECENT = 5
"""Newest events whose texts ``text_recent`` compares with."""

_FLAT = 1e-9


def taken(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that a ranker is given, in order.

    Args:
        settings: ``sources`` of ``bundle.json``.
    """
    off = [name for name in OPTIONAL if name not in settings]
    return tuple(name for name in NAMES if name != _LEFT_OUT and name.removesuffix("_place") not in off)


def compute(
    names: Sequence[str], batch: Batch, candidates: Candidates, catalogue: Catalogue, settings: Mapping[str, Any]
) -> Values:
    """Features of every candidate, float32 [B, C, F]; 0 at padding.

    Args:
        names: columns, in order.
        batch: the rows.
        candidates: theirs.
        catalogue: the bundle's items.
        settings: ``sources`` of ``bundle.json``.

    Raises:
        KeyError: a name is unknown.
    """
    rows = _Rows(batch, candidates, catalogue, settings)
    columns = [rows.column(name) for name in names]
    values = np.stack(columns, axis=-1).astype(np.float32)
    values[candidates.items == NONE] = 0
    return values


class _Rows:
    """One batch; methods are the features."""

    def __init__(self, batch: Batch, candidates: Candidates, catalogue: Catalogue, settings: Mapping[str, Any]) -> None:
        self._batch, self._candidates = batch, candidates
        self._catalogue, self._settings = catalogue, settings
        self._items: Numbers = np.maximum(candidates.items, 0)
        self._rows = np.arange(len(batch))[:, None]

    def column(self, name: str) -> NDArray[np.floating[Any]]:
        """One feature, [B, C]."""
        if name.endswith("_place"):
            return self._place(name.removesuffix("_place"))
        if name in (*LOOKED_UP, "fresh"):
            return self._score(name)
        return {
            "retriever": self._retriever,
            "popular": self._popular,
            "popular_now": self._popular_now,
            "text_recent": self._text_recent,
            "history_length": self._history_length,
            "newest_gap": self._newest_gap,
            "session_length": self._session_length,
            "repeats": self._repeats,
            "repeat_recency": self._repeat_recency,
        }[name]()

    def _of(self, scores: NDArray[np.generic]) -> NDArray[np.floating[Any]]:
        """What a matrix [B, items] says of the candidates."""
        return np.asarray(scores[self._rows, self._items], dtype=np.float64)

    def _per_row(self, values: NDArray[np.generic]) -> NDArray[np.floating[Any]]:
        return np.broadcast_to(np.asarray(values, dtype=np.float64)[:, None], self._items.shape)

    def _retriever(self) -> NDArray[np.floating[Any]]:
        """Standardised over what was retrieved; what was not stands where the last one does."""
        found, scores = self._candidates.retrieved.items, self._candidates.retrieved.scores.astype(np.float64)
        there = found != NONE
        count = np.maximum(there.sum(axis=1, keepdims=True), 1)
        mean = np.where(there, scores, 0).sum(axis=1, keepdims=True) / count
        variance = (np.where(there, scores - mean, 0) ** 2).sum(axis=1, keepdims=True) / count
        deviation = np.sqrt(variance)
        scaled = np.where(there & (deviation > _FLAT), (scores - mean) / np.maximum(deviation, _FLAT), 0)
        last = np.take_along_axis(scaled, count - 1, axis=1)
        everything = np.repeat(last, self._catalogue.items + 1, axis=1)
        everything[self._rows, found] = scaled
        return self._of(everything)

    def _place(self, source: str) -> NDArray[np.floating[Any]]:
        places = self._candidates.places.get(source)
        if places is None:
            return np.zeros(self._items.shape)
        own = self._of(places)
        return np.asarray(np.where(own == NOT_BROUGHT, 0, 1 / (1 + own)))

    def _score(self, name: str) -> NDArray[np.floating[Any]]:
        scores = self._candidates.scores.get(name)
        return np.zeros(self._items.shape) if scores is None else self._of(scores)

    def _popular(self) -> NDArray[np.floating[Any]]:
        counts: NDArray[np.floating[Any]] = self._catalogue.counts[self._items]
        return np.asarray(np.log1p(counts))

    def _popular_now(self) -> NDArray[np.floating[Any]]:
        return np.asarray(np.log1p(self._of(self._batch.popular_now)))

    def _text_recent(self) -> NDArray[np.floating[Any]]:
        """Mean cosine with the newest events that have a text, at most ``RECENT``."""
        vectors = self._catalogue.vectors
        if vectors is None:
            return np.zeros(self._items.shape)
        known = self._batch.history != NONE
        described = np.asarray(vectors.any(axis=1))
        has_text = known & described[np.maximum(self._batch.history, 0)]
        counted = has_text & (np.cumsum(has_text, axis=1) <= RECENT)
        recent = np.einsum("bh,bhd->bd", counted.astype(np.float32), vectors[np.maximum(self._batch.history, 0)])
        mean = recent / np.maximum(counted.sum(axis=1, keepdims=True), 1)
        return self._of(np.asarray(mean @ vectors.T))

    def _history_length(self) -> NDArray[np.floating[Any]]:
        return self._per_row(np.asarray(np.log1p(self._batch.lengths)))

    def _newest_gap(self) -> NDArray[np.floating[Any]]:
        ages = self._batch.ages_s
        if ages.shape[1] < 2:
            return np.zeros(self._items.shape)
        gap = np.where(self._batch.lengths >= 2, ages[:, 1] - ages[:, 0], 0)
        return self._per_row(np.log1p(np.maximum(gap, 0)))

    def _session_length(self) -> NDArray[np.floating[Any]]:
        return self._per_row(np.log1p(sources.session_lengths(self._batch)))

    def _repeats(self) -> NDArray[np.floating[Any]]:
        times = np.zeros((len(self._batch), self._catalogue.items + 1))
        for j in range(self._batch.history.shape[1]):
            times[self._rows[:, 0], self._batch.history[:, j]] += 1
        return np.asarray(np.log1p(self._of(times)))

    def _repeat_recency(self) -> NDArray[np.floating[Any]]:
        newest = np.zeros((len(self._batch), self._catalogue.items + 1))
        for j in reversed(range(self._batch.history.shape[1])):
            newest[self._rows[:, 0], self._batch.history[:, j]] = 1 / (1 + j)
        return self._of(newest)
