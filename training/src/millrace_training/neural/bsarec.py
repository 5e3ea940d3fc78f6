"""BSARec: self-attention that is mixed, in every layer, with a filter in the frequency domain.

Y. Shin, J. Choi, H. Wi and N. Park, *An Attentive Inductive Bias for Sequential Recommendation beyond the
Self-Attention*, AAAI 2024. Self-attention smooths: it keeps the slow part of a sequence (lasting taste) and loses
the fast one (what the user is up to right now). A layer therefore computes

    x̃ = a · F(x) + (1 - a) · A(x),        F(x) = LN(x + dropout(low(x) + β² · (x - low(x))))

where ``A`` is causal self-attention, ``low`` keeps the ⌊c/2⌋ + 1 lowest frequencies of the sequence, and β scales what
is left, per dimension. Everything is post-norm, with one hidden state per sequence: that of the newest event.

What differs from the paper, none of it visible in its formulas:

* ``low`` is a fixed linear map of a sequence of ``max_history`` positions, so it is applied as a matrix instead of
  through a Fourier transform and back; short sequences take the matrix's last rows and columns;
* positions in front of a history's first event are silent (zeros for the filter, masked for attention) instead of
  holding a learned padding state, so that a history costs what its own length costs;
* the last layer is computed at the newest position only, since nothing else of it is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.neural.dropout import Dropout
from millrace_training.neural.model import PADDING, NextItemModel, draw_weights

_MASKED = -1e9
_NORM_EPSILON = 1e-12


@dataclass(frozen=True)
class BsaRecSettings:
    """Sizes of the model; the defaults are the paper's for Amazon Beauty.

    Attributes:
        dimensions: width D.
        layers: number of layers, at least 1.
        heads: attention heads; they divide ``dimensions``.
        max_history: newest events that are looked at.
        alpha: weight of the filter against attention, 0 to 1.
        cutoff: c, which decides how many low frequencies ``low`` keeps: ⌊c/2⌋ + 1.
        dropout: share dropped of embeddings, attention weights and layer outputs while training.
        initial_std: standard deviation of the initial weights.
    """

    dimensions: int = 64
    layers: int = 2
    heads: int = 1
    max_history: int = 50
    alpha: float = 0.7
    cutoff: int = 5
    dropout: float = 0.5
    initial_std: float = 0.02


class FrequencyFilter(nn.Module):
    """F of the formula above: keep what is slow, rescale what is fast."""

    def __init__(self, settings: BsaRecSettings) -> None:
        """Create β from torch's current random state."""
        super().__init__()
        self.beta = nn.Parameter(torch.randn(settings.dimensions))
        self.norm = nn.LayerNorm(settings.dimensions, eps=_NORM_EPSILON)
        self.dropout = Dropout(settings.dropout)
        self.register_buffer("low_pass", low_pass(settings.max_history, settings.cutoff), persistent=False)

    def forward(self, x: Tensor, queries: int) -> Tensor:
        """[B, L, D], zero where silent, to [B, queries, D]: the newest ``queries`` positions."""
        length = x.shape[1]
        low = self.get_buffer("low_pass")[-queries:, -length:] @ x
        asked = x[:, -queries:]
        filtered = low + self.beta**2 * (asked - low)
        normed: Tensor = self.norm(asked + self.dropout(filtered))
        return normed


class Attention(nn.Module):
    """A of the formula above: multi-head causal self-attention with its residual and norm."""

    def __init__(self, settings: BsaRecSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.heads = settings.heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=_NORM_EPSILON)
        self.dropout = Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor, queries: int) -> Tensor:
        """[B, L, D] to [B, queries, D]; ``mask`` is added to the scores, [B, 1, queries, L]."""
        asked = x[:, -queries:]
        query, key, value = self._split(self.query(asked)), self._split(self.key(x)), self._split(self.value(x))
        scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(2, 3) + mask
        mixed = self.dropout(torch.softmax(scores, dim=-1)) @ value
        joined = mixed.transpose(1, 2).reshape(asked.shape)
        normed: Tensor = self.norm(asked + self.dropout(self.out(joined)))
        return normed

    def _split(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        return x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)


class Layer(nn.Module):
    """Filter and attention side by side, then a two-layer perceptron."""

    def __init__(self, settings: BsaRecSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.alpha = settings.alpha
        self.filter = FrequencyFilter(settings)
        self.attention = Attention(settings)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.norm = nn.LayerNorm(width, eps=_NORM_EPSILON)
        self.dropout = Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor, queries: int) -> Tensor:
        """[B, L, D] to [B, queries, D]: the newest ``queries`` positions."""
        mixed = self.alpha * self.filter(x, queries) + (1 - self.alpha) * self.attention(x, mask, queries)
        transformed: Tensor = self.norm(mixed + self.dropout(self.narrow(functional.gelu(self.widen(mixed)))))
        return transformed


class BsaRec(NextItemModel):
    """The model."""

    def __init__(self, settings: BsaRecSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.settings = settings
        self.items = nn.Embedding(1 + item_count, settings.dimensions)
        self.positions = nn.Embedding(settings.max_history, settings.dimensions)
        self.norm = nn.LayerNorm(settings.dimensions, eps=_NORM_EPSILON)
        self.dropout = Dropout(settings.dropout)
        self.layers = nn.ModuleList(Layer(settings) for _ in range(settings.layers))
        draw_weights(self, settings.initial_std)

    def forward(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden state after each history's newest event; times are not looked at."""
        length = indices.shape[1]
        real = indices != PADDING
        mask = torch.where(real, 0.0, _MASKED)[:, None, None, :]
        future = torch.full((length, length), _MASKED, device=indices.device).triu(1)
        x = self.dropout(self.norm(self.items(indices) + self.positions.weight[-length:]))
        for number, layer in enumerate(self.layers, start=1):
            queries = 1 if number == len(self.layers) else length
            x = layer(x * real[:, :, None], mask + future[-queries:], queries)
        newest: Tensor = x[:, -1]
        return newest

    def item_vectors(self) -> Tensor:
        """Float [item_count, D], by item number."""
        return self.items.weight[1:]


def low_pass(length: int, cutoff: int) -> Tensor:
    """Float [length, length]: what keeping the ⌊cutoff/2⌋ + 1 lowest frequencies does to a sequence.

    Dropping frequencies is a circular convolution with the Dirichlet kernel 1/N · Σ cos(2π f n / N).
    """
    distance = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    angle = 2 * math.pi * distance.double() / length
    kernel = torch.ones(length, length, dtype=torch.float64)
    for frequency in range(1, min(cutoff // 2, length // 2) + 1):
        # The highest frequency of an even length stands for itself, all others also for their mirror image.
        kernel += (1 if 2 * frequency == length else 2) * torch.cos(frequency * angle)
    return (kernel / length).float()
