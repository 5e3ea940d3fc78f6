"""Trains rating heads: epochs chosen on the newest ratings before the cut, then refitted on all before it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.knowledge.rating_rows import RatingRows
from millrace_training.knowledge.ratings import RatingBatch, RatingHead, RatingSettings

_BATCH = 512
_RATE = 1e-3
_DECAY = 1e-5
_PATIENCE = 3

Predictions = NDArray[np.float64]


def batch(rows: RatingRows, chosen: NDArray[np.int64]) -> RatingBatch:
    """Some rows as the head reads them."""
    past = rows.history[chosen]
    on = past >= 0
    return RatingBatch(
        torch.from_numpy(rows.item[chosen]),
        torch.from_numpy(rows.scalars[chosen]),
        torch.from_numpy(np.where(on, rows.item[past], 0)),
        torch.from_numpy(np.where(on, rows.residual[past], np.float32(0))),
        torch.from_numpy(on),
    )


def train(
    settings: RatingSettings,
    vectors: torch.Tensor,
    rows: RatingRows,
    last: int,
    epochs: int,
    seed: int,
    each: Callable[[RatingHead, int], bool] = lambda head, epoch: True,
) -> RatingHead:
    """Train on the first ``last`` rows.

    Args:
        settings: sizes.
        vectors: of the items' texts, see :class:`RatingHead`.
        rows: in time order.
        last: how many of them are trained on.
        epochs: at most.
        seed: decides everything random.
        each: called after every epoch, with its number from 1; false ends training.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    head = RatingHead(settings, vectors)
    optimiser = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=_DECAY)
    value = torch.from_numpy(rows.value)
    for epoch in range(1, epochs + 1):
        head.train()
        order = random.permutation(last)
        for start in range(0, last, _BATCH):
            chosen = order[start : start + _BATCH]
            optimiser.zero_grad()
            head.loss(batch(rows, chosen), value[chosen]).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        if not each(head, epoch):
            break
    return head


@torch.no_grad()
def predict(head: RatingHead, rows: RatingRows, first: int, last: int) -> dict[str, Predictions]:
    """Predictions of rows ``first`` to ``last``, within the scale: ``regression``, ``classes``, and their mean."""
    head.eval()
    parts = []
    for start in range(first, last, 4 * _BATCH):
        regression, logits = head(batch(rows, np.arange(start, min(last, start + 4 * _BATCH))))
        parts.append(torch.stack([regression, head.expected(logits)]))
    both = torch.cat(parts, dim=1).clamp(head.settings.least, head.settings.most).numpy().astype(np.float64)
    return {"regression": both[0], "classes": both[1], "both": both.mean(axis=0)}


def chosen_epochs(
    settings: RatingSettings, vectors: torch.Tensor, rows: RatingRows, last: int, held_out: int, most: int, seed: int
) -> int:
    """Epochs after which the newest ``held_out`` of the first ``last`` rows are predicted best, by RMSE."""
    cut, errors = last - held_out, list[float]()

    def measure(head: RatingHead, epoch: int) -> bool:
        predicted = predict(head, rows, cut, last)["both"]
        errors.append(float(np.sqrt(((predicted - rows.value[cut:last]) ** 2).mean())))
        return len(errors) - int(np.argmin(errors)) <= _PATIENCE

    train(copy.copy(settings), vectors, rows, cut, most, seed, measure)
    return int(np.argmin(errors)) + 1
