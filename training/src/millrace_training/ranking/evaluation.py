"""What each stage is worth on events that nothing has learned from: sources, the ranker, what it looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.protocols.measures import gains, hits
from millrace_training.ranking import fitting
from millrace_training.ranking.candidates import NOT_BROUGHT, Candidates
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.learning import AT, RECALL_AT, compared
from millrace_training.ranking.model import Ranker
from millrace_training.ranking.requests import NONE, Batch, Numbers, Values

GROUPS: Mapping[str, Sequence[str]] = {
    "the retriever's score and place": ("retriever", "retriever_place"),
    "transitions": ("transitions", "transitions_place"),
    "co-occurrence": ("cooccurrence", "cooccurrence_place"),
    "texts": ("text", "text_place", "text_recent"),
    "several interests": ("multi_interest", "multi_interest_place"),
    "what is new": ("fresh", "fresh_place"),
    "popularity": ("popular", "popular_now", "popular_now_place"),
    "the user's repeats": ("repeats", "repeat_recency"),
    "length and time of the history": ("history_length", "newest_gap", "session_length"),
}
"""Features that are taken away together."""


@dataclass
class SourceRecall:
    """Where each source alone, and all of them in turn, would put the targets.

    Attributes:
        places: the catalogue's order of popularity, which decides between equal scores.
        ranks: by source, from 1; infinite where its score is 0 or the retriever did not return the target.
        brought: by source, whether it brought the target.
    """

    places: Numbers
    ranks: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    brought: dict[str, list[NDArray[np.bool_]]] = field(default_factory=dict)

    def watch(self, batch: Batch, target: Numbers, gathered: Candidates) -> None:
        """Take a batch in."""
        rows, known = np.arange(len(target)), target != NONE
        wanted = np.maximum(target, 0)
        place = gathered.places["retriever"][rows, wanted].astype(np.float64)
        listed = known & (place < RECALL_AT)
        self._add("retriever", np.where(listed, place + 1, np.inf))
        for name, scores in gathered.scores.items():
            own = scores[rows, wanted][:, None]
            above = (scores > own) | ((scores == own) & (self.places[None, :] < self.places[wanted][:, None]))
            rank = 1.0 + (above & batch.allowed).sum(axis=1)
            self._add(name, np.where(known & batch.allowed[rows, wanted] & (own[:, 0] > 0), rank, np.inf))
        self._add("all in turn", self._in_turn(target, gathered))
        for name, places in gathered.places.items():
            self.brought.setdefault(name, []).append(known & (places[rows, wanted] != NOT_BROUGHT))

    def _add(self, name: str, ranks: NDArray[np.float64]) -> None:
        self.ranks.setdefault(name, []).append(ranks)

    def _in_turn(self, target: Numbers, gathered: Candidates) -> NDArray[np.float64]:
        """Each source's first, then each source's second, and so on, without repeats."""
        stacked = np.stack(list(gathered.places.values())).astype(np.int64)
        key = (stacked * len(stacked) + np.arange(len(stacked))[:, None, None]).min(axis=0)
        own = key[np.arange(len(target)), np.maximum(target, 0)]
        brought = own < np.iinfo(np.int32).max
        rank = 1.0 + (key < own[:, None]).sum(axis=1)
        return np.where(brought & (target != NONE), rank, np.inf)

    def table(self) -> dict[str, float]:
        """recall@100 by source."""
        return {
            name: round(float(hits(np.concatenate(parts), RECALL_AT).mean()), 5) for name, parts in self.ranks.items()
        }

    def brought_by_one(self) -> dict[str, float]:
        """Share of the targets that each source alone brought: what the union would lose without it."""
        brought = np.stack([np.concatenate(parts) for parts in self.brought.values()])
        alone = brought & (brought.sum(axis=0) == 1)
        return {name: round(float(own.mean()), 5) for name, own in zip(self.brought, alone, strict=True)}

    def union(self) -> float:
        """Share of the targets that any source brought."""
        return round(float(np.stack([np.concatenate(parts) for parts in self.brought.values()]).any(axis=0).mean()), 5)


def stages(ranker: Ranker, examples: Examples, names: Sequence[str]) -> tuple[list[dict[str, Any]], list[Values]]:
    """NDCG@10, HR@10 and recall@100 by stage, each against the retriever's order; and the ranker's scores.

    A group of features is taken away by giving every candidate the mean that the ranker saw in training; it is not
    trained again.
    """
    before = fitting.retrieved_ranks(examples)
    base = gains(before, AT)
    scored = fitting.scores(ranker, examples)
    found = fitting.ranks(scored, examples)
    table = [
        _row("retriever", before, base, examples),
        _row("ranker, the retriever's candidates only", _of_retrieved(scored, examples), base, examples),
        _row("ranker, candidates of all sources", found, base, examples),
    ]
    for title, group in GROUPS.items():
        columns = [names.index(name) for name in group if name in names]
        if columns:
            blind = _blind(ranker, examples, columns)
            ranks = fitting.ranks(fitting.scores(ranker, blind), blind)
            table.append(_row(f"ranker without {title}", ranks, base, examples))
    return table, scored


def _row(name: str, ranks: NDArray[np.float64], base: NDArray[np.float64], examples: Examples) -> dict[str, Any]:
    return {
        "name": name,
        "hit_rate_at_10": round(float(hits(ranks, AT).mean()), 5),
        "recall_at_100": round(float(hits(ranks, RECALL_AT).mean()), 5),
        **compared(gains(ranks, AT), base, examples.users),
    }


def _of_retrieved(scored: Sequence[Values], examples: Examples) -> NDArray[np.float64]:
    found = np.full(len(examples), np.inf)
    for row, (own, column, count) in enumerate(zip(scored, examples.column, examples.retrieved, strict=True)):
        if 0 <= column < count:
            found[row] = 1 + np.count_nonzero(own[:count] > own[column])
    return found


def _blind(ranker: Ranker, examples: Examples, columns: Sequence[int]) -> Examples:
    features = examples.features.copy()
    features[:, columns] = ranker.mean.numpy()[list(columns)]
    return replace(examples, features=features)


def calibration(ranker: Ranker, scored: Sequence[Values], examples: Examples, bins: int = 10) -> dict[str, Any]:
    """How often candidates with a given ``click`` were next: expected calibration error, and the table behind it.

    Bins hold equal shares of the probability mass, so that they are told apart where candidates matter.
    """
    clicks, hit = [], []
    for row, own in enumerate(scored):
        logits = np.append(own / float(ranker.temperature), float(ranker.outside)).astype(np.float64)
        chances = np.exp(logits - logits.max())
        clicks.append((chances / chances.sum())[:-1])
        was = np.zeros(len(own))
        if examples.column[row] >= 0:
            was[examples.column[row]] = 1
        hit.append(was)
    chance, outcome = np.concatenate(clicks), np.concatenate(hit)
    order = np.argsort(chance)
    mass = np.cumsum(chance[order])
    bin_of = np.minimum((bins * mass / mass[-1]).astype(np.int64), bins - 1)
    rows = []
    for number in range(bins):
        own = order[bin_of == number]
        if len(own):
            rows.append([round(float(chance[own].mean()), 5), round(float(outcome[own].mean()), 5), len(own)])
    error = sum(abs(told - seen) * count for told, seen, count in rows) / len(chance)
    return {
        "said_and_seen": rows,
        "expected_calibration_error": round(float(error), 6),
        "candidates_told": round(float(chance.sum() / len(scored)), 4),
        "candidates_seen": round(float(outcome.sum() / len(scored)), 4),
    }


def ratings(ranker: Ranker, examples: Examples, item_mean: Values) -> dict[str, Any] | None:
    """RMSE and MAE of the rating head on the targets that are candidates and have stars, beside the items' means.

    Args:
        ranker: with a rating head, else the answer is None.
        examples: the rows.
        item_mean: float32 [items], mean stars in the training range; their overall mean for an item without any.
    """
    rows = np.flatnonzero((examples.column >= 0) & ~np.isnan(examples.stars))
    if not ranker.settings.rating or not len(rows):
        return None
    told = []
    for start in range(0, len(rows), RECALL_AT):
        part = rows[start : start + RECALL_AT]
        _, hidden = ranker(examples.columns(part, examples.column[part][:, None]))
        told.append(ranker.rating(hidden)[0][:, 0].detach().numpy())
    wanted = examples.stars[rows]
    errors = {"rating head": np.concatenate(told) - wanted, "item mean": item_mean[examples.target[rows]] - wanted}
    return {
        name: {"rmse": round(float(np.sqrt((error**2).mean())), 4), "mae": round(float(np.abs(error).mean()), 4)}
        for name, error in errors.items()
    }
