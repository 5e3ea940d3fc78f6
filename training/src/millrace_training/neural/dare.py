"""SASRec with DARE's two embeddings: one says where to look, the other what is seen there.

N. Feng et al., *Long-Sequence Recommendation Models Need Decoupled Embeddings*, ICLR 2025. A vector that decides how
much attention an event gets, and also what the event means for the answer, is pulled in two directions; linear maps
behind one table do not undo that. DARE learns two tables of their own, where that of attention may be the narrower
one:

    a_ij = softmax(Q e_i · K e_j / √A),    e = E^attention[item]        (which events matter)
    h_i  = Σ_j a_ij · r_j,                 r = E^representation[item]   (what they say)

and the score of an item is made of h and its representation alone. No gradient of what is seen reaches the
table of attention, and none of where to look the table of representations.

What differs from the paper:

* there, the candidate asks. A retriever has none yet: here, an event asks the events before it, as in SASRec. So
  query and key are not the same thing, and have a linear map each, and positions are learned for both tables;
* there, the representation of the candidate is multiplied with that of every event, number by number, for a perceptron
  to judge; here, these products are summed, which is the product of h and the item's vector;
* layers: each lets the events' embeddings of attention decide, which no layer changes, about states that began
  as their representations. What surrounds both is SASRec's: norms, residuals, the point-wise network;
* no search for the k events with the most attention, which in serving goes before the rest: histories are as
  long as the model looks at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from millrace_training.neural.attention import check_heads, hide_future, hide_padding
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.model import PositionwiseModel, draw_weights
from millrace_training.neural.sasrec import SasRecSettings


@dataclass(frozen=True)
class DareSettings(SasRecSettings):
    """SASRec's settings, and the width of attention.

    Attributes:
        attention_dimensions: A, width of the embeddings that decide where to look; ``heads`` divide it.
    """

    attention_dimensions: int = 32

    def __post_init__(self) -> None:
        """Check what a type can't say."""
        super().__post_init__()
        check_heads(self.heads, self.attention_dimensions)


class Looking(nn.Module):
    """a of the formula above."""

    def __init__(self, settings: DareSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.attention_dimensions
        self.heads = settings.heads
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)

    def forward(self, attending: Tensor, mask: Tensor) -> Tensor:
        """[B, L, A] to [B, heads, L, L]; ``mask`` is added to the scores."""
        normed = self.norm(attending)
        query, key = _split(self.query(normed), self.heads), _split(self.key(normed), self.heads)
        return torch.softmax(query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + mask, dim=-1)


class Layer(nn.Module):
    """SASRec's layer, told where to look."""

    def __init__(self, settings: DareSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.looking = Looking(settings)
        self.norm = nn.LayerNorm(width)
        self.value = nn.Linear(width, width)
        self.network_norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        self.dropout = Dropout(settings.dropout)

    def forward(self, attending: Tensor, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, A] and [B, L, D] to [B, L, D]; ``mask`` is added to the scores of attention."""
        weights = self.dropout(self.looking(attending, mask))
        seen = (weights @ _split(self.value(self.norm(x)), self.looking.heads)).transpose(1, 2).reshape(x.shape)
        x = x + self.dropout(seen)
        inner = self.dropout(torch.relu(self.first(self.network_norm(x))))
        transformed: Tensor = x + self.dropout(self.second(inner))
        return transformed


class Dare(PositionwiseModel):
    """The model.

    Attributes:
        attending: the table of attention, and ``attending_positions`` beside it.
        items: the table of representations, and ``positions`` beside it.
    """

    def __init__(self, settings: DareSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.settings = settings
        self.attending = nn.Embedding(1 + item_count, settings.attention_dimensions)
        self.attending_positions = nn.Embedding(settings.max_history, settings.attention_dimensions)
        self.items = nn.Embedding(1 + item_count, settings.dimensions)
        self.positions = nn.Embedding(settings.max_history, settings.dimensions)
        self.layers = nn.ModuleList(Layer(settings) for _ in range(settings.layers))
        self.norm = nn.LayerNorm(settings.dimensions)
        self.dropout = Dropout(settings.dropout)
        draw_weights(self, settings.initial_std)

    def states(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden states after every event; times are not looked at."""
        mask = hide_future(indices.shape[1], indices.device) + hide_padding(indices)
        attending = self._embedded(indices, self.attending, self.attending_positions)
        x = self._embedded(indices, self.items, self.positions)
        for layer in self.layers:
            x = layer(attending, x, mask)
        normed: Tensor = self.norm(x)
        return normed

    def item_vectors(self) -> Tensor:
        """Float [item_count, D], the representations by item number."""
        return self.items.weight[1:]

    def _embedded(self, indices: Tensor, items: nn.Embedding, positions: nn.Embedding) -> Tensor:
        embedded = items(indices) * math.sqrt(items.embedding_dim) + positions.weight[-indices.shape[1] :]
        dropped: Tensor = self.dropout(embedded)
        return dropped


def _split(x: Tensor, heads: int) -> Tensor:
    rows, length, width = x.shape
    return x.view(rows, length, heads, width // heads).transpose(1, 2)
