"""SASRec over what is newest, and SDIM over all of a long history.

Y. Cao et al., *Sampling Is All You Need on Modeling Long-Term User Behaviors for CTR Prediction*, 2022 (SDIM).
Attention to thousands of events takes too long while somebody waits. Instead, m random hyperplanes give one bit each
(SimHash), every τ of them are a signature, and an event counts where it shares a signature with what asks:

    sig_g(x) = the signs of R_g x,  R_g a random τ by D matrix,  g = 1 … m / τ
    u(q)     = τ / m · Σ_g Σ_j [sig_g(q) = sig_g(s_j)] · s_j

A plane separates two vectors as often as their angle is wide, so that this tends to attention with a kernel of that
angle as signatures get more:

    E[u(q)] = Σ_j (1 - arccos(q · s_j / |q| |s_j|) / π)^τ · s_j

The gain is in serving: a user is m / τ tables of 2^τ sums; an event adds its vector to one sum of each, and asking
costs as much for ten events as for ten thousand.

What differs from the paper:

* there, the candidate asks, and the answer is one more input of a ranker. A retriever has no candidate yet: here, q is
  SASRec's state h after the newest events, which is compared with items in the same space, and the answer is added to
  it through a gate w that starts at zero,

      h' = h + w · W u(h) √D / |u(h)|

* keys and values are SASRec's own vectors of items, for which nothing is learned beside them; nothing is learned
  through the choice of the signatures;
* events are compared one by one, which is the same sum, instead of being kept in tables: while training, every
  position of a history asks, and each knows only what is before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural import objectives
from millrace_training.neural.lessons import Examples, WindowLesson, chunks, padded
from millrace_training.neural.model import PADDING, NextItemModel
from millrace_training.neural.sasrec import SasRec, SasRecSettings


@dataclass(frozen=True)
class SdimSettings(SasRecSettings):
    """SASRec's settings, where ``max_history`` is what attention looks at, and those of the sampling.

    Attributes:
        remembered: newest events that are hashed, at least ``max_history``; those of attention are among them.
        hashes: m, random hyperplanes; a multiple of ``width``.
        width: τ, bits of a signature.
    """

    remembered: int = 1000
    hashes: int = 48
    width: int = 3

    def __post_init__(self) -> None:
        """Check what a type can't say."""
        super().__post_init__()
        if self.remembered < self.max_history:
            raise TrainingError(f"remembered {self.remembered} is less than max_history {self.max_history}")
        if self.width < 1 or self.hashes < self.width or self.hashes % self.width:
            raise TrainingError(f"{self.hashes} hashes make no signatures of {self.width}; choose a multiple of it")


def signatures(vectors: Tensor, planes: Tensor) -> Tensor:
    """The signatures of vectors, as numbers from 0 to below 2^τ.

    Args:
        vectors: float [..., D].
        planes: float [G, τ, D].

    Returns:
        int64 [..., G].
    """
    sides = torch.einsum("...d,gtd->...gt", vectors, planes) > 0
    return (sides * 2 ** torch.arange(planes.shape[1], device=planes.device)).sum(dim=-1)


def sampled_attention(asking: Tensor, answering: Tensor, values: Tensor, visible: Tensor) -> Tensor:
    """Sum of the events, each by the share of its signatures that what asks has too: u of the formula above.

    Args:
        asking: int64 [B, Q, G], signatures of what asks.
        answering: int64 [B, L, G], signatures of the events.
        values: float [B, L, D], their vectors.
        visible: bool [B, Q, L], which event each may look at.

    Returns:
        float [B, Q, D].
    """
    shared = (asking[:, :, None] == answering[:, None, :]).float().mean(dim=-1)
    return (shared * visible) @ values


class Sdim(NextItemModel):
    """The model.

    Attributes:
        planes: R, float [m / τ, τ, D]; drawn once, never learned.
        gate: w.
    """

    settings: SdimSettings
    planes: Tensor

    def __init__(self, settings: SdimSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__()
        width = settings.dimensions
        self.settings = settings
        self.recent = SasRec(settings, item_count)
        self.register_buffer("planes", torch.randn(settings.hashes // settings.width, settings.width, width))
        self.interest = nn.Linear(width, width, bias=False)
        nn.init.normal_(self.interest.weight, std=settings.initial_std)
        self.gate = nn.Parameter(torch.zeros(width))

    @property
    def max_history(self) -> int:
        """Newest events that are looked at: all that are hashed."""
        return self.settings.remembered

    def forward(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        """Hidden state after each history's newest event; times are not looked at."""
        newest = self.recent(indices[:, -self.settings.max_history :])[:, None]
        return self.reminded(newest, indices)[:, 0]

    def states(self, window: Tensor, history: Tensor) -> Tensor:
        """Hidden states after every event of a window.

        Args:
            window: int64 [B, W], W at most ``settings.max_history``.
            history: int64 [B, L], L at least W: the events of the window, in the last columns, and all before it.

        Returns:
            float [B, W, D]; each depends on its own event and what is before it only.
        """
        return self.reminded(self.recent.states(window), history)

    def reminded(self, hidden: Tensor, history: Tensor) -> Tensor:
        """States after a history's newest events, and what the whole history adds: h' of the formula above.

        Args:
            hidden: float [B, W, D].
            history: int64 [B, L]; the last W columns are the events of the states.
        """
        asked, known = hidden.shape[1], history.shape[1]
        vectors = self.recent.items.weight
        causal = torch.ones(asked, known, dtype=torch.bool, device=history.device).tril(known - asked)
        interests = sampled_attention(
            signatures(hidden, self.planes),
            signatures(vectors, self.planes)[history],
            vectors[history],
            causal & (history != PADDING)[:, None, :],
        )
        of_one_length = math.sqrt(hidden.shape[2]) * functional.normalize(interests, dim=-1)
        reminded: Tensor = hidden + self.gate * self.interest(of_one_length)
        return reminded

    def item_vectors(self) -> Tensor:
        """Float [item_count, D], by item number."""
        return self.recent.item_vectors()


class RememberedWindows(WindowLesson):
    """Many targets per example, as in SASRec's windows, and behind each of them all that the user did before it."""

    def __init__(self, model: Sdim, histories: Histories) -> None:
        """Let ``model`` learn from ``histories``."""
        super().__init__(histories, model.settings.max_history)
        self._model = model

    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """The loss that the settings name, at all targets."""
        settings, hidden, targets = self._model.settings, [], []
        device = self._model.device
        for chunk in chunks(examples, settings.max_history):
            starts, ends = chunk.T
            users = np.searchsorted(self.histories.offsets, starts, side="right") - 1
            window = padded(self.histories.between(starts, ends), settings.max_history, device).indices
            before = self.histories.between(self.histories.offsets[users], ends)
            history = padded(before, settings.remembered, device).indices
            wanted = padded(self.histories.between(starts + 1, ends + 1), window.shape[1], device).indices
            real = wanted != PADDING
            hidden.append(self._model.states(window, history)[real])
            targets.append(wanted[real] - 1)
        every = torch.cat(targets)
        return objectives.loss(torch.cat(hidden), self._model.item_vectors(), every, settings), len(every)
