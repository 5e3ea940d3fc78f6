"""BERT4Rec: events are hidden, and guessed from what is on both sides of them.

F. Sun et al., *BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from Transformer*, CIKM
2019. Some events of a sequence are replaced by [mask]; a Transformer in which every position sees every other one
finds, from the state at each [mask], the item that was there (the Cloze task):

    p(item) = softmax(GELU(h W + b) · Eᵀ + c)

What comes next is what would be at a [mask] behind the newest event. As that is not what the Cloze task trains, some
examples have only their newest event masked.

What differs from the paper: sequences are cut into windows, anew in each epoch, instead of being masked in ten ways in
advance; layers normalise before attention and before the feed-forward network, without which a model this small
learns little in as many epochs as the others need; attention has no projection behind its heads; no weight decay, no
clipping and no falling learning rate, as for every model here.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.data.histories import Histories
from millrace_training.neural.attention import Attention, check_heads, hide_padding
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.lessons import Examples, WindowLesson, chunks, padded
from millrace_training.neural.model import PADDING, NextItemModel, draw_weights


@dataclass(frozen=True)
class Bert4RecSettings:
    """Sizes of the model and its task; the defaults are the paper's for MovieLens-1M.

    Attributes:
        dimensions: width D.
        layers: number of layers, at least 1.
        heads: attention heads; they divide ``dimensions``.
        max_history: newest events that are looked at.
        dropout: share dropped of embeddings, attention weights and sub-layer outputs while training.
        masked: share of the events of a window that is masked, above 0 and below 1.
        newest_only: share of the windows of which only the newest event is masked.
        initial_std: standard deviation of the initial weights.
    """

    dimensions: int = 64
    layers: int = 2
    heads: int = 2
    max_history: int = 200
    dropout: float = 0.1
    masked: float = 0.2
    newest_only: float = 0.1
    initial_std: float = 0.02

    def __post_init__(self) -> None:
        """Check what a type can't say."""
        check_heads(self.heads, self.dimensions)


class Layer(nn.Module):
    """Attention to both sides, then a two-layer perceptron."""

    def __init__(self, settings: Bert4RecSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, settings.heads, settings.dropout)
        self.network_norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.dropout = Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[B, L, D] to [B, L, D]; ``mask`` is added to the scores of attention."""
        x = x + self.dropout(self.attention(self.attention_norm(x), mask))
        transformed: Tensor = x + self.dropout(self.narrow(functional.gelu(self.widen(self.network_norm(x)))))
        return transformed


class Bert4Rec(NextItemModel):
    """The model.

    Attributes:
        mask: index of [mask], behind those of all items.
    """

    def __init__(self, settings: Bert4RecSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.settings = settings
        self.mask = 1 + item_count
        self.items = nn.Embedding(2 + item_count, width)
        self.positions = nn.Embedding(settings.max_history + 1, width)
        self.layers = nn.ModuleList(Layer(settings) for _ in range(settings.layers))
        self.norm = nn.LayerNorm(width)
        self.guess = nn.Linear(width, width)
        self.popularity = nn.Parameter(torch.zeros(item_count))
        self.dropout = Dropout(settings.dropout)
        draw_weights(self, settings.initial_std)

    def forward(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden state, float [B, D + 1], at a [mask] behind each history's newest event; times are not looked at."""
        behind = torch.full((len(indices), 1), self.mask, device=indices.device)
        return self.guesses(torch.cat([indices, behind], dim=1))[:, -1]

    def guesses(self, indices: Tensor) -> Tensor:
        """What stands at each position, int64 [B, L] to float [B, L, D + 1]; L at most ``max_history`` + 1."""
        padding = hide_padding(indices)
        x = self.dropout(self.items(indices) + self.positions.weight[-indices.shape[1] :])
        for layer in self.layers:
            x = layer(x, padding)
        guessed = functional.gelu(self.guess(self.norm(x)))
        # The 1 is multiplied with the last number of an item's vector, which is its bias.
        return functional.pad(guessed, (0, 1), value=1.0)

    def item_vectors(self) -> Tensor:
        """Float [item_count, D + 1], by item number; the last column is c of the formula above."""
        return torch.cat([self.items.weight[1:-1], self.popularity[:, None]], dim=1)


class Cloze(WindowLesson):
    """Events of windows are hidden, and cross-entropy over all items; draws from torch's current random state."""

    def __init__(self, model: Bert4Rec, histories: Histories) -> None:
        """Let ``model`` learn from ``histories``."""
        super().__init__(histories, model.max_history)
        self._model = model
        self._settings: Bert4RecSettings = model.settings

    @property
    def target_count(self) -> int:
        """About how many events one epoch hides."""
        return max(1, round(self._settings.masked * len(self._targets)))

    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """The loss at all hidden events."""
        hidden, targets = [], []
        model = self._model
        for chunk in chunks(examples, model.max_history):
            window = self.histories.between(chunk[:, 0], chunk[:, 1] + 1)
            indices = padded(window, model.max_history + 1, model.device).indices
            chosen = self._hidden(indices)
            guessed = model.guesses(indices.masked_fill(chosen, model.mask))
            hidden.append(guessed[chosen])
            targets.append(indices[chosen] - 1)
        every = torch.cat(targets)
        return linear_cross_entropy(torch.cat(hidden), model.item_vectors(), every), len(every)

    def _hidden(self, indices: Tensor) -> Tensor:
        """Which events are hidden, bool [B, L]; of no window none."""
        settings = self._settings
        device = indices.device
        chosen: Tensor = (torch.rand(indices.shape, device=device) < settings.masked) & (indices != PADDING)
        newest_only = (torch.rand(len(indices), device=device) < settings.newest_only) | ~chosen.any(dim=1)
        chosen[newest_only] = False
        chosen[newest_only, -1] = True
        return chosen
