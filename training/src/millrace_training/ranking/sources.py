"""Candidate sources beside the retriever: each scores every item for each row of a batch.

A source brings its best ``quota`` items with a score above 0 that a row does not exclude; equal scores go by
popularity. Names and settings are those of ``sources`` in ``bundle.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.ranking import interests, new_items
from millrace_training.ranking.requests import NONE, Batch, Numbers, Values
from millrace_training.ranking.tables import NeighbourTable

TABLES = ("transitions", "cooccurrence", "text")
"""Sources that add the neighbours of a row's events up, in the order of the features."""

LOOKED_UP = (*TABLES, "multi_interest")
"""All that look neighbours up."""

FRESH_DAYS = 30.0
"""For how many days an item is new, unless a bundle says otherwise."""

SESSION_S = 1800.0
"""Seconds without an event that end a session, unless a bundle says otherwise."""


@dataclass(frozen=True)
class Catalogue:
    """What a bundle knows of its items.

    Attributes:
        counts: float64 [items], events of the training range.
        vectors: float32 [items, 384], of length one, zeros for an item without a text; None without texts.
        tables: neighbour tables by source.
        new: bool [items], those that are new; None without.
    """

    counts: NDArray[np.float64]
    vectors: Values | None
    tables: Mapping[str, NeighbourTable]
    new: NDArray[np.bool_] | None = None

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.counts)

    def places(self) -> Numbers:
        """int64 [items]: each item's place in the order of popularity, which decides between equal scores."""
        places = np.empty(self.items, dtype=np.int64)
        places[np.argsort(-self.counts, kind="stable")] = np.arange(self.items)
        return places


def neighbours(batch: Batch, table: NeighbourTable, events: int, decay: float) -> Values:
    """Sum over the newest events j = 0, 1, … of decay^j times the weight of an item as j's neighbour: [B, items].

    An unknown item counts as an event and has no neighbours.
    """
    scores = np.zeros((len(batch), table.items + 1), dtype=np.float32)
    rows = np.arange(len(batch))[:, None]
    for j in range(min(events, batch.history.shape[1])):
        newest = batch.history[:, j]
        known = newest != NONE
        found = table.neighbours[newest[known]]
        # A neighbour occurs once in a row of the table, so adding in place loses nothing; padding adds 0.
        scores[rows[known], found] += np.float32(decay**j) * table.weights[newest[known]].astype(np.float32)
    return scores[:, :-1]


def popular(batch: Batch, catalogue: Catalogue) -> Values:
    """log1p of how often an item was met in the training range."""
    scores = np.log1p(catalogue.counts).astype(np.float32)
    return np.broadcast_to(scores, (len(batch), catalogue.items))


def rising(batch: Batch, catalogue: Catalogue) -> Values:
    """An item's share of what is popular now, over its share of the training range; 0 outside the caller's list."""
    share = (catalogue.counts + 1) / (catalogue.counts.sum() + catalogue.items)
    now = batch.popular_now / np.maximum(batch.popular_now.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(now / share, dtype=np.float32)


def session_lengths(batch: Batch, session_s: float = SESSION_S) -> Numbers:
    """int64 [B]: events of the newest session, going back while each gap is at most ``session_s``; 0 for none."""
    gaps = np.diff(batch.ages_s, axis=1)
    inside = np.arange(1, batch.history.shape[1])[None, :] < batch.lengths[:, None]
    going = np.cumprod((gaps <= session_s) & inside, axis=1)
    return np.asarray(np.minimum(1 + going.sum(axis=1), batch.lengths), dtype=np.int64)


def continuation(batch: Batch, items: int, session_s: float) -> Values:
    """1 / (1 + j) of an item's newest occurrence j within the newest session: [B, items]."""
    scores = np.zeros((len(batch), items + 1), dtype=np.float32)
    sessions = session_lengths(batch, session_s)
    rows = np.arange(len(batch))
    for j in reversed(range(batch.history.shape[1])):
        inside = (j < sessions) & (batch.history[:, j] != NONE)
        scores[rows[inside], batch.history[inside, j]] = 1 / (1 + j)
    return scores[:, :-1]


def fresh(batch: Batch, catalogue: Catalogue, events: int, decay: float) -> Values:
    """How close the texts of new items are; see :func:`new_items.closeness`."""
    if catalogue.vectors is None or catalogue.new is None:
        return np.zeros((len(batch), catalogue.items), dtype=np.float32)
    return new_items.closeness(batch, catalogue.vectors, catalogue.new, events, decay)


def score(name: str, batch: Batch, catalogue: Catalogue, settings: Mapping[str, Any]) -> Values:
    """Scores of one source, float32 [B, items].

    Args:
        name: of the source.
        batch: the rows.
        catalogue: the bundle's items.
        settings: the source's entry in ``bundle.json``.
    """
    if name in TABLES:
        return neighbours(batch, catalogue.tables[name], int(settings["events"]), float(settings["decay"]))
    if name == "multi_interest":
        table, events, decay = catalogue.tables[name], int(settings["events"]), float(settings["decay"])
        return interests.mixture(batch, table, events, decay, int(settings["interests"]))
    if name == "fresh":
        return fresh(batch, catalogue, int(settings["events"]), float(settings["decay"]))
    if name == "popular":
        return popular(batch, catalogue)
    if name == "popular_now":
        return batch.popular_now
    if name == "rising":
        return rising(batch, catalogue)
    return continuation(batch, catalogue.items, float(settings.get("session_s", SESSION_S)))
