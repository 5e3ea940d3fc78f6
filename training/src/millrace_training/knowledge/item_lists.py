"""What items' text vectors do to lists: in the source ``text``, in a ranker, and as the likeness of varied lists.

Everything else stays as it is: the same retrievers, the same other sources, the same targets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.profiles.encoder import Vectors
from millrace_training.profiles.weights import COLD_BELOW
from millrace_training.protocols.measures import Ranks, gains, hits, interval_over
from millrace_training.ranking import diversity, fitting, learning, replay, tables
from millrace_training.ranking.evaluation import SourceRecall
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.features import taken
from millrace_training.ranking.fitting import FitSettings
from millrace_training.ranking.job import MAX_HISTORY, SOURCES
from millrace_training.ranking.learning import AT, CHOICES, RECALL_AT
from millrace_training.ranking.measuring import users_in_common
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.ranking.requests import NONE, Values

RARE_BELOW = 20
"""A target with fewer events before the origin is rare: counts say little of it, so texts should say more."""

MOST_LOST = 0.01
"""Share of NDCG@10 that a varied list may cost."""

_RANKER = CHOICES[1]
_PARTS = ("newest fold", "test")

Measure = Callable[[Ranks, int], NDArray[np.float64]]


@dataclass(frozen=True)
class _Asked:
    """A fold's targets, asked about with one kind of vectors.

    Attributes:
        examples: candidates and features.
        text_ranks: where the source ``text`` alone puts each target.
        groups: whom a figure is about, by name.
    """

    examples: Examples
    text_ranks: Ranks
    groups: Mapping[str, NDArray[np.bool_]]


def measure(
    stream: Stream,
    built: Sequence[Fold],
    test: Fold,
    kinds: Mapping[str, Vectors],
    max_history: int,
    seeds: int,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """The source, the ranker and variety with every kind of vectors, on the newest fold and on the test.

    Args:
        stream: the events.
        built: the folds, newest first, at least two.
        test: what comes after all of them.
        kinds: float32 [items, 384], of length one or zeros, by name; the first is what the others are compared with.
        max_history: events of a history that features see.
        seeds: rankers of each kind, of which the mean is taken.
        say: takes progress.
    """
    source: dict[str, dict[str, list[Ranks]]] = {part: {} for part in _PARTS}
    ranked: dict[str, dict[str, list[Ranks]]] = {part: {} for part in _PARTS}
    plain: list[tuple[_Asked, list[Values]]] = []
    for name, vectors in kinds.items():
        folds = [_ask(stream, fold, vectors, max_history) for fold in built]
        asked = dict(zip(_PARTS, (folds[0], _ask(stream, test, vectors, max_history)), strict=True))
        for seed in range(1, seeds + 1):
            settings = FitSettings(seed=seed)
            parts = [each.examples for each in folds]
            learned = learning.learn(parts, vectors, stream.vocabulary.size, settings, say, (_RANKER,))
            for part, ranker in zip(_PARTS, (learned.trial, learned.ranker), strict=True):
                scores = fitting.scores(ranker, asked[part].examples)
                ranked[part].setdefault(name, []).append(fitting.ranks(scores, asked[part].examples))
                if len(plain) < len(_PARTS):
                    plain.append((asked[part], scores))
        for part in _PARTS:
            source[part][name] = [asked[part].text_ranks]
        say(f"{name}: asked, and ranked {seeds} times")
    compared = {part: first for part, (first, _) in zip(_PARTS, plain, strict=True)}
    together = users_in_common(stream, test.origin)
    return {
        "text_source": {part: _rows(source[part], compared[part]) for part in _PARTS},
        "ranker": {part: _rows(ranked[part], compared[part]) for part in _PARTS},
        "diversity": [_varied(name, vectors, plain, together) for name, vectors in kinds.items()],
    }


def _ask(stream: Stream, fold: Fold, vectors: Vectors, max_history: int) -> _Asked:
    """Ask the sources as shipped about a fold's targets, ``text`` by these vectors."""
    table = tables.NeighbourTable.of_matrix(tables.texts(vectors), tables.TEXT_WIDTH)
    catalogue = replace(fold.catalogue, vectors=vectors, tables={**fold.catalogue.tables, "text": table})
    recall = SourceRecall(catalogue.places())
    own, names = replace(fold, catalogue=catalogue), taken(SOURCES)
    found = replay.examples(stream, own, SOURCES, names, max_history, MAX_HISTORY, recall.watch)
    groups = {
        "all": np.ones(len(found), dtype=np.bool_),
        f"users with fewer than {COLD_BELOW} events": (found.history != 0).sum(axis=1) < COLD_BELOW,
        f"targets with fewer than {RARE_BELOW} events": (found.target != NONE)
        & (catalogue.counts[found.target] < RARE_BELOW),
    }
    return _Asked(found, np.concatenate(recall.ranks["text"]), groups)


def _rows(found: Mapping[str, Sequence[Ranks]], asked: _Asked) -> list[dict[str, Any]]:
    """Accuracy by kind and group, each beside the first kind's with a 95 % interval over users.

    Args:
        found: by kind of vectors one or more rankings of the same targets, of which the mean accuracy is taken.
        asked: the targets.
    """
    users = asked.examples.users
    measured = {name: (_mean(each, gains, AT), _mean(each, hits, RECALL_AT)) for name, each in found.items()}
    base = next(iter(measured.values()))
    table = []
    for name, values in measured.items():
        for group, mask in asked.groups.items():
            if not mask.any():
                continue
            row: dict[str, Any] = {"name": name, "group": group, "targets": int(mask.sum())}
            for measure, own, other in zip(("ndcg_at_10", "recall_at_100"), values, base, strict=True):
                change = (own - other)[mask]
                row[measure] = round(float(own[mask].mean()), 5)
                row[f"{measure}_change"] = round(float(change.mean()), 5)
                row[f"{measure}_change_95"] = interval_over(change, users[mask])
            table.append(row)
    return table


def _mean(rankings: Sequence[Ranks], measure: Measure, at: int) -> NDArray[np.float64]:
    return np.asarray(np.mean([measure(ranks, at) for ranks in rankings], axis=0), dtype=np.float64)


def _varied(
    name: str, vectors: Vectors, lists: Sequence[tuple[_Asked, list[Values]]], together: Values
) -> dict[str, Any]:
    """The strength that varies most at the accuracy that may be lost, chosen on the newest fold, and both parts' rows.

    The lists are those of one ranker with the first kind of vectors, so that only the likeness differs.
    """
    newest, test = (diversity.measure(asked.examples, scores, vectors, together) for asked, scores in lists)
    least = newest[0]["ndcg_at_10"] * (1 - MOST_LOST)
    chosen = max(each["strength"] for each in newest if each["ndcg_at_10"] >= least)
    return {"name": name, "strength": chosen, **dict(zip(_PARTS, (newest, test), strict=True))}
