"""SASRec, as it was published, with the three losses that later work trains it with.

W.-C. Kang and J. McAuley, *Self-Attentive Sequential Recommendation*, ICDM 2018. A sequence of items becomes
embeddings plus learned positions; then every layer is causal self-attention and a point-wise feed-forward network,
each wrapped as

    g'(x) = x + dropout(g(LN(x)))

and the score of an item after position t is the product of its embedding with the layer-normed state there.

The paper's loss, one sampled negative and binary cross-entropy, is what held the model back. Instead, s+ being the
score of the next item and S- the scores of n sampled others among all I:

* ``full``: cross-entropy over all items (A. Klenitskiy and A. Vasilev, *Turning Dross Into Gold Loss*, RecSys 2023);
* ``sampled``: cross-entropy among s+ and S-, where each of S- stands for (I - 1) / n items;
* ``gbce``: -log p(s+)^β - Σ log(1 - p(s-)) with the logistic p, where β makes up for sampling: with a = n / (I - 1),
  β = a · (t · (1 - 1/a) + 1/a) and calibration t between 0 (plain) and 1 (unbiased) (A. Petrov and C. Macdonald,
  *gSASRec*, RecSys 2023).

What differs from those papers: negatives are uniform and shared by all targets of a step, which makes them one
matrix product (a target's own item among them is not counted against it); sequences are cut into windows instead of
losing what is old (:class:`millrace_training.neural.lessons.Windows`); positions count back from the newest event.

The model that is served is another one: ``millrace_training/sasrec.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.errors import TrainingError
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.model import PADDING, NextItemModel

_MASKED = -1e9


@dataclass(frozen=True)
class SasRecSettings:
    """Sizes of the model and its loss.

    Attributes:
        dimensions: width D.
        layers: number of layers, at least 1.
        heads: attention heads; they divide ``dimensions``.
        max_history: newest events that are looked at.
        dropout: share dropped of embeddings, attention weights and sub-layer outputs while training.
        objective: ``full``, ``sampled`` or ``gbce``.
        negatives: n, items drawn per step; not used by ``full``.
        calibration: t, used by ``gbce`` only.
        initial_std: standard deviation of the initial weights.
    """

    dimensions: int = 64
    layers: int = 2
    heads: int = 1
    max_history: int = 200
    dropout: float = 0.2
    objective: str = "full"
    negatives: int = 256
    calibration: float = 0.75
    initial_std: float = 0.02

    def __post_init__(self) -> None:
        """Check what a type can't say."""
        if self.objective not in OBJECTIVES:
            raise TrainingError(f"objective {self.objective!r} is unknown; known are {', '.join(OBJECTIVES)}")
        if self.dimensions % self.heads:
            raise TrainingError(f"{self.heads} heads don't divide {self.dimensions} dimensions; choose a divisor")


OBJECTIVES = ("full", "sampled", "gbce")
"""Losses by name."""


class Attention(nn.Module):
    """Multi-head self-attention, without residual and norm."""

    def __init__(self, settings: SasRecSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.heads = settings.heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]; ``mask`` is added to the scores, [B, 1, L, L]."""
        query, key, value = self._split(self.query(x)), self._split(self.key(x)), self._split(self.value(x))
        scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + mask
        mixed = self.dropout(torch.softmax(scores, dim=-1)) @ value
        joined: Tensor = mixed.transpose(1, 2).reshape(x.shape)
        return joined

    def _split(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        return x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)


class Layer(nn.Module):
    """Attention, then the point-wise network, each as g' of the formula above."""

    def __init__(self, settings: SasRecSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(settings)
        self.network_norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]."""
        x = x + self.dropout(self.attention(self.attention_norm(x), mask))
        inner = self.dropout(torch.relu(self.first(self.network_norm(x))))
        transformed: Tensor = x + self.dropout(self.second(inner))
        return transformed


class SasRec(NextItemModel):
    """The model."""

    def __init__(self, settings: SasRecSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.settings = settings
        self.items = nn.Embedding(1 + item_count, settings.dimensions)
        self.positions = nn.Embedding(settings.max_history, settings.dimensions)
        self.layers = nn.ModuleList(Layer(settings) for _ in range(settings.layers))
        self.norm = nn.LayerNorm(settings.dimensions)
        self.dropout = nn.Dropout(settings.dropout)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=settings.initial_std)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, indices: Tensor) -> Tensor:
        """Hidden state after each history's newest event."""
        return self.states(indices)[:, -1]

    def states(self, indices: Tensor) -> Tensor:
        """Hidden states after every event, [B, L] to [B, L, D]; each depends on itself and what is before it only."""
        length = indices.shape[1]
        future = torch.full((length, length), _MASKED, device=indices.device).triu(1)
        silent = torch.where(indices == PADDING, _MASKED, 0.0)[:, None, None, :]
        embedded = self.items(indices) * math.sqrt(self.settings.dimensions) + self.positions.weight[-length:]
        x = self.dropout(embedded)
        for layer in self.layers:
            x = layer(x, future + silent)
        normed: Tensor = self.norm(x)
        return normed

    def item_vectors(self) -> Tensor:
        """Float [item_count, D], by item number."""
        return self.items.weight[1:]

    def loss(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """Sum over rows of the chosen loss; draws negatives from torch's current random state.

        Args:
            hidden: float [T, D].
            targets: int64 [T], item numbers.
        """
        vectors, settings = self.item_vectors(), self.settings
        if settings.objective == "full":
            return linear_cross_entropy(hidden, vectors, targets)
        negatives = torch.randperm(len(vectors), device=hidden.device)[: settings.negatives]
        wanted = (hidden * vectors[targets]).sum(dim=1)
        others = (hidden @ vectors[negatives].T).masked_fill(negatives == targets[:, None], -math.inf)
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
