"""What a user's own history says, without anybody else's: for data in which people come back to the same items.

Nothing is learned; all of it is in the history that is asked about. Alone these are weak, since they only know what
the user had; they are parts for a blend, with negative weights where having had something speaks against it.
"""

from __future__ import annotations

import numpy as np

from millrace_training.data.histories import Histories
from millrace_training.protocols.ranking import Scores


class OwnItems:
    """How often the user had an item."""

    name = "own items"

    def fit(self, histories: Histories) -> None:
        """Learn nothing."""

    def scores(self, histories: Histories) -> Scores:
        """The counts."""
        counts = [np.bincount(history, minlength=histories.item_count) for history in histories]
        return np.array(counts, dtype=np.float32).reshape(len(histories), histories.item_count)


class NewestItems:
    """Whether an item is among the user's newest ones."""

    name = "newest items"

    def __init__(self, newest: int) -> None:
        """Choose how many events are the newest, at least 1."""
        self._newest = newest

    def fit(self, histories: Histories) -> None:
        """Learn nothing."""

    def scores(self, histories: Histories) -> Scores:
        """1 for items among the newest, 0 for all others."""
        scores = np.zeros((len(histories), histories.item_count), dtype=np.float32)
        for row, history in zip(scores, histories, strict=True):
            row[history[-self._newest :]] = 1
        return scores


class OwnTransitions:
    """How often an item came, in the user's own history, right after the item that is the newest now."""

    name = "own transitions"

    def fit(self, histories: Histories) -> None:
        """Learn nothing."""

    def scores(self, histories: Histories) -> Scores:
        """The counts."""
        scores = np.zeros((len(histories), histories.item_count), dtype=np.float32)
        for row, history in zip(scores, histories, strict=True):
            followers = history[1:][history[:-1] == history[-1:]]
            np.add.at(row, followers, 1)
        return scores
