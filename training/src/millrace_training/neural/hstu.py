"""HSTU: attention without softmax, which counts as well as it compares.

J. Zhai et al., *Actions Speak Louder than Words: Trillion-Parameter Sequential Transducers for Generative
Recommendations*, ICML 2024. Softmax makes every position's weights sum to one, and with that forgets how many events
spoke for something. A layer of HSTU keeps it:

    U, V, Q, K = split(SiLU(W₁ · LN(x)))
    a_ij       = SiLU(q_i · k_j + p(i - j) + t(t_i - t_j)) / N,       j ≤ i
    x          = x + W₂ · dropout(LN(A V) · U)

with biases p, learned for every distance in positions, and t, learned for every distance in time in buckets that grow
by a factor of two. States and items are compared by their cosine, times a fixed scale (1 over the temperature).

What differs from the published code:

* the time of the event that is to be predicted is not an input. There, the bias is taken from t_{i+1}, so that the
  model knows when the next event happens; here, from t_i, so that it knows what a recommender knows;
* where only the order of events is known, the bias in time is left out;
* time buckets: ⌊log₂ Δt⌋ with Δt in seconds (there: ⌊ln Δt / 0.301⌋);
* windows, negatives shared by the targets of a step, and positions that count back from the newest event, as in
  :mod:`millrace_training.neural.sasrec`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.neural import objectives
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.model import PADDING, PositionwiseModel, draw_weights

_TIME_BUCKETS = 40
"""2^40 seconds are longer than anybody's history."""

_NORM_EPSILON = 1e-6


@dataclass(frozen=True)
class HstuSettings:
    """Sizes of the model and its loss; the defaults are the published ones for MovieLens-1M.

    Attributes:
        dimensions: width D.
        layers: number of layers, at least 1.
        heads: attention heads.
        head_width: width of a query, key, value and gate of one head.
        max_history: newest events that are looked at; the N of the formula above.
        dropout: share dropped of embeddings and layer outputs while training.
        scale: what cosines are multiplied with.
        objective: ``full``, ``sampled`` or ``gbce``.
        negatives: n, items drawn per step; not used by ``full``.
        calibration: t, used by ``gbce`` only.
        initial_std: standard deviation of the initial weights.
    """

    dimensions: int = 50
    layers: int = 2
    heads: int = 1
    head_width: int = 50
    max_history: int = 200
    dropout: float = 0.2
    scale: float = 20.0
    objective: str = "sampled"
    negatives: int = 128
    calibration: float = 0.75
    initial_std: float = 0.02

    def __post_init__(self) -> None:
        """Check what a type can't say."""
        objectives.check(self.objective)


class RelativeBias(nn.Module):
    """p and t of the formula above."""

    def __init__(self, settings: HstuSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.positions = nn.Parameter(settings.initial_std * torch.randn(settings.max_history))
        self.times = nn.Parameter(settings.initial_std * torch.randn(_TIME_BUCKETS))

    def forward(self, length: int, times_s: Tensor | None) -> Tensor:
        """Float [L, L], or [B, 1, L, L] with times, for row i and column j; of no meaning above the diagonal."""
        places = torch.arange(length, device=self.positions.device)
        bias = self.positions[(places[:, None] - places[None, :]).clamp(min=0)]
        if times_s is None:
            return bias
        apart_s = (times_s[:, :, None] - times_s[:, None, :]).clamp(min=1)
        buckets = torch.log2(apart_s.double()).long().clamp(max=_TIME_BUCKETS - 1)
        return (bias + self.times[buckets])[:, None]


class Layer(nn.Module):
    """The three lines above."""

    def __init__(self, settings: HstuSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.heads, self.longest = settings.heads, settings.max_history
        inner = settings.heads * settings.head_width
        self.norm = nn.LayerNorm(settings.dimensions, eps=_NORM_EPSILON)
        self.spread = nn.Linear(settings.dimensions, 4 * inner, bias=False)
        self.mixed_norm = nn.LayerNorm(inner, eps=_NORM_EPSILON)
        self.join = nn.Linear(inner, settings.dimensions)
        self.dropout = Dropout(settings.dropout)

    def forward(self, x: Tensor, bias: Tensor, visible: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]; ``visible``, bool [B, 1, L, L], says which column a row may look at."""
        gate, value, query, key = functional.silu(self.spread(self.norm(x))).chunk(4, dim=-1)
        scores = self._split(query) @ self._split(key).transpose(2, 3) + bias
        weights = functional.silu(scores) * visible / self.longest
        mixed = (weights @ self._split(value)).transpose(1, 2).reshape(gate.shape)
        joined: Tensor = x + self.join(self.dropout(self.mixed_norm(mixed) * gate))
        return joined

    def _split(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        return x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)


class Hstu(PositionwiseModel):
    """The model."""

    def __init__(self, settings: HstuSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.settings = settings
        self.items = nn.Embedding(1 + item_count, settings.dimensions)
        self.positions = nn.Embedding(settings.max_history, settings.dimensions)
        self.biases = nn.ModuleList(RelativeBias(settings) for _ in range(settings.layers))
        self.layers = nn.ModuleList(Layer(settings) for _ in range(settings.layers))
        self.dropout = Dropout(settings.dropout)
        draw_weights(self, settings.initial_std)

    def states(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden states after every event, of length ``scale``."""
        length = indices.shape[1]
        real = indices != PADDING
        causal = torch.ones(length, length, dtype=torch.bool, device=indices.device).tril()
        visible = causal & real[:, None, None, :]
        embedded = self.items(indices) * math.sqrt(self.settings.dimensions) + self.positions.weight[-length:]
        x = self.dropout(embedded)
        for layer, bias in zip(self.layers, self.biases, strict=True):
            x = layer(x, bias(length, times_s), visible)
        states: Tensor = self.settings.scale * functional.normalize(x, dim=-1)
        return states

    def item_vectors(self) -> Tensor:
        """Float [item_count, D], of length 1, by item number."""
        return functional.normalize(self.items.weight[1:], dim=-1)
