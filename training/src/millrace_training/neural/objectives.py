"""Losses of models that predict at every position of a sequence.

With s+ the score of the next item, and S- the scores of n sampled others among all I:

* ``full``: cross-entropy over all items (A. Klenitskiy and A. Vasilev, *Turning Dross Into Gold Loss*, RecSys 2023);
* ``sampled``: cross-entropy among s+ and S-, where each of S- stands for (I - 1) / n items;
* ``gbce``: -log p(s+)^β - Σ log(1 - p(s-)) with the logistic p, where β makes up for sampling: with a = n / (I - 1),
  β = a · (t · (1 - 1/a) + 1/a) and calibration t between 0 (plain) and 1 (unbiased) (A. Petrov and C. Macdonald,
  *gSASRec*, RecSys 2023).

What differs from those papers: negatives are uniform and shared by all targets of a step, which makes them one
matrix product (a target's own item among them is not counted against it).
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from millrace_training.errors import TrainingError
from millrace_training.neural.cross_entropy import linear_cross_entropy

OBJECTIVES = ("full", "sampled", "gbce")
"""Losses by name."""


class ObjectiveSettings(Protocol):
    """The part of a model's settings that its loss follows from."""

    @property
    def objective(self) -> str:
        """One of :data:`OBJECTIVES`."""
        ...

    @property
    def negatives(self) -> int:
        """n, items drawn per step; not used by ``full``."""
        ...

    @property
    def calibration(self) -> float:
        """t, used by ``gbce`` only."""
        ...


def check(objective: str) -> None:
    """Refuse what is not a loss.

    Raises:
        TrainingError: there is none of this name.
    """
    if objective not in OBJECTIVES:
        raise TrainingError(f"objective {objective!r} is unknown; known are {', '.join(OBJECTIVES)}")


def loss(hidden: Tensor, vectors: Tensor, targets: Tensor, settings: ObjectiveSettings) -> Tensor:
    """Sum over rows of the chosen loss; draws negatives from torch's current random state.

    Args:
        hidden: float [T, D].
        vectors: float [I, D], by item number.
        targets: int64 [T], item numbers.
        settings: which loss.
    """
    if settings.objective == "full":
        return linear_cross_entropy(hidden, vectors, targets)
    negatives = torch.randperm(len(vectors), device=hidden.device)[: settings.negatives]
    wanted = (hidden * vectors[targets]).sum(dim=1)
    others = (hidden @ vectors[negatives].T).to(vectors.dtype).masked_fill(negatives == targets[:, None], -math.inf)
    if settings.objective == "sampled":
        return sampled_cross_entropy(wanted, others, len(vectors))
    return generalised_binary_cross_entropy(wanted, others, len(vectors), settings.calibration)


def sampled_cross_entropy(wanted: Tensor, others: Tensor, item_count: int) -> Tensor:
    """Sum over rows of cross-entropy of ``wanted`` [T] among itself and ``others`` [T, n], scaled up to all items.

    An -inf among the others is none.
    """
    count = (others > -math.inf).sum(dim=1, keepdim=True).clamp(min=1)
    scaled = others + torch.log((item_count - 1) / count)
    return (torch.logsumexp(torch.cat([wanted[:, None], scaled], dim=1), dim=1) - wanted).sum()


def generalised_binary_cross_entropy(wanted: Tensor, others: Tensor, item_count: int, calibration: float) -> Tensor:
    """Sum over rows of gBCE of ``wanted`` [T] and ``others`` [T, n]; an -inf among the others is none."""
    alpha = min(1.0, others.shape[1] / max(1, item_count - 1))
    beta = alpha * (calibration * (1 - 1 / alpha) + 1 / alpha)
    return -(beta * functional.logsigmoid(wanted)).sum() - functional.logsigmoid(-others).sum()
