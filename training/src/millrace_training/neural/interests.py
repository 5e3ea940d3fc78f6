"""Several interests per user: a mixture over clusters of items, smoothed with what similar users are interested in.

A. El-Kishky, T. Markovich, K. Leung, F. Portman and A. Haghighi, *kNN-Embed: Locally Smoothed Embedding Mixtures For
Multi-interest Candidate Retrieval*, 2022. One vector per user finds near duplicates around one place. Instead, items
are clustered; a user is interested in cluster c with the share p(c) of their events that lies in it, smoothed with the
mean of their K nearest neighbours' shares,

    p(c) = (1 - λ) · own(c) + λ · neighbours(c),

and asks once for every interest. The chance of an item is that of the mixture, beside what the whole history asks for:

    p(i) = (1 - a) · softmax(h · e_i) + a · Σ_c p(c) · softmax(h_c · e_i)

What differs from the paper: an interest's query h_c is the model's state after the events of that cluster alone,
instead of a mean of their vectors, since this model looks at an order; a user who shares nothing with a cluster asks
for it with the whole history. Where the paper takes lists from each interest in proportion, this gives every item a
score, so that it can be ranked in full.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from millrace_training.data.histories import Histories
from millrace_training.neural.lessons import padded
from millrace_training.neural.model import NextItemModel
from millrace_training.protocols.ranking import Scores

_ROUNDS = 20


class Interests:
    """A trained model, asked once per interest."""

    def __init__(self, model: NextItemModel, histories: Histories, clusters: int, neighbours: int, seed: int) -> None:
        """Cluster the items, and note what everybody is interested in.

        Args:
            model: trained.
            histories: of the users who may be neighbours.
            clusters: number of interests, at least 1.
            neighbours: K.
            seed: decides where clustering begins.
        """
        model.eval()
        self._model = model
        with torch.no_grad():
            self.clusters = cluster(functional.normalize(model.item_vectors().cpu(), dim=1), clusters, seed).numpy()
        self._count = clusters
        self._neighbours = min(neighbours, len(histories))
        self._known = self._shares(histories)

    def chances(self, histories: Histories) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What every mixture of these histories is made of.

        Returns:
            p(i) of the whole history, float [B, I]; that of each interest, float [C, B, I]; own shares, float [B, C];
            neighbours' shares, float [B, C].
        """
        own = self._shares(histories)
        alike = functional.normalize(own, dim=1) @ functional.normalize(self._known, dim=1).T
        nearest = alike.topk(self._neighbours, dim=1).indices
        whole = self._softmax(histories)
        each = torch.stack([self._softmax(self._within(histories, number)) for number in range(self._count)])
        return whole, each, own, self._known[nearest].mean(dim=1)

    def _shares(self, histories: Histories) -> Tensor:
        """Share of each history's events by cluster, float [B, C]; all alike where there are none."""
        row = np.repeat(np.arange(len(histories)), histories.lengths)
        cells = row * self._count + self.clusters[histories.items]
        counts = np.bincount(cells, minlength=len(histories) * self._count).reshape(len(histories), self._count)
        shares = np.where(histories.lengths[:, None] > 0, counts, 1)
        return torch.from_numpy((shares / shares.sum(axis=1, keepdims=True)).astype(np.float32))

    def _within(self, histories: Histories, number: int) -> Histories:
        """The histories' events in one cluster; all of a history's events where none is."""
        row = np.repeat(np.arange(len(histories)), histories.lengths)
        inside = self.clusters[histories.items] == number
        kept = inside | (np.bincount(row, inside, len(histories)) == 0)[row]
        offsets = np.concatenate([[0], np.cumsum(np.bincount(row[kept], minlength=len(histories)))])
        return histories.chosen(kept, offsets.astype(np.int64))

    def _softmax(self, histories: Histories) -> Tensor:
        with torch.no_grad():
            hidden = self._model(*padded(histories, self._model.max_history, self._model.device))
            return torch.softmax(hidden @ self._model.item_vectors().T, dim=1).cpu()


def mixture(chances: tuple[Tensor, Tensor, Tensor, Tensor], share: float, smoothing: float) -> Scores:
    """Logarithm of the mixture, float32 [B, I].

    Args:
        chances: of :meth:`Interests.chances`.
        share: a, what interests count beside the whole history, 0 to 1.
        smoothing: λ, what neighbours count in them, 0 to 1.
    """
    whole, each, own, neighbours = chances
    weights = (1 - smoothing) * own + smoothing * neighbours
    mixed = (1 - share) * whole + share * torch.einsum("bc,cbi->bi", weights, each)
    scores: Scores = torch.log(mixed.clamp(min=torch.finfo(mixed.dtype).tiny)).numpy()
    return scores


def cluster(vectors: Tensor, count: int, seed: int) -> Tensor:
    """Spherical k-means: the cluster of each of the vectors of length 1, int64 [I], from 0.

    A cluster that loses all of its vectors begins again with the vector that is worst represented.
    """
    random = torch.Generator().manual_seed(seed)
    centres = vectors[torch.randperm(len(vectors), generator=random)[:count]]
    nearest = torch.zeros(len(vectors), dtype=torch.int64)
    for _ in range(_ROUNDS):
        closeness, nearest = (vectors @ centres.T).max(dim=1)
        sums = torch.zeros_like(centres).index_add_(0, nearest, vectors)
        for lost in torch.bincount(nearest, minlength=len(centres)).eq(0).nonzero().flatten().tolist():
            worst = int(closeness.argmin())
            sums[lost], closeness[worst] = vectors[worst], 1.0
        centres = functional.normalize(sums, dim=1)
    return nearest
