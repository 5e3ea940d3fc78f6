"""KAR's hybrid-expert adaptor: text vectors of a user and of items, turned into short vectors a ranker can use.

Y. Xi et al., *Towards Open-World Recommendation with Knowledge Augmentation from Large Language Models*
(arXiv 2306.10933), section on knowledge adaptation.
Text vectors are long, and made for another purpose than ranking. So small networks, the experts, shorten them, and
are trained together with the ranker that uses the result. Some experts are shared: they see both kinds of vectors.
The others are dedicated to one kind. With p a user's vector, i an item's, S the shared experts, P and I the
dedicated ones, and g a linear map with one output for each expert that is used,

    adapted(p) = Σ over e in S + P of softmax(g_P(p))_e · e(p)
    adapted(i) = Σ over e in S + I of softmax(g_I(i))_e · e(i)

An expert is 384 → 128 → 32 with a ReLU between. Nothing in ``adapted(i)`` depends on the user: whoever serves a
trained adaptor keeps that table and computes only the user's side. A user or an item without knowledge has a zero
vector, for which the experts' biases decide; multiply by a mask where nothing is wanted instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from millrace_training.errors import TrainingError


@dataclass(frozen=True)
class AdaptorSettings:
    """Sizes of an adaptor.

    Attributes:
        inputs: width of the text vectors.
        hidden: width of an expert's hidden layer.
        outputs: width of the adapted vectors.
        shared: experts for both kinds of vectors.
        dedicated: experts for each kind alone.
        dropout: share of an expert's hidden layer that is dropped while training.
    """

    inputs: int = 384
    hidden: int = 128
    outputs: int = 32
    shared: int = 2
    dedicated: int = 2
    dropout: float = 0.0

    def __post_init__(self) -> None:
        """Check what a type can't say."""
        if min(self.inputs, self.hidden, self.outputs) < 1:
            raise TrainingError(
                f"an adaptor of sizes {self.inputs}, {self.hidden}, {self.outputs}: all must be above 0"
            )
        if min(self.shared, self.dedicated) < 0 or self.shared + self.dedicated < 1:
            raise TrainingError(
                f"an adaptor of {self.shared} shared and {self.dedicated} dedicated experts: give one of either"
            )
        if not 0 <= self.dropout < 1:
            raise TrainingError(f"an adaptor with dropout {self.dropout}: must be at least 0 and below 1")


class Expert(nn.Module):
    """One small network; float [..., inputs] to [..., outputs]."""

    def __init__(self, settings: AdaptorSettings) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        self.first = nn.Linear(settings.inputs, settings.hidden)
        self.dropout = nn.Dropout(settings.dropout)
        self.second = nn.Linear(settings.hidden, settings.outputs)

    def forward(self, vectors: Tensor) -> Tensor:
        """Shorten vectors of whatever leading shape."""
        shortened: Tensor = self.second(self.dropout(torch.relu(self.first(vectors))))
        return shortened


class HybridExpertAdaptor(nn.Module):
    """The experts and the two gates.

    Attributes:
        shared: experts that see both kinds of vectors; they come first in both gates.
        for_preference: experts of users' vectors alone.
        for_item: experts of items' vectors alone.
        preference_gate: linear, with one output for each of ``shared`` and ``for_preference``.
        item_gate: linear, with one output for each of ``shared`` and ``for_item``.
    """

    def __init__(self, settings: AdaptorSettings | None = None) -> None:
        """Create the weights from torch's current random state.

        Args:
            settings: sizes; the defaults if None.
        """
        super().__init__()
        self.settings = settings if settings is not None else AdaptorSettings()
        sizes = self.settings
        self.shared = nn.ModuleList(Expert(sizes) for _ in range(sizes.shared))
        self.for_preference = nn.ModuleList(Expert(sizes) for _ in range(sizes.dedicated))
        self.for_item = nn.ModuleList(Expert(sizes) for _ in range(sizes.dedicated))
        self.preference_gate = nn.Linear(sizes.inputs, sizes.shared + sizes.dedicated)
        self.item_gate = nn.Linear(sizes.inputs, sizes.shared + sizes.dedicated)

    def forward(self, preference: Tensor, item: Tensor) -> tuple[Tensor, Tensor]:
        """Adapt both sides.

        Args:
            preference: float [..., inputs], users' vectors.
            item: float [..., inputs], items' vectors; its leading shape may be another.

        Returns:
            float [..., outputs] for each.
        """
        return self.preference(preference), self.item(item)

    def preference(self, vectors: Tensor) -> Tensor:
        """Users' vectors, float [..., inputs] to [..., outputs]."""
        return self._mixed(vectors, self.preference_gate, self.for_preference)

    def item(self, vectors: Tensor) -> Tensor:
        """Items' vectors, float [..., inputs] to [..., outputs]."""
        return self._mixed(vectors, self.item_gate, self.for_item)

    def _mixed(self, vectors: Tensor, gate: nn.Linear, dedicated: nn.ModuleList) -> Tensor:
        weights = torch.softmax(gate(vectors), dim=-1)
        outputs = torch.stack([expert(vectors) for expert in [*self.shared, *dedicated]], dim=-1)
        mixed: Tensor = (outputs @ weights.unsqueeze(-1)).squeeze(-1)
        return mixed
