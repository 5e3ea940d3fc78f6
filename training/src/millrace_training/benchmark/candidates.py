"""Methods as a benchmark runs them: choose on validation, learn again with the choice made, answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from millrace_training.baselines.ease import Ease
from millrace_training.baselines.item_neighbours import ItemNeighbours
from millrace_training.baselines.popularity import Popular, RecentPopular
from millrace_training.baselines.transitions import Transitions
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.bert4rec import Bert4Rec, Bert4RecSettings, Cloze
from millrace_training.neural.bsarec import BsaRec, BsaRecSettings
from millrace_training.neural.hstu import Hstu, HstuSettings
from millrace_training.neural.lessons import Lesson, Prefixes, Windows
from millrace_training.neural.ligr import Ligr, LigrSettings
from millrace_training.neural.model import NextItemModel
from millrace_training.neural.sasrec import SasRec, SasRecSettings
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
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


@dataclass(frozen=True)
class Circumstances:
    """What a candidate is made for, apart from its settings.

    Attributes:
        seed: decides everything random.
        filter_seen: whether seen items are left out when it is measured.
        checkpoints: folder for the training runs on one data set and protocol, from which an interrupted run goes on
            and which runs with the same settings share; None keeps nothing.
    """

    seed: int = 1
    filter_seen: bool = True
    checkpoints: Path | None = None


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
class Architecture:
    """A kind of neural model.

    Attributes:
        settings: makes a frozen dataclass from what a recipe declares.
        model: makes fresh weights from settings and the number of items.
        lesson: makes what a model learns from the model and histories.
    """

    settings: Callable[..., Any]
    model: Callable[[Any, int], NextItemModel]
    lesson: Callable[[Any, Histories], Lesson]


_NEURAL: Mapping[str, Architecture] = {
    "BERT4Rec": Architecture(Bert4RecSettings, Bert4Rec, Cloze),
    "BSARec": Architecture(BsaRecSettings, BsaRec, Prefixes),
    "HSTU": Architecture(HstuSettings, Hstu, Windows),
    "LiGR": Architecture(LigrSettings, Ligr, Windows),
    "SASRec": Architecture(SasRecSettings, SasRec, Windows),
}


class Trained:
    """A neural model: validation chooses the epoch."""

    random = True

    def __init__(self, kind: str, settings: Any, trainer: TrainerSettings, around: Circumstances) -> None:
        """Describe a run; nothing is allocated before :meth:`choose`.

        Args:
            kind: a neural model's name in recipes.
            settings: its settings.
            trainer: how it is trained.
            around: seed and checkpoints.
        """
        self._kind = kind
        self._settings = settings
        self._trainer = trainer
        self._around = around
        self._scorer: NeuralScorer | None = None
        self._epochs = 0

    def choose(self, split: Split) -> dict[str, Any]:
        """Train with early stopping."""
        run = self._run(split.train, "")
        run.run(split.validation, self._around.filter_seen)
        self._scorer, self._epochs = NeuralScorer(run.model), run.best_epoch
        return {"epochs": run.best_epoch, "epochs_tried": run.epoch, "curve": run.curve}

    def learn_again(self, histories: Histories) -> None:
        """Train afresh for as many epochs as were best."""
        run = self._run(histories, "-again")
        run.run_epochs(self._epochs)
        self._scorer = NeuralScorer(run.model)

    def scores(self, histories: Histories) -> Scores:
        """The model's logits."""
        if self._scorer is None:
            raise TrainingError("a model has to be trained before it is asked")
        return self._scorer.scores(histories)

    def _run(self, histories: Histories, suffix: str) -> Trainer:
        seed, folder = self._around.seed, self._around.checkpoints
        architecture = _NEURAL[self._kind]
        torch.manual_seed(seed)
        model = architecture.model(self._settings, histories.item_count)
        identity = Trainer.identity(self._settings, self._trainer, seed).encode()
        name = f"{self._kind.lower()}-seed-{seed}-{hashlib.sha256(identity).hexdigest()[:12]}{suffix}.pt"
        checkpoint = None if folder is None else folder / name
        return Trainer(model, architecture.lesson(model, histories), self._trainer, seed, checkpoint)


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
}

KINDS = (*_COUNTED, *_NEURAL, "blend")
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
        if kind in _NEURAL:
            training = TrainerSettings(**settings.pop("training", {}))
            return Trained(kind, _NEURAL[kind].settings(**settings), training, around)
        if kind == "blend":
            return Blended([_part(part, around) for part in settings["parts"]], around.filter_seen)
    except (TypeError, KeyError) as error:
        raise TrainingError(f"method {kind!r}: wrong settings ({error})") from error
    raise TrainingError(f"method {kind!r} is unknown; known are {', '.join(KINDS)}")


def _part(declared: Mapping[str, Any], around: Circumstances) -> BlendPart:
    settings = dict(declared)
    weights, logarithm = settings.pop("weights", [1.0]), settings.pop("logarithm", False)
    return BlendPart(build(settings, around), weights, logarithm)
