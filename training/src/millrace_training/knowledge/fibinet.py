"""FiBiNET, the backbone with which KAR gained most: predicts whether somebody likes an item.

T. Huang et al., *FiBiNET: Combining Feature Importance and Bilinear feature Interaction for Click-Through Rate
Prediction*, RecSys 2019. Every field of a row becomes a vector of the same width. A squeeze-and-excitation network
weighs the fields; every pair (v_a, v_b) of fields, as they are and as they were weighed, interacts as (v_a W) ⊙ v_b
with one W for all pairs; a network with two hidden layers reads all products.

Fields: the item, its traits, the liked and the disliked items of the history, and the history's ratings. With an
adaptor two more join them, the adapted vectors of what is known of the user and of the item, as KAR adds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.errors import TrainingError
from millrace_training.knowledge.adaptor import AdaptorSettings, HybridExpertAdaptor

LEVELS = 6
"""Ratings of the history as they are embedded: rounded, 0 for none, 5 at most."""


@dataclass(frozen=True)
class FibinetSettings:
    """Sizes.

    Attributes:
        dimensions: width of every field.
        reduction: fields that are squeezed into one.
        hidden: width of both hidden layers.
        dropout: share dropped of the fields and of the hidden layers while training.
        noise: standard deviation of what is added to knowledge while training, whose own is one on average.
        liked: a history's item with this rating or more is a liked one.
    """

    dimensions: int = 32
    reduction: int = 3
    hidden: int = 64
    dropout: float = 0.3
    noise: float = 0.3
    liked: float = 4.0


@dataclass(frozen=True)
class Rows:
    """What is predicted for.

    Attributes:
        user: int64 [B], user numbers.
        item: int64 [B], item numbers.
        history_item: int64 [B, L], item numbers; whatever where there is no event.
        history_value: float [B, L], ratings; 0 where there is no event.
    """

    user: Tensor
    item: Tensor
    history_item: Tensor
    history_value: Tensor


@dataclass(frozen=True)
class Knowledge:
    """Vectors of texts: float [users, W] and [items, W], of one width W."""

    user: Tensor
    item: Tensor


class Fibinet(nn.Module):
    """The backbone, with or without knowledge."""

    traits: Tensor

    def __init__(self, settings: FibinetSettings, traits: Tensor, knowledge: Knowledge | None) -> None:
        """Create the weights from torch's current random state.

        Args:
            settings: sizes.
            traits: float [items, traits], 1 where an item has a trait.
            knowledge: brings an adaptor along; None for the plain backbone.
        """
        super().__init__()
        self.settings, self.knowledge = settings, knowledge
        width = settings.dimensions
        self.register_buffer("traits", traits / traits.sum(dim=1, keepdim=True).clamp(min=1))
        self.items = nn.Embedding(len(traits), width)
        self.trait_vectors = nn.Linear(traits.shape[1], width, bias=False)
        self.levels = nn.Embedding(LEVELS, width, padding_idx=0)
        nn.init.normal_(self.items.weight, std=0.05)
        nn.init.normal_(self.levels.weight, std=0.05)
        self.adaptor: HybridExpertAdaptor | None = None
        if knowledge is not None:
            if knowledge.user.shape[1] != knowledge.item.shape[1]:
                raise TrainingError(
                    f"vectors of users have {knowledge.user.shape[1]} columns, those of items "
                    f"{knowledge.item.shape[1]}; an adaptor's shared experts need as many"
                )
            sizes = AdaptorSettings(knowledge.item.shape[1], outputs=width, dropout=settings.dropout)
            self.adaptor = HybridExpertAdaptor(sizes)
        fields = 5 if knowledge is None else 7
        squeezed = max(1, fields // settings.reduction)
        self.squeeze, self.excite = nn.Linear(fields, squeezed), nn.Linear(squeezed, fields)
        self.plain, self.weighed = (nn.Linear(width, width, bias=False) for _ in range(2))
        pairs = list(combinations(range(fields), 2))
        self._left, self._right = [a for a, _ in pairs], [b for _, b in pairs]
        self.network = nn.Sequential(
            nn.Linear(2 * len(pairs) * width + fields * width, settings.hidden),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
            nn.Linear(settings.hidden, settings.hidden),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
            nn.Linear(settings.hidden, 1),
        )
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, rows: Rows) -> Tensor:
        """Logits of being liked, float [B]."""
        fields = self.dropout(torch.stack(self._fields(rows), dim=1))
        importance = torch.relu(self.excite(torch.relu(self.squeeze(fields.mean(dim=2)))))
        products = [
            self._products(self.plain, fields),
            self._products(self.weighed, fields * importance.unsqueeze(2)),
            fields.flatten(1),
        ]
        logits: Tensor = self.network(torch.cat(products, dim=1)).squeeze(1)
        return logits

    def loss(self, rows: Rows, liked: Tensor) -> Tensor:
        """Binary cross-entropy, a mean over the batch."""
        return functional.binary_cross_entropy_with_logits(self(rows), liked)

    def _fields(self, rows: Rows) -> list[Tensor]:
        known = rows.history_value > 0
        past = self._item(rows.history_item)
        liked = rows.history_value >= self.settings.liked
        fields = [
            self.items(rows.item),
            self.trait_vectors(self.traits[rows.item]),
            _mean(past, liked),
            _mean(past, known & ~liked),
            _mean(self.levels(rows.history_value.round().long().clamp(0, LEVELS - 1)), known),
        ]
        if self.adaptor is not None and self.knowledge is not None:
            # A batch has the same users and items many times: each is adapted once.
            users, user_of = torch.unique(rows.user, return_inverse=True)
            items, item_of = torch.unique(rows.item, return_inverse=True)
            preference, item = self.adaptor(
                self._blurred(self.knowledge.user[users]), self._blurred(self.knowledge.item[items])
            )
            fields += [preference[user_of], item[item_of]]
        return fields

    def _blurred(self, vectors: Tensor) -> Tensor:
        return vectors + self.settings.noise * torch.randn_like(vectors) if self.training else vectors

    def _item(self, item: Tensor) -> Tensor:
        vectors: Tensor = self.items(item) + self.trait_vectors(self.traits[item])
        return vectors

    def _products(self, weight: nn.Linear, fields: Tensor) -> Tensor:
        products: Tensor = weight(fields)[:, self._left] * fields[:, self._right]
        return products.flatten(1)


def _mean(vectors: Tensor, chosen: Tensor) -> Tensor:
    weights = chosen.to(vectors.dtype)
    return (weights.unsqueeze(1) @ vectors).squeeze(1) / weights.sum(dim=1, keepdim=True).clamp(min=1)
