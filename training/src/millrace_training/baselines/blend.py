"""Add what several methods say, each on a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace_training.data.histories import Histories, Items
from millrace_training.protocols.ranking import Method, Scorer, Scores


@dataclass(frozen=True)
class Part:
    """One method in a blend.

    Attributes:
        scorer: the method.
        weight: what its scores are multiplied with.
        logarithm: whether its scores are counts, of which log(1 + score) is taken first.
    """

    scorer: Scorer
    weight: float
    logarithm: bool = False

    def scaled(self, histories: Sequence[Items]) -> Scores:
        """This method's share of the sum."""
        scores = self.scorer.scores(histories)
        if self.logarithm:
            scores = np.log1p(scores)
        return np.asarray(np.float32(self.weight) * scores, dtype=np.float32)


class Blend:
    """The weighted sum of the parts' scores."""

    def __init__(self, name: str, parts: Sequence[Part]) -> None:
        """Combine at least one part; those that can learn are fitted with the blend."""
        self.name = name
        self._parts = tuple(parts)

    def fit(self, histories: Histories) -> None:
        """Let every part learn."""
        for part in self._parts:
            scorer = part.scorer
            if hasattr(scorer, "fit"):
                fitted: Method = scorer  # type: ignore[assignment]
                fitted.fit(histories)

    def scores(self, histories: Sequence[Items]) -> Scores:
        """The sum."""
        total: Scores = sum((part.scaled(histories) for part in self._parts), start=np.zeros(1, dtype=np.float32))
        return total
