"""Maximal marginal relevance: what a more varied list costs.

J. Carbonell and J. Goldstein, SIGIR 1998, as the model server applies it to the head of a ranked list: relevance
is the score scaled to 0 … 1 over the pool, likeness the cosine of text vectors, and the next item is the one with
the largest (1 - strength) · relevance - strength · largest likeness to what is listed already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.protocols.measures import gains
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.learning import AT, compared
from millrace_training.ranking.requests import Numbers, Values

STRENGTHS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8)
POOL = 50
_BATCH = 512


def measure(examples: Examples, scored: Sequence[Values], vectors: Values, together: Values) -> list[dict[str, Any]]:
    """Accuracy and variety of lists of ten by strength.

    Args:
        examples: the rows.
        scored: the ranker's score of every candidate.
        vectors: float32 [items, 384], of length one or zero.
        together: float32 [items, items], cosine of the items' sets of users.

    Returns:
        For each strength NDCG@10, its change against no diversity with an interval, and 1 minus the mean likeness of
        a list's pairs: ``text_distance`` by text vectors, ``user_distance`` by users in common.
    """
    rows = np.flatnonzero(examples.counts >= AT)
    pool, relevance = _pools(examples, scored, rows)
    table: list[dict[str, Any]] = []
    base: NDArray[np.float64] | None = None
    for strength in STRENGTHS:
        lists = np.concatenate(
            [
                _picked(pool[start : start + _BATCH], relevance[start : start + _BATCH], vectors, strength)
                for start in range(0, len(rows), _BATCH)
            ]
        )
        hit = lists == examples.target[rows][:, None]
        found = gains(np.where(hit.any(axis=1), hit.argmax(axis=1) + 1.0, np.inf), AT)
        base = found if base is None else base
        table.append(
            {
                "strength": strength,
                **compared(found, base, examples.users[rows]),
                "text_distance": round(_distance(lists, lambda a, b: (vectors[a] * vectors[b]).sum(axis=-1)), 4),
                "user_distance": round(_distance(lists, lambda a, b: together[a, b]), 4),
            }
        )
    return table


def _pools(examples: Examples, scored: Sequence[Values], rows: Numbers) -> tuple[Numbers, Values]:
    """The best ``POOL`` items of each row, -1 behind the last, and their scores scaled to 0 … 1."""
    pool = np.full((len(rows), POOL), -1, dtype=np.int64)
    relevance = np.full((len(rows), POOL), -np.inf, dtype=np.float32)
    for number, row in enumerate(rows):
        best = np.argsort(-scored[row], kind="stable")[:POOL]
        own = scored[row][best]
        pool[number, : len(best)] = examples.items[examples.offsets[row] + best]
        relevance[number, : len(best)] = (own - own[-1]) / max(float(own[0] - own[-1]), 1e-9)
    return pool, relevance


def _picked(pool: Numbers, relevance: Values, vectors: Values, strength: float) -> Numbers:
    """int64 [B, 10], best first."""
    rows = np.arange(len(pool))
    own = vectors[np.maximum(pool, 0)]
    left = (1 - strength) * relevance
    likeness = np.zeros_like(relevance)
    picked = np.empty((len(pool), AT), dtype=np.int64)
    for place in range(AT):
        best = np.argmax(left - strength * likeness, axis=1)
        picked[:, place] = pool[rows, best]
        left[rows, best] = -np.inf
        near = np.einsum("bpd,bd->bp", own, own[rows, best])
        likeness = near if place == 0 else np.maximum(likeness, near)
    return picked


def _distance(lists: Numbers, likeness: Any) -> float:
    pairs = [(a, b) for a in range(AT) for b in range(a)]
    return 1 - float(np.mean([likeness(lists[:, a], lists[:, b]).mean() for a, b in pairs]))
