"""What training and evaluation ask of a next-item model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor, nn

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

    @abstractmethod
    def forward(self, indices: Tensor) -> Tensor:
        """Hidden state after each history's newest event.

        Args:
            indices: int64 [B, L], L at most ``max_history``; histories end in the last column and have ``PADDING``
                in front.

        Returns:
            float [B, D].
        """

    @abstractmethod
    def item_vectors(self) -> Tensor:
        """Float [item_count, D], by item number."""
