"""Items that are new: which ones they are, what a version says of them, and how close each is to a user by its text.

Nobody has met them often enough for what others did to bring them, so their texts do: the cosine of an item's text
with the user's newest events, or with the profile where none of these has a text.

A version lists them in ``fresh.tsv``: item id, tab, the second since the epoch from which on it is known.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.ranking.requests import NONE, Batch, Numbers, Values
from millrace_training.vocabulary import Vocabulary

FILE = "fresh.tsv"

DAY_S = 86_400

Since = Mapping[str, int]
"""By item id the second since the epoch from which on it is known."""


def first_met(items: Numbers, times_s: Numbers, count: int, days: float) -> Numbers:
    """When each item was first met, for those that are new at the end of a stream.

    Args:
        items: int64 [N], item numbers, ``NONE`` for an unknown one.
        times_s: int64 [N], never falling.
        count: of items.
        days: for how long an item is new.

    Returns:
        int64 [count], seconds since the epoch; ``NONE`` for an item that is not new, or not in the stream. What is met
        within the first ``days`` may have been there before and is not new.
    """
    met = np.full(count, NONE, dtype=np.int64)
    if not len(items):
        return met
    known = items != NONE
    met[items[known][::-1]] = times_s[known][::-1]
    new = (met > times_s[-1] - days * DAY_S) & (met > times_s[0] + days * DAY_S)
    return np.where(new, met, NONE)


def closeness(batch: Batch, vectors: Values, new: NDArray[np.bool_], events: int, decay: float) -> Values:
    """Cosine of new items' texts with the user's: float32 [B, items], 0 for all others.

    Args:
        batch: the rows B.
        vectors: float32 [items, 384], of length one or zeros.
        new: bool [items].
        events: newest events that count; one without a text counts as one and adds nothing.
        decay: what an event counts beside the one after it.
    """
    wanted = np.zeros((len(batch), vectors.shape[1]), dtype=np.float32)
    padded = np.append(vectors, np.zeros_like(vectors[:1]), axis=0)
    for j in range(min(events, batch.history.shape[1])):
        wanted += np.float32(decay**j) * padded[batch.history[:, j]]
    described = np.asarray(padded.any(axis=1))[batch.history[:, :events]]
    wanted = np.where(described.any(axis=1, keepdims=True), wanted, batch.profile)
    length = np.linalg.norm(wanted, axis=1, keepdims=True)
    scores = np.zeros((len(batch), len(vectors)), dtype=np.float32)
    scores[:, new] = (wanted @ vectors[new].T) / np.where(length > 0, length, 1)
    return scores


def to_bytes(since: Since) -> bytes:
    """The content of ``fresh.tsv``."""
    return "".join(f"{item}\t{time_s}\n" for item, time_s in since.items()).encode("utf-8")


def of_bytes(content: bytes, name: str) -> dict[str, int]:
    """``fresh.tsv`` read again.

    Raises:
        TrainingError: it is none.
    """
    try:
        lines = [line.split("\t") for line in content.decode("utf-8").split("\n")[:-1]]
        return {item: int(time_s) for item, time_s in lines}
    except ValueError as error:
        raise TrainingError(f"{name}: is no list of items with times ({error}); restore it") from error


def marked(since: Since, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Which items of a vocabulary are among them: bool [items]."""
    return np.array([item in since for item in vocabulary.ids], dtype=np.bool_)


def named(met: Numbers, vocabulary: Vocabulary) -> dict[str, int]:
    """Those of :func:`first_met` by their ids."""
    return {item: int(time_s) for item, time_s in zip(vocabulary.ids, met, strict=True) if time_s != NONE}
