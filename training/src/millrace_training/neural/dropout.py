"""Dropout whose random numbers are cheap on a CPU.

PyTorch draws a number for every value, one after the other; of SASRec's training steps on MovieLens-1M that was a
quarter. Sixteen bits are enough to drop a share, and a generator that fills whole arrays makes them some ten times as
fast. Its seed is drawn from torch's current random state, so what is dropped follows from that state alone.

On other devices it is PyTorch's own.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.errors import TrainingError

_VALUES = 1 << 16
_PER_DRAW = 4


class Dropout(nn.Module):
    """Drops a share of the values while training, and scales the others up so that their sum is expected to stay."""

    def __init__(self, share: float) -> None:
        """Take the share.

        Args:
            share: of the values that become 0, from 0 to below 1; kept to the nearest of 65,536 steps.

        Raises:
            TrainingError: it lies outside.
        """
        super().__init__()
        if not 0 <= share < 1:
            raise TrainingError(f"dropout {share}: must be at least 0 and below 1")
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same shape."""
        if not self.training or not self.share:
            return x
        if x.device.type != "cpu":
            return functional.dropout(x, self.share)
        return x * _factors(x.shape, self.share).to(x.dtype)

    def extra_repr(self) -> str:
        """The share, where a model is printed."""
        return f"share={self.share}"


def _factors(shape: torch.Size, share: float) -> Tensor:
    """What each value is multiplied with, float32: 0, or 1 / (1 - share)."""
    count = shape.numel()
    seed = int(torch.randint(torch.iinfo(torch.int64).max, ()))
    draws = np.random.Generator(np.random.SFC64(seed)).integers(
        0, 1 << 64, (count + _PER_DRAW - 1) // _PER_DRAW, dtype=np.uint64
    )
    kept = draws.view(np.uint16)[:count] >= round(share * _VALUES)
    return torch.from_numpy(np.multiply(kept, np.float32(1 / (1 - share)))).view(shape)
