"""Neural models as a benchmark runs them: validation chooses the epoch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.machine import ONE_CORE, Machine
from millrace_training.neural.acting import ActingSasRec, ActingSasRecSettings
from millrace_training.neural.bert4rec import Bert4Rec, Bert4RecSettings, Cloze
from millrace_training.neural.bsarec import BsaRec, BsaRecSettings
from millrace_training.neural.dare import Dare, DareSettings
from millrace_training.neural.hstu import Hstu, HstuSettings
from millrace_training.neural.lessons import Lesson, Prefixes, Windows
from millrace_training.neural.ligr import Ligr, LigrSettings
from millrace_training.neural.model import NextItemModel
from millrace_training.neural.sasrec import SasRec, SasRecSettings
from millrace_training.neural.sdim import RememberedWindows, Sdim, SdimSettings
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols.ranking import Scores
from millrace_training.protocols.splits import Split


@dataclass(frozen=True)
class Circumstances:
    """What a candidate is made for, apart from its settings.

    Attributes:
        seed: decides everything random.
        filter_seen: whether seen items are left out when it is measured.
        checkpoints: folder for the training runs on one data set and protocol, from which an interrupted run goes on
            and which runs with the same settings share; None keeps nothing.
        machine: what models are trained on.
    """

    seed: int = 1
    filter_seen: bool = True
    checkpoints: Path | None = None
    machine: Machine = ONE_CORE


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


NEURAL: Mapping[str, Architecture] = {
    "ActingSASRec": Architecture(ActingSasRecSettings, ActingSasRec, Windows),
    "BERT4Rec": Architecture(Bert4RecSettings, Bert4Rec, Cloze),
    "BSARec": Architecture(BsaRecSettings, BsaRec, Prefixes),
    "DARE": Architecture(DareSettings, Dare, Windows),
    "HSTU": Architecture(HstuSettings, Hstu, Windows),
    "LiGR": Architecture(LigrSettings, Ligr, Windows),
    "SASRec": Architecture(SasRecSettings, SasRec, Windows),
    "SDIM": Architecture(SdimSettings, Sdim, RememberedWindows),
}
"""Kinds of models by their names in recipes."""


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
        self._model: NextItemModel | None = None
        self._epochs = 0

    def choose(self, split: Split) -> dict[str, Any]:
        """Train with early stopping."""
        run = self._run(split.train, "")
        run.run(split.validation, self._around.filter_seen)
        self._model, self._epochs = run.model, run.best_epoch
        return {"epochs": run.best_epoch, "epochs_tried": run.epoch, "curve": run.curve}

    def learn_again(self, histories: Histories) -> None:
        """Train afresh for as many epochs as were best."""
        run = self._run(histories, "-again")
        run.run_epochs(self._epochs)
        self._model = run.model

    @property
    def model(self) -> NextItemModel:
        """What was trained last.

        Raises:
            TrainingError: nothing was.
        """
        if self._model is None:
            raise TrainingError("a model has to be trained before it is asked")
        return self._model

    def scores(self, histories: Histories) -> Scores:
        """The model's logits."""
        return NeuralScorer(self.model).scores(histories)

    def _run(self, histories: Histories, suffix: str) -> Trainer:
        seed, folder = self._around.seed, self._around.checkpoints
        architecture = NEURAL[self._kind]
        torch.manual_seed(seed)
        model = architecture.model(self._settings, histories.item_count)
        machine = self._around.machine
        identity = Trainer.identity(self._settings, self._trainer, seed, machine.precision).encode()
        name = f"{self._kind.lower()}-seed-{seed}-{hashlib.sha256(identity).hexdigest()[:12]}{suffix}.pt"
        checkpoint = None if folder is None else folder / name
        return Trainer(model, architecture.lesson(model, histories), self._trainer, seed, checkpoint, machine)
