"""Prequential evaluation on the stream after the cut, under full ranking.

Every event of a user who has an earlier event is a target: each method ranks all items for the user's
history up to, and not including, that event; items the user has had are filtered; then the event is
learned by the online methods. A trained model keeps its weights but sees the history grow, exactly as it
does when it serves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training import metrics
from millrace_training.counting import ItemNeighbours, OnlineRecommender, Popularity, Transitions
from millrace_training.interactions import Interactions
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM
from millrace_training.windows import Sequences

_BATCH = 64

Ranks = NDArray[np.int64]
"""Rank of each target, from 1, in stream order; ``metrics.UNRANKED`` where it was not recommended."""


@dataclass(frozen=True)
class Target:
    """One event to be predicted.

    Attributes:
        history: positions (in the stream) of the user's earlier events, oldest first; never empty.
        position: the event's own position in the stream.
    """

    history: tuple[int, ...]
    position: int


def targets(stream: Interactions, start: int) -> Iterator[Target]:
    """The events from position ``start`` on whose user has an earlier event, in stream order."""
    histories: defaultdict[int, list[int]] = defaultdict(list)
    for position, user in enumerate(stream.user.tolist()):
        history = histories[user]
        if position >= start and history:
            yield Target(tuple(history), position)
        history.append(position)


def baselines(items: int) -> list[OnlineRecommender]:
    """The counting methods every model is compared with; item-kNN only where its matrix fits."""
    methods: list[OnlineRecommender] = [
        Popularity(items),
        Transitions("markov", items, depth=1),
        Transitions("transitions5", items, depth=5),
    ]
    if items <= ItemNeighbours.max_items:
        methods.append(ItemNeighbours(items))
    return methods


def rank_online(
    stream: Interactions,
    start: int,
    methods: Sequence[OnlineRecommender],
    advance: Callable[[int], None] = lambda _: None,
) -> dict[str, Ranks]:
    """Let counting methods learn the whole stream, and rank the targets from ``start`` on.

    Args:
        stream: all events in time order.
        start: position of the first event that may be a target.
        methods: fresh methods; they have learned everything afterwards.
        advance: called with 1 after each event.

    Returns:
        Ranks by method name.
    """
    histories: defaultdict[int, list[int]] = defaultdict(list)
    ranks: dict[str, list[int]] = {method.name: [] for method in methods}
    for position, (user, item) in enumerate(zip(stream.user.tolist(), stream.item.tolist(), strict=True)):
        history = histories[user]
        if position >= start and history:
            for method in methods:
                ranks[method.name].append(metrics.rank(method.scores(history), history, item))
        for method in methods:
            method.learn(history, item)
        history.append(item)
        advance(1)
    return {name: np.array(values, dtype=np.int64) for name, values in ranks.items()}


def rank_exported(
    session: ExportedRetriever, sequences: Sequences, expected: Sequence[Target], advance: Callable[[int], None]
) -> Ranks:
    """Rank targets with the exported graph, whose lists end after its K candidates."""
    ranks = np.full(len(expected), metrics.UNRANKED, dtype=np.int64)
    order = sorted(range(len(expected)), key=lambda number: len(expected[number].history))
    for start in range(0, len(order), _BATCH):
        numbers = order[start : start + _BATCH]
        candidates, scores = session.retrieve([row(sequences, expected[number].history) for number in numbers])
        wanted = np.array([sequences.item_index[expected[number].position] for number in numbers])
        hits = (candidates == wanted[:, None]) & (scores > NOT_RETURNED)
        for number, hit in zip(numbers, hits, strict=True):
            if hit.any():
                ranks[number] = 1 + int(hit.argmax())
        advance(len(numbers))
    return ranks


def row(sequences: Sequences, history: Sequence[int]) -> Row:
    """The request for a history (positions in the stream), everything in it excluded."""
    positions = np.array(history, dtype=np.int64)
    times_s = sequences.time_s[positions]
    items: NDArray[np.int64] = sequences.item_index[positions]
    return Row(
        items=items.tolist(),
        event_types=sequences.event_type[positions].tolist(),
        ages_s=(times_s.max(initial=0) - times_s).astype(np.float64).tolist(),
        exclude=np.unique(items[items >= FIRST_ITEM]).tolist(),
    )


def summary(ranks: Ranks) -> dict[str, float]:
    """The metrics that are recorded for a method, rounded to five digits."""
    return {
        "hit_rate_at_10": round(metrics.hit_rate(ranks, 10), 5),
        "ndcg_at_10": round(metrics.ndcg(ranks, 10), 5),
        "recall_at_100": round(metrics.hit_rate(ranks, 100), 5),
    }
