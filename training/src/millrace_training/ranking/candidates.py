"""The union of what the retriever and all sources bring, with every source's place kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.ranking import sources
from millrace_training.ranking.requests import NONE, Batch, Numbers, Values
from millrace_training.ranking.sources import Catalogue

REPLAYED = (
    "transitions",
    "cooccurrence",
    "text",
    "multi_interest",
    "popular",
    "popular_now",
    "rising",
    "continuation",
    "fresh",
)
"""Sources that need no profile; keywords and profile vectors are the model server's."""

NOT_BROUGHT = np.iinfo(np.int32).max
"""Place of an item that a source did not bring."""


@dataclass(frozen=True)
class Retrieved:
    """The retriever's answer.

    Attributes:
        items: int64 [B, K], best first, ``NONE`` behind the last.
        scores: float32 [B, K].
    """

    items: Numbers
    scores: Values


@dataclass(frozen=True)
class Candidates:
    """The candidates of a batch.

    Attributes:
        items: int64 [B, C], ``NONE`` behind the last of a row; the retriever's first, in its order, then the others'
            by source and place.
        places: int32 [B, items] by source (``retriever`` too): an item's place, from 0, among what the source
            brought, or :data:`NOT_BROUGHT`.
        scores: float32 [B, items] by source, of every item, brought or not.
        retrieved: the retriever's answer.
    """

    items: Numbers
    places: Mapping[str, NDArray[np.int32]]
    scores: Mapping[str, Values]
    retrieved: Retrieved


def gather(batch: Batch, retrieved: Retrieved, catalogue: Catalogue, settings: Mapping[str, Any]) -> Candidates:
    """Ask every source that is on.

    Args:
        batch: the rows.
        retrieved: what the retriever returned for them.
        catalogue: the bundle's items.
        settings: ``sources`` of ``bundle.json``.
    """
    places = {"retriever": _retrieved_places(retrieved, catalogue.items)}
    scores: dict[str, Values] = {}
    order = catalogue.places()
    for name in REPLAYED:
        entry = settings.get(name)
        if entry and (name not in sources.LOOKED_UP or name in catalogue.tables):
            scores[name] = sources.score(name, batch, catalogue, entry)
            places[name] = _best(scores[name], batch.allowed, order, int(entry["quota"]))
    return Candidates(_union(places), places, scores, retrieved)


def _retrieved_places(retrieved: Retrieved, items: int) -> NDArray[np.int32]:
    places = np.full((len(retrieved.items), items + 1), NOT_BROUGHT, dtype=np.int32)
    rows = np.arange(len(places))[:, None]
    places[rows, retrieved.items] = np.arange(retrieved.items.shape[1], dtype=np.int32)[None, :]
    return places[:, :-1]


def _best(scores: Values, allowed: NDArray[np.bool_], order: Numbers, quota: int) -> NDArray[np.int32]:
    """Places of the best ``quota`` items of each row."""
    places = np.full(scores.shape, NOT_BROUGHT, dtype=np.int32)
    quota = min(quota, scores.shape[1])
    if not quota:
        return places
    by_popularity = np.argsort(order)
    masked = np.where(allowed & (scores > 0), scores, 0)[:, by_popularity]
    best = np.argsort(-masked, axis=1, kind="stable")[:, :quota]
    brought = np.take_along_axis(masked, best, axis=1) > 0
    rows = np.broadcast_to(np.arange(len(scores))[:, None], best.shape)
    columns = np.broadcast_to(np.arange(quota, dtype=np.int32), best.shape)
    places[rows[brought], by_popularity[best[brought]]] = columns[brought]
    return places


def _union(places: Mapping[str, NDArray[np.int32]]) -> Numbers:
    rows, items = next(iter(places.values())).shape
    key = np.full((rows, items), np.iinfo(np.int64).max, dtype=np.int64)
    for rank, brought in enumerate(places.values()):
        own = rank * np.int64(1 << 32) + brought
        key = np.where((brought != NOT_BROUGHT) & (own < key), own, key)
    counts = (key != np.iinfo(np.int64).max).sum(axis=1)
    width = max(1, int(counts.max()))
    ordered = np.argsort(key, axis=1, kind="stable")[:, :width]
    return np.where(np.arange(width)[None, :] < counts[:, None], ordered, NONE)
