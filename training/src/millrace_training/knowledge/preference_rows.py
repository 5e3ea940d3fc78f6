"""KAR's protocol: users are split, and what is known of a user comes from events that are never asked about.

The first half of a user's events, at most 30, are what knowledge is made from. Every later event is a row: the item,
the user's last 10 events before it, and whether its rating was 4 or more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.profiles.rule import Event

HISTORY = 10
MOST_KNOWN = 30
LIKED = 4.0

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class PreferenceRows:
    """Parallel arrays of length N, and what is known of each user.

    Attributes:
        user: int64 [N], user numbers.
        item: int64 [N], item numbers.
        liked: float32 [N], 1 or 0.
        history_item: int64 [N, HISTORY], item numbers, the newest last; 0 where there is no event.
        history_value: float32 [N, HISTORY], ratings; 0 where there is no event.
        known: by user number, the events that knowledge may be made from.
    """

    user: Numbers
    item: Numbers
    liked: NDArray[np.float32]
    history_item: Numbers
    history_value: NDArray[np.float32]
    known: tuple[tuple[Event, ...], ...]


def rows(stream: Interactions) -> PreferenceRows:
    """Make the rows of a stream in time order.

    Raises:
        TrainingError: an event has no rating.
    """
    if stream.value is None or bool(np.isnan(stream.value).any()):
        raise TrainingError("likes are made from ratings, and an event has none; leave out the events without one")
    chosen: list[tuple[int, int]] = []
    items: list[list[int]] = []
    values: list[list[float]] = []
    known: list[tuple[Event, ...]] = []
    order = np.argsort(stream.user, kind="stable")
    ends = np.searchsorted(stream.user[order], np.arange(len(stream.user_ids)), side="right")
    for user, own in enumerate(np.split(order, ends[:-1])):
        first = min(len(own) // 2, MOST_KNOWN)
        known.append(tuple(Event(stream.item_ids[stream.item[at]], float(stream.value[at])) for at in own[:first]))
        for place in range(first, len(own)):
            past = own[max(0, place - HISTORY) : place]
            missing = HISTORY - len(past)
            chosen.append((user, int(own[place])))
            items.append([0] * missing + stream.item[past].tolist())
            values.append([0.0] * missing + stream.value[past].tolist())
    users, events = np.array(chosen, dtype=np.int64).T
    return PreferenceRows(
        users,
        stream.item[events],
        (stream.value[events] >= LIKED).astype(np.float32),
        np.array(items, dtype=np.int64),
        np.array(values, dtype=np.float32),
        tuple(known),
    )


def folds(users: int, count: int, seed: int) -> Numbers:
    """Which fold each user is in, int64 [users]; each is the tested tenth of one split."""
    return np.random.default_rng(seed).permutation(np.arange(users) % count)
