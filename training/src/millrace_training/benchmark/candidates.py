"""Methods as a benchmark runs them: choose on validation, learn again with the choice made, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np

from millrace_training.baselines.ease import Ease
from millrace_training.baselines.item_neighbours import ItemNeighbours
from millrace_training.baselines.own_history import NewestItems, OwnItems, OwnTransitions
from millrace_training.baselines.popularity import Popular, RecentPopular
from millrace_training.baselines.transitions import Transitions
from millrace_training.benchmark.several_interests import SeveralInterests
from millrace_training.benchmark.trained import NEURAL, Circumstances, Trained
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.trainer import TrainerSettings
from millrace_training.protocols import measures, ranking
from millrace_training.protocols.ranking import Method, Scores
from millrace_training.protocols.splits import Cases, Split


class Candidate(Protocol):
    """One row of a table."""

    @property
    def random(self) -> bool:
        """Whether another seed gives another result."""
        ...

    def choose(self, split: Split) -> dict[str, Any]:
        """Learn from ``split.train``, make every choice on ``split.validation``, and say what was chosen."""
        ...

    def learn_again(self, histories: Histories) -> None:
        """Learn from more, with everything chosen before."""
        ...

    def scores(self, histories: Histories) -> Scores:
        """Score every item for each history, float32 [B, item_count]."""
        ...


class Counted:
    """A baseline: nothing to choose, nothing random."""

    random = False

    def __init__(self, method: Method) -> None:
        """Wrap a method."""
        self._method = method

    def choose(self, split: Split) -> dict[str, Any]:
        """Learn."""
        self._method.fit(split.train)
        return {}

    def learn_again(self, histories: Histories) -> None:
        """Learn afresh."""
        self._method.fit(histories)

    def scores(self, histories: Histories) -> Scores:
        """The method's scores."""
        return self._method.scores(histories)


@dataclass(frozen=True)
class BlendPart:
    """One part of a blend.

    Attributes:
        candidate: what is added.
        weights: what its scores may be multiplied with; validation chooses one.
        logarithm: whether its scores are counts, of which log(1 + score) is taken first.
    """

    candidate: Candidate
    weights: Sequence[float]
    logarithm: bool = False

    def scaled(self, histories: Histories) -> Scores:
        """Its scores before they are weighted."""
        scores = self.candidate.scores(histories)
        return np.log1p(scores) if self.logarithm else scores


class Blended:
    """A weighted sum of candidates; of all combinations of weights validation takes the one with the best NDCG@10."""

    def __init__(self, parts: Sequence[BlendPart], filter_seen: bool) -> None:
        """Combine at least one part; every weight of the first one is above 0."""
        self._parts = tuple(parts)
        self._filter_seen = filter_seen
        self._weights: tuple[float, ...] = tuple(part.weights[0] for part in parts)

    @property
    def random(self) -> bool:
        """Whether any part is."""
        return any(part.candidate.random for part in self._parts)

    def choose(self, split: Split) -> dict[str, Any]:
        """Let every part choose, then choose the weights."""
        chosen: dict[str, Any] = {}
        for part in self._parts:
            chosen.update(part.candidate.choose(split))
        combinations = list(product(*(part.weights for part in self._parts)))
        gains = self._gains(combinations, split.validation)
        self._weights = combinations[int(np.argmax(gains))]
        return {**chosen, "weights": list(self._weights), "combinations_tried": len(combinations)}

    def learn_again(self, histories: Histories) -> None:
        """Let every part learn again; the weights stay."""
        for part in self._parts:
            part.candidate.learn_again(histories)

    def scores(self, histories: Histories) -> Scores:
        """The weighted sum."""
        return _sum([part.scaled(histories) for part in self._parts], self._weights)

    def _gains(self, combinations: Sequence[tuple[float, ...]], cases: Cases) -> list[float]:
        """NDCG@10 of each combination; the parts are asked once per case, not once per combination."""
        total = np.zeros(len(combinations))
        for numbers, histories in ranking.batches(cases):
            scores = [part.scaled(histories) for part in self._parts]
            if self._filter_seen:
                ranking.hide_seen(scores[0], histories)
            for number, weights in enumerate(combinations):
                ranks = ranking.mean_ranks(_sum(scores, weights), cases.targets[numbers])
                total[number] += measures.gains(ranks, 10).sum()
        return [float(gain / len(cases)) for gain in total]


def _sum(scores: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """The weighted sum; what the first part hides (-inf) stays hidden."""
    total: Scores = np.float32(weights[0]) * scores[0]
    for part, weight in zip(scores[1:], weights[1:], strict=True):
        if weight:
            total += np.float32(weight) * part
    return total


_COUNTED: Mapping[str, Callable[..., Method]] = {
    "popular": Popular,
    "recent popular": RecentPopular,
    "item-kNN": ItemNeighbours,
    "EASE": Ease,
    "transitions": Transitions,
    "own items": OwnItems,
    "newest items": NewestItems,
    "own transitions": OwnTransitions,
}

KINDS = (*_COUNTED, *NEURAL, "interests", "blend")
"""What a recipe may name as the kind of a method."""


def build(declared: Mapping[str, Any], around: Circumstances) -> Candidate:
    """Make the candidate that a recipe declares: its ``kind``, and its settings by their names.

    Raises:
        TrainingError: the kind is unknown, or does not have such settings.
    """
    kind = str(declared.get("kind"))
    settings = {name: value for name, value in declared.items() if name != "kind"}
    try:
        if kind in _COUNTED:
            return Counted(_COUNTED[kind](**settings))
        if kind in NEURAL:
            return _trained(declared, around)
        if kind == "interests":
            return SeveralInterests(_trained(settings.pop("of"), around), **settings, around=around)
        if kind == "blend":
            return Blended([_part(part, around) for part in settings["parts"]], around.filter_seen)
    except (TypeError, KeyError) as error:
        raise TrainingError(f"method {kind!r}: wrong settings ({error})") from error
    raise TrainingError(f"method {kind!r} is unknown; known are {', '.join(KINDS)}")


def _trained(declared: Mapping[str, Any], around: Circumstances) -> Trained:
    settings = dict(declared)
    kind, training = str(settings.pop("kind")), TrainerSettings(**settings.pop("training", {}))
    return Trained(kind, NEURAL[kind].settings(**settings), training, around)


def _part(declared: Mapping[str, Any], around: Circumstances) -> BlendPart:
    settings = dict(declared)
    weights, logarithm = settings.pop("weights", [1.0]), settings.pop("logarithm", False)
    return BlendPart(build(settings, around), weights, logarithm)
