"""Replay a stream and gather what every source and feature would have said before each event.

A fold is an origin in the stream: its retriever, tables and counts know what lies before the origin, and the
events between the origin and the fold's end are its targets. So the ranker learns from scores that have the same
age, and the same ignorance of what comes, as those that it will be given when it serves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from millrace_training import evaluation
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.ranking import candidates, features, new_items, popular_now, sources, tables
from millrace_training.ranking.candidates import NOT_BROUGHT, Candidates, Retrieved
from millrace_training.ranking.examples import Examples, packed
from millrace_training.ranking.requests import NONE, Batch, Numbers, Request, Values
from millrace_training.ranking.sources import Catalogue
from millrace_training.serving import NOT_RETURNED, Row
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary
from millrace_training.windows import Sequences

_BATCH = 128


@dataclass(frozen=True)
class Stream:
    """A stream in terms of one vocabulary.

    Attributes:
        events: in time order.
        vocabulary: of the version.
        sequences: the events in its indices.
        items: int64 [N], item numbers; ``NONE`` for one that the vocabulary lacks.
        vectors: float32 [items, 384] of the items' texts, or None.
        filter_seen: whether a user's own items are excluded from the lists.
    """

    events: Interactions
    vocabulary: Vocabulary
    sequences: Sequences
    items: Numbers
    vectors: Values | None
    filter_seen: bool = True

    @staticmethod
    def of(events: Interactions, vocabulary: Vocabulary, vectors: Values | None, filter_seen: bool = True) -> Stream:
        """Look the events' items up."""
        sequences = Sequences.of(events, vocabulary)
        items = np.where(sequences.item_index >= FIRST_ITEM, sequences.item_index - FIRST_ITEM, NONE)
        return Stream(events, vocabulary, sequences, items, vectors, filter_seen)

    def catalogue(
        self, origin: int, embedding: Values | None = None, fresh_days: float = sources.FRESH_DAYS
    ) -> Catalogue:
        """Counts and tables of the events before ``origin``.

        Args:
            origin: position in the stream.
            embedding: float32 [items, width], what a retriever of these events learned for the items. Several interests
                ask for items that are close in it; None has them ask for what follows, as ``transitions`` do.
            fresh_days: for how long an item is new.
        """
        count = len(self.vocabulary.ids)
        past, users = self.items[:origin], self.events.user[:origin]
        order = np.argsort(users, kind="stable")
        histories = np.split(past[order], np.flatnonzero(np.diff(users[order])) + 1)
        histories = [history[history != NONE] for history in histories]
        built = {
            "transitions": tables.transitions(histories, count),
            "cooccurrence": tables.cooccurrence(histories, count),
        }
        if self.vectors is not None:
            built["text"] = tables.texts(self.vectors)
        met = np.bincount(past[past != NONE], minlength=count).astype(np.float64)
        built["multi_interest"] = built["transitions"] if embedding is None else tables.alike(embedding, met > 0)
        widths = {"text": tables.TEXT_WIDTH}
        kept = {
            name: tables.NeighbourTable.of_matrix(matrix, widths.get(name, tables.WIDTH))
            for name, matrix in built.items()
        }
        return Catalogue(met, self.vectors, kept, self.newly_met(origin, fresh_days) != NONE)

    def newly_met(self, origin: int, days: float) -> Numbers:
        """When the items that are new at ``origin`` were first met; see :func:`new_items.first_met`."""
        return new_items.first_met(self.items[:origin], self.events.time_s[:origin], len(self.vocabulary.ids), days)


class Retriever(Protocol):
    """Whatever returns candidates."""

    def retrieve(self, rows: Sequence[Row]) -> tuple[NDArray[np.int32], Values]:
        """Candidates int32 [B, K] as indices and scores float32 [B, K], best first; see :data:`NOT_RETURNED`."""
        ...


@dataclass(frozen=True)
class Fold:
    """One origin.

    Attributes:
        origin: position of the first target in the stream.
        end: position behind the last.
        retriever: knows what lies before the origin.
        catalogue: of the same events.
        share: of the targets that are asked about, drawn at random.
    """

    origin: int
    end: int
    retriever: Retriever
    catalogue: Catalogue
    share: float = 1.0


Watch = Callable[[Batch, Numbers, Candidates], None]
"""Is told each batch, its targets and its candidates."""


def examples(
    stream: Stream,
    fold: Fold,
    settings: Mapping[str, Any],
    names: Sequence[str],
    max_history: int,
    sent: int,
    watch: Watch = lambda *_: None,
) -> Examples:
    """Rows of all of a fold's targets, the short histories first.

    Args:
        stream: the events.
        fold: where from and where to.
        settings: ``sources`` of the bundle.
        names: of the features.
        max_history: events of a history that the features see.
        sent: events that the ranker's graph is sent.
        watch: looks on.
    """
    drawn = np.random.default_rng(fold.origin).random(fold.end) < fold.share
    asked_about = evaluation.targets(stream.events[: fold.end], fold.origin)
    expected = [target for target in asked_about if drawn[target.position]]
    positions = [target.position for target in expected]
    count = len(stream.vocabulary.ids)
    popular = list(popular_now.replay(stream.items, stream.events.time_s, positions, popular_now.SENT, count))
    order = sorted(range(len(expected)), key=lambda number: len(expected[number].history))
    parts = []
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        asked = [expected[number] for number in chosen]
        batch, retrieved = _asked(stream, fold, asked, [popular[number] for number in chosen], max_history)
        gathered = candidates.gather(batch, retrieved, fold.catalogue, settings)
        positions_of = np.array([target.position for target in asked])
        target = stream.items[positions_of]
        watch(batch, target, gathered)
        parts.append(
            packed(
                batch,
                gathered.items,
                features.compute(names, batch, gathered, fold.catalogue, settings),
                (gathered.places["retriever"] != NOT_BROUGHT).sum(axis=1),
                target,
                stream.events.user[positions_of],
                _stars(stream.events, positions_of),
                sent,
            )
        )
    return Examples.joined(parts)


def _asked(
    stream: Stream, fold: Fold, asked: Sequence[Target], popular: Sequence[popular_now.Popular], max_history: int
) -> tuple[Batch, Retrieved]:
    rows = [evaluation.row(stream.sequences, target.history) for target in asked]
    if not stream.filter_seen:
        rows = [Row(row.items, row.event_types, row.ages_s) for row in rows]
    found, scores = fold.retriever.retrieve(rows)
    there = scores > NOT_RETURNED
    requests = [
        Request(
            [_number(index) for index in row.items],
            row.event_types,
            row.ages_s,
            [_number(index) for index in row.exclude],
            now,
        )
        for row, now in zip(rows, popular, strict=True)
    ]
    retrieved = Retrieved(np.where(there, found.astype(np.int64) - FIRST_ITEM, NONE), np.where(there, scores, 0))
    return Batch.of(requests, len(stream.vocabulary.ids), max_history), retrieved


def _number(index: int) -> int:
    return index - FIRST_ITEM if index >= FIRST_ITEM else NONE


def _stars(events: Interactions, positions: Numbers) -> Values:
    if events.value is None:
        return np.full(len(positions), np.nan, dtype=np.float32)
    return events.value[positions].astype(np.float32)
