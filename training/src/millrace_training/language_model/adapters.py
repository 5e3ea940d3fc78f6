"""Low-rank adapters: a frozen matrix learns a change that is the product of two thin ones.

E. J. Hu et al., *LoRA: Low-Rank Adaptation of Large Language Models* (arXiv 2106.09685): ``W + (alpha / rank) B A``,
where A starts at random and B at zero, so that the model starts as it was. The paper adapts queries and values; here
every matrix of a layer has an adapter, so that few layers are enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class AdapterSettings:
    """Which layers learn, and how much they may.

    Attributes:
        layers: uppermost layers that have adapters; those below need no gradient.
        rank: of a change.
        alpha: its scale is ``alpha / rank``.
    """

    layers: int = 8
    rank: int = 8
    alpha: float = 16.0


class FrozenMatrix(nn.Module):
    """Multiplies by a matrix that does not learn."""

    weight: Tensor

    def __init__(self, weight: Tensor) -> None:
        """Take it: FP32 ``[outputs, inputs]``."""
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)

    def forward(self, value: Tensor) -> Tensor:
        """``[..., inputs]`` to ``[..., outputs]``."""
        return functional.linear(value, self.weight)


class AdaptedMatrix(FrozenMatrix):
    """A frozen matrix and its learned change."""

    def __init__(self, weight: Tensor, settings: AdapterSettings, random: torch.Generator) -> None:
        """Start with no change."""
        super().__init__(weight)
        outputs, inputs = weight.shape
        bound = 1 / math.sqrt(inputs)
        self.narrow = nn.Parameter((torch.rand(settings.rank, inputs, generator=random) * 2 - 1) * bound)
        self.widen = nn.Parameter(torch.zeros(outputs, settings.rank))
        self._scale = settings.alpha / settings.rank

    def forward(self, value: Tensor) -> Tensor:
        """As :class:`FrozenMatrix`, with the change."""
        change = functional.linear(functional.linear(value, self.narrow), self.widen)
        return super().forward(value) + self._scale * change

    @torch.no_grad()
    def merged(self) -> Tensor:
        """One matrix that does the same."""
        return self.weight + self._scale * (self.widen @ self.narrow)
