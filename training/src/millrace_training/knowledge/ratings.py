"""A head that predicts the rating a user would give an item, from their sequence, the item, and its text.

Two formulations of the task, side by side (W.-C. Kang et al., *Do LLMs Understand User Preferences?*, 2023): a
regression, and five classes whose expected value is taken. Both read the same state,

    query    = W_q [e_i ; t_i]                      the item: its embedding, and its text vector shortened
    a_j      = softmax over the history of query · W_k [e_j ; t_j] / √d + recency
    context  = Σ a_j W_v [e_j ; t_j],    leaning = Σ a_j r_j

where r_j is how much better the user rated item j than others do: zeros where ratings of the past are not known, and
then :attr:`RatingSettings.values` is off. A place in the attention belongs to nothing, so an empty history has a
context of zeros. A small network makes both outputs of query, context, their product, leaning and the scalars of
:mod:`millrace_training.knowledge.rating_rows`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.knowledge.rating_rows import HISTORY, SCALARS


@dataclass(frozen=True)
class RatingSettings:
    """Sizes of the head.

    Attributes:
        dimensions: width of query and context.
        hidden: width of the network's hidden layer.
        dropout: share dropped of embeddings and of the hidden layer while training.
        least: the smallest class; classes are whole numbers.
        most: the largest class.
        values: whether ratings of the past are known.
    """

    dimensions: int = 32
    hidden: int = 64
    dropout: float = 0.3
    least: int = 1
    most: int = 5
    values: bool = True


@dataclass(frozen=True)
class RatingBatch:
    """What the head reads.

    Attributes:
        item: int64 [B], 1 + item number; 0 for an unknown one.
        scalars: float [B, S].
        history_item: int64 [B, L], likewise, the newest last.
        history_residual: float [B, L], r_j; looked at only with :attr:`RatingSettings.values`.
        history_on: bool [B, L], false where the history is shorter.
    """

    item: Tensor
    scalars: Tensor
    history_item: Tensor
    history_residual: Tensor
    history_on: Tensor


class RatingHead(nn.Module):
    """The head. Outputs are unbounded; whoever shows them cuts them to the scale."""

    text_vectors: Tensor

    def __init__(self, settings: RatingSettings, text_vectors: Tensor) -> None:
        """Create the weights from torch's current random state.

        Args:
            settings: sizes.
            text_vectors: float [1 + items, W], of length one; row 0 is zero, for an unknown item.
        """
        super().__init__()
        self.settings = settings
        width = settings.dimensions
        self.register_buffer("text_vectors", text_vectors)
        self.items = nn.Embedding(len(text_vectors), width, padding_idx=0)
        self.text = nn.Linear(text_vectors.shape[1], width)
        self.query, self.key, self.value = (nn.Linear(2 * width, width) for _ in range(3))
        self.recency = nn.Parameter(torch.zeros(HISTORY))
        self.scalars = len(SCALARS) if settings.values else 2
        self.first = nn.Linear(3 * width + 1 + self.scalars, settings.hidden)
        self.regression = nn.Linear(settings.hidden, 1)
        self.classes = nn.Linear(settings.hidden, settings.most - settings.least + 1)
        self.dropout = nn.Dropout(settings.dropout)
        nn.init.normal_(self.items.weight, std=0.02)
        nn.init.zeros_(self.regression.weight)

    def forward(self, batch: RatingBatch) -> tuple[Tensor, Tensor]:
        """Predict.

        Returns:
            The regression, float [B], and the logits of the classes, float [B, classes].
        """
        query = self.query(self.dropout(self._item(batch.item)))
        past = self.dropout(self._item(batch.history_item))
        scores = (self.key(past) @ query.unsqueeze(-1)).squeeze(-1) / math.sqrt(self.settings.dimensions)
        scores = (scores + self.recency[-scores.shape[1] :]).masked_fill(~batch.history_on, -math.inf)
        nothing = scores.new_zeros(len(scores), 1)
        shares = torch.softmax(torch.cat([nothing, scores], dim=1), dim=1)[:, 1:]
        context = (shares.unsqueeze(1) @ self.value(past)).squeeze(1)
        residual = batch.history_residual if self.settings.values else torch.zeros_like(batch.history_residual)
        leaning = (shares * residual).sum(dim=1, keepdim=True)
        # The item's columns come first; the others say what the user's past ratings were.
        scalars = batch.scalars[:, : self.scalars]
        state = torch.cat([query, context, query * context, leaning, scalars], dim=1)
        hidden = self.dropout(torch.relu(self.first(state)))
        base = scalars[:, 0] + (scalars[:, 2] if self.settings.values else 0)
        return base + self.regression(hidden).squeeze(1), self.classes(hidden)

    def expected(self, logits: Tensor) -> Tensor:
        """Expected value of the classes, float [B]."""
        levels = torch.arange(self.settings.least, self.settings.most + 1, dtype=logits.dtype)
        return torch.softmax(logits, dim=1) @ levels

    def loss(self, batch: RatingBatch, value: Tensor) -> Tensor:
        """Squared error of the regression plus cross-entropy of the classes, each a mean over the batch."""
        regression, logits = self(batch)
        # A rating between two classes counts for both, by how near it is.
        level = (value - self.settings.least).clamp(0, self.settings.most - self.settings.least)
        below = level.floor()
        wanted = torch.zeros_like(logits)
        wanted.scatter_(1, below.long().unsqueeze(1), (1 - (level - below)).unsqueeze(1))
        wanted.scatter_add_(1, level.ceil().long().unsqueeze(1), (level - below).unsqueeze(1))
        return functional.mse_loss(regression, value) + functional.cross_entropy(logits, wanted)

    def _item(self, item: Tensor) -> Tensor:
        return torch.cat([self.items(item), self.text(self.text_vectors[item])], dim=-1)
