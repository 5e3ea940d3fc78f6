"""SASRec: a causal self-attention model over a user's event sequence.

W.-C. Kang and J. McAuley, *Self-Attentive Sequential Recommendation*, ICDM 2018, with what later work
found to matter:

* cross-entropy over all items instead of one sampled negative (A. Klenitskiy and A. Vasilev, *Turning Dross
  Into Gold Loss*, RecSys 2023);
* RMS norm before each block instead of layer norm (B. Zhang and R. Sennrich, NeurIPS 2019): written as
  an L2 norm it costs a fifth of ONNX Runtime's layer norm on CPU;
* a bias by distance in every layer instead of absolute positions (C. Raffel et al., *T5*, JMLR 2020);
* the time that passed before an event, as a log2 bucket (in the spirit of J. Li et al., *TiSASRec*, WSDM 2020).

That gap is the difference of two ages, which is what a server is told, and it does not depend on which event
is the newest; so training on all positions at once and serving the last one compute the same function.
A bias of the attention by elapsed time did not help in validation and is left out.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.recipes import Recipe
from millrace_training.vocabulary import FIRST_ITEM

EVENT_TYPES = 8
TIME_BUCKETS = 33
CONDITION_DIMENSIONS = 384
NORM_FLOOR = 1e-6

_INITIAL_STD = 0.05


def time_bucket(seconds: Tensor) -> Tensor:
    """Bucket of a duration: 1 + floor(log2(seconds + 1.5)), 1 to 31; bucket 0 is for "there is none".

    The 1.5 keeps whole seconds half a unit away from every boundary, so that a rounding difference in a
    logarithm never moves one to another bucket.
    """
    return 1 + torch.log2(seconds.clamp(0, 2.0**30) + 1.5).floor().to(torch.int64)


class Block(nn.Module):
    """One layer: attention with a bias by distance, then a two-layer perceptron, each added to its input.

    A single head: at this width more heads cost time in softmax and did not help in validation.
    """

    def __init__(self, dimensions: int, length: int, dropout: float) -> None:
        """Create the weights.

        Args:
            dimensions: width D.
            length: longest sequence S, start token included.
            dropout: share of activations dropped while training.
        """
        super().__init__()
        self.attention_gain = nn.Parameter(torch.ones(dimensions))
        self.query = nn.Linear(dimensions, dimensions, bias=False)
        self.key = nn.Linear(dimensions, dimensions, bias=False)
        self.value = nn.Linear(dimensions, dimensions, bias=False)
        self.out = nn.Linear(dimensions, dimensions, bias=False)
        self.distance_bias = nn.Parameter(torch.zeros(length))
        self.perceptron_gain = nn.Parameter(torch.ones(dimensions))
        self.widen = nn.Linear(dimensions, dimensions)
        self.narrow = nn.Linear(dimensions, dimensions, bias=False)
        self.dropout = nn.Dropout(dropout)
        positions = torch.arange(length)
        distance = positions[:, None] - positions[None, :]
        self.register_buffer("distance", distance.clamp(min=0), persistent=False)
        self.register_buffer("future", torch.where(distance < 0, -1e30, 0.0), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Transform [B, S, D] to [B, S, D]; a position is made from itself and those before it only."""
        length = x.shape[1]
        normed = rms_norm(x, self.attention_gain)
        scores = self.query(normed) @ self.key(normed).transpose(1, 2) / math.sqrt(x.shape[2])
        distance, future = self.get_buffer("distance"), self.get_buffer("future")
        scores = scores + self.distance_bias[distance[:length, :length]] + future[:length, :length]
        x = x + self.dropout(self.out(torch.softmax(scores, dim=-1) @ self.value(normed)))
        widened = self.dropout(torch.relu(self.widen(rms_norm(x, self.perceptron_gain))))
        transformed: Tensor = x + self.dropout(self.narrow(widened))
        return transformed


class SasRec(nn.Module):
    """Scores all items after every position of a sequence that begins with the start token."""

    def __init__(self, recipe: Recipe, size: int) -> None:
        """Create the weights from torch's current random state.

        Args:
            recipe: sizes and dropout.
            size: number of item indices, the special ones included.
        """
        super().__init__()
        dimensions, length = recipe.dimensions, recipe.max_history + 1
        self.items = nn.Embedding(size, dimensions)
        # Zero until the data hold several types: one type alone can't be told from a constant.
        self.event_types = nn.Embedding(EVENT_TYPES, dimensions)
        self.gaps = nn.Embedding(TIME_BUCKETS, dimensions)
        self.blocks = nn.ModuleList(Block(dimensions, length, recipe.dropout) for _ in range(recipe.layers))
        self.final_gain = nn.Parameter(torch.ones(dimensions))
        self.condition_gate = nn.Parameter(torch.zeros(2 * CONDITION_DIMENSIONS, 1))
        self.condition = nn.Parameter(torch.empty(2 * CONDITION_DIMENSIONS, dimensions))
        self.dropout = nn.Dropout(recipe.dropout)
        for table in (self.items.weight, self.condition):
            nn.init.normal_(table, std=_INITIAL_STD)
        nn.init.zeros_(self.event_types.weight)
        nn.init.zeros_(self.gaps.weight)

    def forward(self, items: Tensor, event_types: Tensor, times_s: Tensor) -> Tensor:
        """Hidden state after the last layer for every position.

        Args:
            items: int64 [B, S], the start token first, padded behind.
            event_types: int64 [B, S], 0 for start and padding.
            times_s: int64 [B, S], never falling within a row; the start token's is not used.

        Returns:
            float [B, S, D]; a position depends on itself and on those before it only.
        """
        gap = torch.zeros_like(times_s)
        gap[:, 2:] = time_bucket((times_s[:, 2:] - times_s[:, 1:-1]).float())
        x: Tensor = self.dropout(self.items(items) + self.event_types(event_types) + self.gaps(gap))
        for block in self.blocks:
            x = block(x)
        return x

    def conditioned(self, hidden: Tensor, profile: Tensor, query: Tensor) -> Tensor:
        """Add a profile and a query vector (float [B, 384] each, zeros where absent) to hidden states [B, D]."""
        both = torch.cat([profile, query], dim=1)
        return hidden + both @ (self.condition_gate * self.condition)

    def logits(self, hidden: Tensor) -> Tensor:
        """Score every index, float [..., size]; those of the special indices mean nothing."""
        return functional.linear(rms_norm(hidden, self.final_gain), self.items.weight)

    @property
    def size(self) -> int:
        """Number of item indices, the special ones included."""
        return self.items.num_embeddings

    @property
    def item_count(self) -> int:
        """Number of items."""
        return self.size - FIRST_ITEM


def rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    """Divide by the root mean square over the last dimension (at least ``NORM_FLOOR``), multiply by ``gain``."""
    return functional.rms_norm(x, gain.shape, gain, NORM_FLOOR**2)
