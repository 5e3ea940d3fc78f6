"""Rows to learn from and to measure on: a target, its candidates with their features, and what the graph is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.ranking.model import TEXT_DIMENSIONS, RankerInput
from millrace_training.ranking.requests import NONE, Batch, Numbers, Values
from millrace_training.vocabulary import FIRST_ITEM, UNKNOWN


@dataclass(frozen=True)
class Examples:
    """Rows R, whose candidates lie one row behind the other.

    Attributes:
        items: int64 [sum of C], item numbers of the candidates.
        features: float32 [sum of C, F].
        offsets: int64 [R + 1], where each row's candidates begin.
        retrieved: int64 [R], how many of them the retriever brought; they come first, in its order.
        target: int64 [R], item number of the target; ``NONE`` for one that the catalogue lacks.
        column: int64 [R], its place among the row's candidates; -1 where no source brought it.
        history: int32 [R, H], indices, newest first, 0 behind the last.
        event_types: int32 [R, H].
        ages_s: float32 [R, H].
        users: int64 [R].
        stars: float32 [R], the target's rating; NaN without.
        profiles: float32 [R, 384], or None where nobody has one.
    """

    items: Numbers
    features: Values
    offsets: Numbers
    retrieved: Numbers
    target: Numbers
    column: Numbers
    history: NDArray[np.int32]
    event_types: NDArray[np.int32]
    ages_s: Values
    users: Numbers
    stars: Values
    profiles: Values | None = None

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.target)

    @property
    def counts(self) -> Numbers:
        """int64 [R], candidates of each row."""
        return np.diff(self.offsets)

    def columns(self, rows: Numbers, kept: NDArray[np.int64]) -> RankerInput:
        """Some candidates of some rows.

        Args:
            rows: int64 [B].
            kept: int64 [B, C], places among a row's candidates; -1 pads.
        """
        there = kept >= 0
        source = np.where(there, self.offsets[rows][:, None] + kept, self.offsets[rows][:, None])
        candidate = np.where(there, self.items[np.minimum(source, len(self.items) - 1)] + FIRST_ITEM, 0)
        feature = self.features[np.minimum(source, len(self.items) - 1)] * there[..., None]
        width = max(1, int((self.history[rows] != 0).sum(axis=1).max(initial=0)))
        if self.profiles is None:
            profile, profile_on = (
                np.zeros((len(rows), TEXT_DIMENSIONS), np.float32),
                np.zeros((len(rows), 1), np.float32),
            )
        else:
            profile = self.profiles[rows]
            profile_on = np.asarray(profile.any(axis=1)).astype(np.float32)[:, None]
        return RankerInput(
            torch.from_numpy(feature.astype(np.float32)),
            torch.from_numpy(candidate),
            torch.from_numpy(self.history[rows, :width].astype(np.int64)),
            torch.from_numpy(self.event_types[rows, :width].astype(np.int64)),
            torch.from_numpy(profile),
            torch.from_numpy(profile_on),
        )

    def whole(self, rows: Numbers) -> tuple[RankerInput, NDArray[np.bool_]]:
        """All candidates of some rows, and which cells hold one, bool [B, C]."""
        width = max(1, int(self.counts[rows].max(initial=0)))
        columns = np.arange(width)[None, :]
        there = columns < self.counts[rows][:, None]
        return self.columns(rows, np.where(there, columns, -1)), there

    @staticmethod
    def joined(parts: Sequence[Examples]) -> Examples:
        """All rows of several."""
        counts = np.concatenate([each.counts for each in parts])
        profiles = [each.profiles for each in parts if each.profiles is not None]
        return Examples(
            np.concatenate([each.items for each in parts]),
            np.concatenate([each.features for each in parts]),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.concatenate([each.retrieved for each in parts]),
            np.concatenate([each.target for each in parts]),
            np.concatenate([each.column for each in parts]),
            np.concatenate([each.history for each in parts]),
            np.concatenate([each.event_types for each in parts]),
            np.concatenate([each.ages_s for each in parts]),
            np.concatenate([each.users for each in parts]),
            np.concatenate([each.stars for each in parts]),
            np.concatenate(profiles) if len(profiles) == len(parts) else None,
        )


def packed(
    batch: Batch,
    items: Numbers,
    features: Values,
    retrieved: Numbers,
    target: Numbers,
    users: Numbers,
    stars: Values,
    max_history: int,
) -> Examples:
    """Lay one batch out.

    Args:
        batch: the rows B.
        items: int64 [B, C] candidates, ``NONE`` behind the last.
        features: float32 [B, C, F].
        retrieved: int64 [B].
        target: int64 [B].
        users: int64 [B].
        stars: float32 [B].
        max_history: events that the graph is sent.
    """
    there = items != NONE
    hit = (items == target[:, None]) & there
    width = batch.history.shape[1]
    kept = np.arange(max_history) if width >= max_history else np.arange(width)
    inside = kept[None, :] < batch.lengths[:, None]
    history = np.where(batch.history[:, kept] == NONE, UNKNOWN, batch.history[:, kept] + FIRST_ITEM)
    pad = ((0, 0), (0, max_history - len(kept)))
    return Examples(
        items[there],
        features[there],
        np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64),
        retrieved,
        target,
        np.where(hit.any(axis=1), hit.argmax(axis=1), -1),
        np.pad(np.where(inside, history, 0), pad).astype(np.int32),
        np.pad(np.where(inside, batch.event_types[:, kept], 0), pad).astype(np.int32),
        np.pad(np.where(inside, batch.ages_s[:, kept], 0), pad).astype(np.float32),
        users,
        stars,
    )
