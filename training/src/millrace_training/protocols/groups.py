"""Parts of the cases that are worth a look of their own: by what is known of the user, by how common the target is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from millrace_training.data.histories import Histories
from millrace_training.protocols.splits import Cases

NEW_USER = 5
"""A user with fewer events than this is new."""

LONG_HISTORY = 20
"""A user with at least this many events has a long history; in between it is short."""


def by_user(cases: Cases) -> dict[str, NDArray[np.bool_]]:
    """Cases of users that are new (fewer than 5 events), have a short history, or a long one (20 or more)."""
    lengths = cases.histories.lengths
    return {
        "user new": lengths < NEW_USER,
        "user short": (lengths >= NEW_USER) & (lengths < LONG_HISTORY),
        "user long": lengths >= LONG_HISTORY,
    }


def by_item(cases: Cases, train: Histories) -> dict[str, NDArray[np.bool_]]:
    """Cases whose target is in the head, the middle or the tail of the catalogue, or was never trained on.

    Items in order of their training events, most first: the head is those that make up the first third of all
    events, the middle the second, the tail the third.
    """
    popularity = train.popularity()
    order = np.argsort(-popularity, kind="stable")
    before = np.concatenate([[0], np.cumsum(popularity[order])[:-1]])
    third = np.empty(len(popularity), dtype=np.int64)
    third[order] = np.minimum(3 * before // max(int(popularity.sum()), 1), 2)
    known = popularity[cases.targets] > 0
    of_target = third[cases.targets]
    return {
        "item head": known & (of_target == 0),
        "item middle": known & (of_target == 1),
        "item tail": known & (of_target == 2),
        "item unknown": ~known,
    }
