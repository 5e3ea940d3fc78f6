"""The ranker: a glance at every candidate, and for the best of them a small network with attention over the history.

For a candidate c of a row with features x, history h_1 … h_n (newest first) and a profile vector p:

    item(i)    = embedding_i + text_i · T                       D wide; embeddings start at zero
    told(h_j)  = item(h_j) + type(h_j)
    attended_c = Σ_j softmax_j(item(c) Q · told(h_j) + recency_j) · told(h_j)
    z_c        = [x, item(c), item(c) * attended_c, adapted(p) * adapted(text_c)]
    close_c    = x · w + perceptron(z_c)

That costs, so the candidates of a row are first told apart by ``glance_c = x · v``, and only the ``closely`` best are
looked at closely. The others keep their glance, moved by what a close look adds to the row's best on average:

    score_c    = close_c                                        for the best by glance
                 glance_c + mean(close - glance over the best)  for the others

Attention of the target over the history is that of G. Zhou et al., *Deep Interest Network*, KDD 2018; ``adapted``
is KAR's adaptor, and both sides of it are off for a row without a profile. Trained with cross-entropy over a row's
candidates, ``close`` and ``glance`` each for itself. ``click`` is the softmax at a fitted temperature with a fitted
share left for items that are no candidates; ``rating`` the expected star, from a five-class head and a regression,
half each.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from millrace_training.knowledge.adaptor import AdaptorSettings, HybridExpertAdaptor

EVENT_TYPES = 8
TEXT_DIMENSIONS = 384
STARS = 5
HIDDEN = -1e9
"""Logit of what is not there."""


@dataclass(frozen=True)
class RankerSettings:
    """Sizes of a ranker.

    Attributes:
        features: columns F.
        dimensions: width D of items; 0 leaves attention and items out.
        hidden: width of the perceptron's first layer; its second is half as wide.
        max_history: newest events that attention sees.
        adapted: width of what KAR's adaptor makes; 0 leaves it out.
        dropout: share dropped while training.
        rating: whether there is a rating head.
        closely: candidates of a row that get more than a glance.
    """

    features: int
    dimensions: int = 16
    hidden: int = 32
    max_history: int = 50
    adapted: int = 0
    dropout: float = 0.1
    rating: bool = False
    closely: int = 64


@dataclass(frozen=True)
class RankerInput:
    """One batch; index 0 is padding, as everywhere on the wire.

    Attributes:
        feature: float [B, C, F].
        candidate: int64 [B, C].
        history: int64 [B, H], newest first, 0 behind the last.
        event_type: int64 [B, H].
        profile: float [B, 384].
        profile_on: float [B, 1].
    """

    feature: Tensor
    candidate: Tensor
    history: Tensor
    event_type: Tensor
    profile: Tensor
    profile_on: Tensor


class Ranker(nn.Module):
    """Weights of all heads.

    Attributes:
        mean: of each feature over training candidates, and ``deviation``: features are standardised inside.
        temperature: of ``click``, and ``outside``, the logit of "none of the candidates".
    """

    mean: Tensor
    deviation: Tensor
    texts: Tensor
    temperature: Tensor
    outside: Tensor

    def __init__(self, settings: RankerSettings, size: int, texts: Tensor | None) -> None:
        """Create the weights from torch's current random state.

        Args:
            settings: sizes.
            size: indices of the vocabulary, the special ones included.
            texts: float [size, 384], the items' text vectors, zeros without one; None for data without texts.
        """
        super().__init__()
        self.settings = settings
        wide, width = settings.features, settings.dimensions
        self.register_buffer("mean", torch.zeros(wide))
        self.register_buffer("deviation", torch.ones(wide))
        self.register_buffer("temperature", torch.ones(()))
        self.register_buffer("outside", torch.zeros(()))
        self.register_buffer("texts", torch.zeros(size, TEXT_DIMENSIONS) if texts is None else texts)
        self.linear = nn.Linear(wide, 1, bias=False)
        nn.init.zeros_(self.linear.weight)
        if width:
            self.items = nn.Embedding(size, width)
            self.text = nn.Linear(TEXT_DIMENSIONS, width, bias=False)
            self.event_types = nn.Embedding(EVENT_TYPES, width)
            self.query = nn.Linear(width, width, bias=False)
            self.recency = nn.Parameter(torch.zeros(settings.max_history))
            nn.init.normal_(self.items.weight, std=0.05)
            nn.init.zeros_(self.event_types.weight)
            wide += 2 * width
        if settings.adapted:
            self.adaptor = HybridExpertAdaptor(
                AdaptorSettings(hidden=32, outputs=settings.adapted, shared=1, dedicated=1)
            )
            wide += settings.adapted
        half = settings.hidden // 2
        self.first, self.second = nn.Linear(wide, settings.hidden), nn.Linear(settings.hidden, half)
        self.last = nn.Linear(half, 1, bias=False)
        nn.init.zeros_(self.last.weight)
        self.dropout = nn.Dropout(settings.dropout)
        if settings.rating:
            self.stars = nn.Linear(half, STARS)
            self.value = nn.Linear(half, 1)
        self.first_glance = nn.Linear(settings.features, 1, bias=False)
        nn.init.zeros_(self.first_glance.weight)

    def item(self) -> Tensor:
        """Float [size, D]: what stands for each item; zeros for padding."""
        table: Tensor = self.items.weight + self.text(self.texts)
        return torch.cat([torch.zeros_like(table[:1]), table[1:]])

    def forward(self, given: RankerInput) -> tuple[Tensor, Tensor]:
        """A close look at all candidates: float [B, C], and the perceptron's hidden layer [B, C, hidden / 2]."""
        x = self._standardised(given)
        parts = [x]
        if self.settings.dimensions:
            parts += self._items_of(given)
        if self.settings.adapted:
            user = self.adaptor.preference(given.profile) * given.profile_on
            parts.append(user[:, None, :] * self.adaptor.item(self.texts)[given.candidate])
        hidden = self.dropout(torch.relu(self.first(torch.cat(parts, dim=-1))))
        hidden = torch.relu(self.second(hidden))
        score: Tensor = self.linear(x) + self.last(hidden)
        return score[..., 0], hidden

    def glance(self, given: RankerInput) -> Tensor:
        """What tells who is looked at closely, float [B, C]."""
        glance: Tensor = self.first_glance(self._standardised(given))
        return glance[..., 0]

    def listed(self, given: RankerInput, there: Tensor) -> tuple[Tensor, Tensor]:
        """Scores that lists are ordered by.

        Args:
            given: the batch.
            there: bool [B, C], which cells hold a candidate.

        Returns:
            Float [B, C], and int64 [B, min(C, closely)], who was looked at closely; of equal ones the first.
        """
        close, _ = self(given)
        glance, order = self.glance(given).masked_fill(~there, HIDDEN).sort(dim=1, descending=True, stable=True)
        kept = order[:, : self.settings.closely]
        found = close.gather(1, kept)
        moved = glance + (found - glance[:, : self.settings.closely]).mean(dim=1, keepdim=True)
        return torch.zeros_like(close).scatter(1, order, moved).scatter(1, kept, found), kept

    def _standardised(self, given: RankerInput) -> Tensor:
        return (given.feature - self.mean) / self.deviation

    def _items_of(self, given: RankerInput) -> list[Tensor]:
        table = self.dropout(self.item())
        candidate = table[given.candidate]
        told = table[given.history] + self.event_types(given.event_type)
        logits = self.query(candidate) @ told.transpose(1, 2) + self.recency[: given.history.shape[1]]
        logits = logits.masked_fill((given.history == 0)[:, None, :], HIDDEN)
        # A row without history attends to padding alone, which is told nothing.
        told = told * (given.history != 0)[..., None]
        attended = torch.softmax(logits, dim=-1) @ told
        return [candidate, candidate * attended]

    def rating(self, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Stars expected, logits of each star, and the regression's value, from :meth:`forward`'s hidden layer."""
        logits = self.stars(hidden)
        regression = self.value(hidden)[..., 0]
        levels = torch.arange(1, STARS + 1, dtype=hidden.dtype)
        expected = (torch.softmax(logits, dim=-1) * levels).sum(dim=-1)
        return (expected + regression) / 2, logits, regression

    def click(self, score: Tensor, there: Tensor) -> Tensor:
        """Calibrated probability that a candidate is next, float [B, C]; 0 where ``there`` (bool [B, C]) is false."""
        scaled = (score / self.temperature).masked_fill(~there, HIDDEN)
        everything = torch.cat([scaled, self.outside.expand(len(score), 1)], dim=1)
        return torch.softmax(everything, dim=1)[:, :-1]
