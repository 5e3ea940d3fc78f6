"""Fit a ranker: cross-entropy over candidates, the rating head, then the temperature of ``click``.

The close look and the glance are fitted beside each other, on the same draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from millrace_training.protocols.measures import Ranks
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.model import HIDDEN, Ranker
from millrace_training.ranking.requests import Numbers

_BATCH = 64
_ASKED = 256
_LEAST_DEVIATION = 1e-3


@dataclass(frozen=True)
class FitSettings:
    """How a ranker is fitted.

    Attributes:
        epochs: passes over the rows whose target is a candidate.
        learning_rate: at the start; falls in a straight line to a fiftieth.
        weight_decay: of AdamW.
        negatives: candidates drawn anew for each row and epoch beside its target.
        rating_weight: of the rating heads' losses beside the ranking loss.
        seed: decides initial weights, order, draws and dropout.
    """

    epochs: int = 5
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    negatives: int = 63
    rating_weight: float = 0.2
    seed: int = 1


def fit(ranker: Ranker, examples: Examples, settings: FitSettings) -> list[float]:
    """Fit in place; returns the mean loss of each epoch.

    Args:
        ranker: fresh; left in evaluation mode.
        examples: to learn from.
        settings: how.
    """
    random = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    sample = examples.features[:: max(1, len(examples.features) // 200_000)]
    ranker.mean.copy_(torch.from_numpy(sample.mean(axis=0)))
    ranker.deviation.copy_(torch.from_numpy(np.maximum(sample.std(axis=0), _LEAST_DEVIATION)))
    rows = np.flatnonzero(examples.column >= 0)
    optimizer = torch.optim.AdamW(
        ranker.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, betas=(0.9, 0.98)
    )
    steps, done, losses = settings.epochs * -(-len(rows) // _BATCH), 0, []
    ranker.train()
    for _ in range(settings.epochs):
        total = 0.0
        shuffled = random.permutation(rows)
        for start in range(0, len(rows), _BATCH):
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * max(0.02, 1 - done / steps)
            loss = _loss(ranker, examples, shuffled[start : start + _BATCH], settings, random)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += float(loss.detach()) * len(shuffled[start : start + _BATCH])
            done += 1
        losses.append(total / max(len(rows), 1))
    ranker.eval()
    return losses


def _loss(
    ranker: Ranker, examples: Examples, rows: Numbers, settings: FitSettings, random: np.random.Generator
) -> Tensor:
    kept = _drawn(examples, rows, settings.negatives, random)
    given, missing = examples.columns(rows, kept), torch.from_numpy(kept < 0)
    first = torch.zeros(len(rows), dtype=torch.int64)
    score, hidden = ranker(given)
    loss = functional.cross_entropy(score.masked_fill(missing, HIDDEN), first)
    # Weights of its own, so that neither disturbs the other.
    loss = loss + functional.cross_entropy(ranker.glance(given).masked_fill(missing, HIDDEN), first)
    if ranker.settings.rating:
        stars = torch.from_numpy(examples.stars[rows])
        known = ~stars.isnan()
        if known.any():
            _, logits, regression = ranker.rating(hidden[:, 0][known])
            wanted = stars[known]
            classes = functional.cross_entropy(logits, wanted.round().to(torch.int64).clamp(1, 5) - 1)
            loss = loss + settings.rating_weight * (classes + functional.mse_loss(regression, wanted))
    return loss


def _drawn(examples: Examples, rows: Numbers, negatives: int, random: np.random.Generator) -> NDArray[np.int64]:
    """int64 [B, 1 + negatives]: the target's column, then others at random without replacement; -1 pads."""
    counts, columns = examples.counts[rows], examples.column[rows]
    keys = random.random((len(rows), int(counts.max())))
    keys[np.arange(keys.shape[1])[None, :] >= counts[:, None]] = 2
    keys[np.arange(len(rows)), columns] = -1
    drawn = np.argsort(keys, axis=1)[:, : 1 + negatives]
    return np.where(np.take_along_axis(keys, drawn, axis=1) < 2, drawn, -1)


def scores(ranker: Ranker, examples: Examples) -> list[NDArray[np.float32]]:
    """Score of every candidate, a vector for each row."""
    found: list[NDArray[np.float32]] = []
    with torch.no_grad():
        for start in range(0, len(examples), _ASKED):
            rows = np.arange(start, min(start + _ASKED, len(examples)))
            given, there = examples.whole(rows)
            scored, _ = ranker.listed(given, torch.from_numpy(there))
            found += [row[:count] for row, count in zip(scored.numpy(), examples.counts[rows], strict=True)]
    return found


def ranks(scored: list[NDArray[np.float32]], examples: Examples) -> Ranks:
    """Rank of each target by these scores, from 1; infinite where it is no candidate. Ties go to the first."""
    found = np.full(len(examples), np.inf)
    for row, (own, column) in enumerate(zip(scored, examples.column, strict=True)):
        if column >= 0:
            found[row] = 1 + np.count_nonzero(own > own[column]) + np.count_nonzero(own[:column] == own[column])
    return found


def retrieved_ranks(examples: Examples) -> Ranks:
    """Rank of each target in the retriever's order; infinite where the retriever did not bring it."""
    column = examples.column
    return np.where((column >= 0) & (column < examples.retrieved), column + 1.0, np.inf)


def calibrate(ranker: Ranker, examples: Examples) -> dict[str, float]:
    """Fit the temperature and the share of "none of these" on rows that were not learned from.

    Returns:
        ``temperature``, ``outside``, and the mean log loss per row before and after.
    """
    scored = scores(ranker, examples)
    padded = np.full((len(scored), max(len(own) for own in scored)), HIDDEN, dtype=np.float32)
    for row, own in enumerate(scored):
        padded[row, : len(own)] = own
    logits = torch.from_numpy(padded)
    there = logits > HIDDEN
    wanted = torch.from_numpy(np.where(examples.column >= 0, examples.column, padded.shape[1]))
    log_temperature = torch.zeros((), requires_grad=True)
    outside = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature, outside], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        scaled = (logits / log_temperature.exp()).masked_fill(~there, HIDDEN)
        return functional.cross_entropy(torch.cat([scaled, outside.expand(len(scaled), 1)], dim=1), wanted)

    def step() -> Tensor:
        optimizer.zero_grad()
        found = loss()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    before = float(loss().detach())
    optimizer.step(step)  # type: ignore[no-untyped-call]
    ranker.temperature.copy_(log_temperature.detach().exp())
    ranker.outside.copy_(outside.detach())
    return {
        "temperature": float(ranker.temperature),
        "outside": float(ranker.outside),
        "log_loss_before": before,
        "log_loss_after": float(loss().detach()),
    }
