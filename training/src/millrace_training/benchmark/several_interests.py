"""kNN-Embed as a benchmark runs it: a trained model, and validation chooses what its user's interests count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from millrace_training.benchmark.trained import Circumstances, Trained
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.interests import Interests, mixture
from millrace_training.protocols import measures, ranking
from millrace_training.protocols.ranking import Scores
from millrace_training.protocols.splits import Split


class SeveralInterests:
    """A model that is asked once per interest; interests may turn out to count nothing."""

    random = True

    def __init__(
        self,
        trained: Trained,
        clusters: int,
        neighbours: int,
        shares: Sequence[float],
        smoothing: Sequence[float],
        around: Circumstances,
    ) -> None:
        """Describe a run.

        Args:
            trained: the model.
            clusters: number of interests.
            neighbours: users whose interests smooth a user's.
            shares: what interests may count beside the whole history, each 0 to 1; validation chooses one.
            smoothing: what neighbours may count in them, each 0 to 1; validation chooses one.
            around: seed and filter.
        """
        self._trained = trained
        self._clusters = clusters
        self._neighbours = neighbours
        self._offered = list(product(shares, smoothing))
        self._around = around
        self._chosen = self._offered[0]
        self._interests: Interests | None = None

    def choose(self, split: Split) -> dict[str, Any]:
        """Train the model, then choose what interests and neighbours count."""
        chosen = self._trained.choose(split)
        self._interests = self._of(split.train)
        gains = np.zeros(len(self._offered))
        for numbers, histories in ranking.batches(split.validation):
            chances = self._interests.chances(histories)
            for number, (share, smoothing) in enumerate(self._offered):
                scores = mixture(chances, share, smoothing)
                if self._around.filter_seen:
                    ranking.hide_seen(scores, histories)
                ranks = ranking.mean_ranks(scores, split.validation.targets[numbers])
                gains[number] += measures.gains(ranks, 10).sum()
        self._chosen = self._offered[int(np.argmax(gains))]
        share, smoothing = self._chosen
        return {**chosen, "share": share, "smoothing": smoothing, "combinations_tried": len(self._offered)}

    def learn_again(self, histories: Histories) -> None:
        """Train the model again, and cluster again; what was chosen stays."""
        self._trained.learn_again(histories)
        self._interests = self._of(histories)

    def scores(self, histories: Histories) -> Scores:
        """Logarithms of the mixture."""
        if self._interests is None:
            raise TrainingError("a model has to be trained before it is asked")
        return mixture(self._interests.chances(histories), *self._chosen)

    def _of(self, histories: Histories) -> Interests:
        return Interests(self._trained.model, histories, self._clusters, self._neighbours, self._around.seed)
