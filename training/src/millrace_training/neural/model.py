"""What training and evaluation ask of a next-item model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from millrace_training.neural import objectives

PADDING = 0
"""Index in front of a history; item n has index n + 1."""


class NextItemModel(nn.Module, ABC):
    """Turns a history into one vector; the score of an item is its product with the item's vector.

    Attributes:
        settings: frozen dataclass with everything that the weights follow from, apart from seed and data.
    """

    settings: Any

    @property
    def max_history(self) -> int:
        """Newest events that are looked at."""
        return int(self.settings.max_history)

    @property
    def device(self) -> torch.device:
        """Where the weights are, and what the model is asked with has to be."""
        return next(self.parameters()).device

    @abstractmethod
    def forward(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden state after each history's newest event.

        Args:
            indices: int64 [B, L], L at most ``max_history``; histories end in the last column and have ``PADDING``
                in front.
            times_s: int64 [B, L], when the events happened, in seconds; None where only the order is known. Most
                models look at the order alone.
            actions: int64 [B, L], what was done to each item, 0 in front; None where nobody said. One model looks at
                them.

        Returns:
            float [B, D].
        """

    @abstractmethod
    def item_vectors(self) -> Tensor:
        """Float [item_count, D], by item number."""


class PositionwiseModel(NextItemModel):
    """A model that predicts at every position, and knows its loss."""

    @abstractmethod
    def states(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden states after every event, [B, L] to [B, L, D]; each depends on itself and what is before it only."""

    def forward(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """The newest of the states."""
        return self.states(indices, times_s, actions)[:, -1]

    def loss(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """Sum over rows of the loss that the settings name: hidden states [T, D] against item numbers [T]."""
        return objectives.loss(hidden, self.item_vectors(), targets, self.settings)


def draw_weights(model: nn.Module, std: float) -> None:
    """Draw all matrices from a normal distribution and set all biases to 0, from torch's current random state."""
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=std)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
