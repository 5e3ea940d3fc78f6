"""EASE: the linear item-item model with a closed form.

H. Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019: the weights B that reconstruct the
user-item matrix best under an L2 penalty, with a zero diagonal so that no item explains itself, are

    P = (XᵀX + λI)⁻¹,        B = I - P · diag(1 / diag(P)).
"""

from __future__ import annotations

import numpy as np
import torch

from millrace_training.baselines.cooccurrence import gram
from millrace_training.data.histories import Histories, Items
from millrace_training.protocols.ranking import Scores

_GATHER_COST = 20
"""Collecting a row of the weights costs about as much as multiplying this many of them in one large product."""


def item_weights(together: Scores, regularisation: float) -> Scores:
    """The weights B, float32 [items, items]; row i is what an item i in a history gives to each item.

    Args:
        together: float32 [items, items], how many users had both; overwritten.
        regularisation: λ, above 0.
    """
    inverse = torch.from_numpy(together)
    inverse.diagonal().add_(regularisation)
    # Symmetric and positive definite: a Cholesky factor gives the inverse in half the work, in place.
    torch.cholesky_inverse(torch.linalg.cholesky(inverse, out=inverse), out=inverse)
    inverse /= -inverse.diagonal().clone()[None, :]
    inverse.diagonal().zero_()
    weights: Scores = inverse.numpy()
    return weights


class Ease:
    """EASE on what a user has had; optionally the newest items count most when it is asked."""

    def __init__(self, regularisation: float, decay: float = 1.0) -> None:
        """Know nothing yet.

        Args:
            regularisation: λ, above 0; grows with the number of events per item.
            decay: weight of an item in a history relative to the next newer one, above 0, at most 1; 1 is the
                paper's model. Training sees plain sets either way.
        """
        self.name = "EASE" if decay == 1 else "EASE, decayed"
        self._regularisation = regularisation
        self._decay = decay
        self._weights: Scores = np.zeros((0, 0), dtype=np.float32)

    def fit(self, histories: Histories) -> None:
        """Invert the regularised co-occurrence matrix."""
        self._weights = item_weights(gram(histories), self._regularisation)

    def scores(self, histories: Histories) -> Scores:
        """Product of the weighted histories with the weights."""
        weighted = [self._weighted(history) for history in histories]
        events = sum(len(items) for items, _ in weighted)
        if events * _GATHER_COST < len(histories) * len(self._weights):
            return np.stack([weights @ self._weights[items] for items, weights in weighted])
        rows = np.zeros((len(histories), len(self._weights)), dtype=np.float32)
        for row, (items, weights) in zip(rows, weighted, strict=True):
            row[items] = weights
        scores: Scores = rows @ self._weights
        return scores

    def _weighted(self, history: Items) -> tuple[Items, Scores]:
        """Distinct items and their weights; the newest occurrence of an item decides."""
        items, age = np.unique(history[::-1], return_index=True)
        return items, (self._decay ** age.astype(np.float64)).astype(np.float32)
