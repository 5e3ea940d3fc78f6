"""Histories: what every user did, oldest event first, as a few flat columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError

Items = NDArray[np.int32]

MOST_ACTIONS = 127
"""Different actions that a data set may have."""


@dataclass(frozen=True)
class Histories:
    """The histories of U users over a catalogue, N events in all.

    The columns may be memory-mapped; nothing here writes to them.

    Attributes:
        items: int32 [N], item numbers from 0, user after user, oldest event first within a user.
        offsets: int64 [U + 1]; the events of user u are ``items[offsets[u]:offsets[u + 1]]``.
        item_count: size of the catalogue; larger than every item number.
        times_s: int64 [N], seconds since the epoch, never falling within a user; None where only the order
            is known.
        actions: int8 [N], what the user did to the item: numbers from 1, up to :data:`MOST_ACTIONS`; None where all
            did the same or nobody said.
    """

    items: Items
    offsets: NDArray[np.int64]
    item_count: int
    times_s: NDArray[np.int64] | None = None
    actions: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        """Check that the columns fit together."""
        if len(self.offsets) == 0 or self.offsets[0] != 0 or self.offsets[-1] != len(self.items):
            raise TrainingError("the offsets do not span the events; import the data again")
        if np.any(np.diff(self.offsets) < 0):
            raise TrainingError("the offsets fall from one user to the next; import the data again")
        if len(self.items) and not (int(self.items.min()) >= 0 and int(self.items.max()) < self.item_count):
            raise TrainingError(f"an item number lies outside 0 to {self.item_count - 1}; import the data again")
        if self.times_s is not None and len(self.times_s) != len(self.items):
            raise TrainingError(f"{len(self.times_s)} times for {len(self.items)} events; import the data again")
        if self.actions is not None and len(self.actions) != len(self.items):
            raise TrainingError(f"{len(self.actions)} actions for {len(self.items)} events; import the data again")

    @staticmethod
    def of(
        users: Sequence[Sequence[int]], item_count: int, times_s: Sequence[Sequence[int]] | None = None
    ) -> Histories:
        """Lay out one sequence of item numbers per user, with times of the same shape if there are any."""
        lengths = [len(user) for user in users]
        return Histories(
            np.concatenate([np.asarray(user, dtype=np.int32) for user in users] or [np.zeros(0, dtype=np.int32)]),
            np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
            item_count,
            None if times_s is None else np.array([time for user in times_s for time in user], dtype=np.int64),
        )

    def __len__(self) -> int:
        """Number of users."""
        return len(self.offsets) - 1

    def __getitem__(self, user: int) -> Items:
        """A user's items, oldest first; a view."""
        return self.items[self.offsets[user] : self.offsets[user + 1]]

    def __iter__(self) -> Iterator[Items]:
        """The items of every user, in turn."""
        return (self[user] for user in range(len(self)))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """int64 [U], number of events of each user."""
        return np.diff(self.offsets)

    def shortened(self, keep: NDArray[np.int64]) -> Histories:
        """The oldest ``keep`` (int64 [U]) events of every user; users who keep none remain, without events."""
        kept = np.minimum(np.maximum(keep, 0), self.lengths)
        position = np.arange(len(self.items)) - np.repeat(self.offsets[:-1], self.lengths)
        chosen = position < np.repeat(kept, self.lengths)
        return self.chosen(chosen, np.concatenate([[0], np.cumsum(kept)]).astype(np.int64))

    def between(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Histories:
        """Pieces of these columns as histories, a copy: row r has the events from starts[r] to before ends[r].

        Args:
            starts: int64 [R], positions in the columns.
            ends: int64 [R], none before its start.
        """
        lengths = ends - starts
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        source = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - starts, lengths)
        return self.chosen(source, offsets)

    def chosen(self, events: NDArray[np.int64] | NDArray[np.bool_], offsets: NDArray[np.int64]) -> Histories:
        """Some events of these columns as other histories, a copy.

        Args:
            events: their positions, or which they are; a history's events in the order that they have in it.
            offsets: int64 [R + 1], where each of the other histories begins among them.
        """
        return Histories(
            self.items[events],
            offsets,
            self.item_count,
            None if self.times_s is None else self.times_s[events],
            None if self.actions is None else self.actions[events],
        )

    def popularity(self) -> NDArray[np.int64]:
        """int64 [item_count], number of events of each item."""
        return np.bincount(self.items, minlength=self.item_count).astype(np.int64)
