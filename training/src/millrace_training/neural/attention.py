"""Softmax attention of several heads, as most models here use it."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from millrace_training.errors import TrainingError
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.model import PADDING

_MASKED = -1e9


class Attention(nn.Module):
    """Multi-head self-attention, without residual and norm."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        """Create the weights from torch's current random state.

        Args:
            width: D.
            heads: divide ``width``.
            dropout: share of the attention weights that is dropped while training.
        """
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]; ``mask`` is added to the scores, [B, 1, 1 or L, L]."""
        query, key, value = self._split(self.query(x)), self._split(self.key(x)), self._split(self.value(x))
        # The query is scaled and not the scores, which are L / D times as many.
        scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(2, 3) + mask
        mixed = self.dropout(torch.softmax(scores, dim=-1)) @ value
        joined: Tensor = mixed.transpose(1, 2).reshape(x.shape)
        return joined

    def _split(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        return x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)


def check_heads(heads: int, dimensions: int) -> None:
    """Refuse heads that can't share the dimensions.

    Raises:
        TrainingError: they don't divide them.
    """
    if dimensions % heads:
        raise TrainingError(f"{heads} heads don't divide {dimensions} dimensions; choose a divisor")


def hide_padding(indices: Tensor) -> Tensor:
    """What is added to the scores so that nobody looks at padding, float [B, 1, 1, L]."""
    return torch.where(indices == PADDING, _MASKED, 0.0)[:, None, None, :]


def hide_future(length: int, device: torch.device) -> Tensor:
    """What is added to the scores so that no position looks at later ones, float [L, L]."""
    return torch.full((length, length), _MASKED, device=device).triu(1)
