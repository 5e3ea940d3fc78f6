"""SASRec with the gated layers of LiGR, as eSASRec has it.

F. Borisyuk et al., *From Features to Transformers: Redefining Ranking for Scalable Impact* (LiGR), 2025: a layer's
two halves are not simply added to what comes in; a gate that is learned from the input decides, number by number, how
much of each passes,

    x = x + sigmoid(W x + b) · dropout(g(LN(x))),

for g self-attention, then a feed-forward network. *eSASRec: Enhancing Transformer-based Recommendations in a Modular
Fashion*, RecSys 2025, puts these layers, with SwiGLU as the feed-forward network, into SASRec, and trains it with
sampled softmax; everything else is SASRec's.

What differs: attention has no projection behind its heads, as in :mod:`millrace_training.neural.sasrec`, and the
negatives are shared by the targets of a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.neural.attention import Attention
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.sasrec import SasRec, SasRecSettings


@dataclass(frozen=True)
class LigrSettings(SasRecSettings):
    """SASRec's settings, and the layers' own.

    Attributes:
        expansion: how many times wider than ``dimensions`` the feed-forward network is inside.
    """

    expansion: int = 4


class GatedLayer(nn.Module):
    """Attention, then SwiGLU, each behind a gate."""

    def __init__(self, settings: LigrSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width, inner = settings.dimensions, settings.expansion * settings.dimensions
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, settings.heads, settings.dropout)
        self.attention_gate = nn.Linear(width, width)
        self.network_norm = nn.LayerNorm(width)
        self.swish = nn.Linear(width, inner, bias=False)
        self.linear = nn.Linear(width, inner, bias=False)
        self.narrow = nn.Linear(inner, width, bias=False)
        self.network_gate = nn.Linear(width, width)
        self.dropout = Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]; ``mask`` is added to the scores of attention."""
        attended = self.attention(self.attention_norm(x), mask)
        x = x + torch.sigmoid(self.attention_gate(x)) * self.dropout(attended)
        normed = self.network_norm(x)
        inner = self.dropout(functional.silu(self.swish(normed)) * self.linear(normed))
        passed: Tensor = x + torch.sigmoid(self.network_gate(x)) * self.dropout(self.narrow(inner))
        return passed


class Ligr(SasRec):
    """The model."""

    layer = GatedLayer
