"""SASRec, as it was published, with the losses that later work trains it with.

W.-C. Kang and J. McAuley, *Self-Attentive Sequential Recommendation*, ICDM 2018. A sequence of items becomes
embeddings plus learned positions; then every layer is causal self-attention and a point-wise feed-forward network,
each wrapped as

    g'(x) = x + dropout(g(LN(x)))

and the score of an item after position t is the product of its embedding with the layer-normed state there.

The paper's loss, one sampled negative and binary cross-entropy, is what held the model back; in its place are those of
:mod:`millrace_training.neural.objectives`. What else differs: sequences are cut into windows instead of losing what is
old (:class:`millrace_training.neural.lessons.Windows`), and positions count back from the newest event.

The model that is served is another one: ``millrace_training/sasrec.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from millrace_training.neural import objectives
from millrace_training.neural.attention import Attention, check_heads, hide_future, hide_padding
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.model import PositionwiseModel, draw_weights


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
        objectives.check(self.objective)
        check_heads(self.heads, self.dimensions)


class Layer(nn.Module):
    """Attention, then the point-wise network, each as g' of the formula above."""

    def __init__(self, settings: SasRecSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, settings.heads, settings.dropout)
        self.network_norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        self.dropout = Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]."""
        x = x + self.dropout(self.attention(self.attention_norm(x), mask))
        inner = self.dropout(torch.relu(self.first(self.network_norm(x))))
        transformed: Tensor = x + self.dropout(self.second(inner))
        return transformed


class SasRec(PositionwiseModel):
    """The model.

    Attributes:
        layer: what is stacked; made from the settings, called with states and mask.
    """

    layer: ClassVar[type[nn.Module]] = Layer

    def __init__(self, settings: SasRecSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.settings = settings
        self.items = nn.Embedding(1 + item_count, settings.dimensions)
        self.positions = nn.Embedding(settings.max_history, settings.dimensions)
        self.layers = nn.ModuleList(self.layer(settings) for _ in range(settings.layers))
        self.norm = nn.LayerNorm(settings.dimensions)
        self.dropout = Dropout(settings.dropout)
        draw_weights(self, settings.initial_std)

    def states(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden states after every event; times are not looked at."""
        mask = hide_future(indices.shape[1], indices.device) + hide_padding(indices)
        x = self.dropout(self.embedded(indices, actions))
        for layer in self.layers:
            x = layer(x, mask)
        normed: Tensor = self.norm(x)
        return normed

    def embedded(self, indices: Tensor, actions: Tensor | None) -> Tensor:
        """What the first layer is given, [B, L] to [B, L, D]; actions are not looked at."""
        position = self.positions.weight[-indices.shape[1] :]
        embedded: Tensor = self.items(indices) * math.sqrt(self.settings.dimensions) + position
        return embedded

    def item_vectors(self) -> Tensor:
        """Float [item_count, D], by item number."""
        return self.items.weight[1:]
