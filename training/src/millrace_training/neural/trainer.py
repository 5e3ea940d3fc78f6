"""Train a next-item model: shuffled examples, Adam, early stopping, resumable.

All randomness of an epoch follows from the seed and the epoch's number, so a run that was interrupted and goes on
from its checkpoint makes the same model, on one device with one number of threads, as one that was not.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from millrace_training import atomic
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.machine import ONE_CORE, Machine
from millrace_training.neural.lessons import Examples, Lesson, padded
from millrace_training.neural.model import NextItemModel
from millrace_training.progress import Progress
from millrace_training.protocols import measures, ranking
from millrace_training.protocols.ranking import Scores
from millrace_training.protocols.splits import Cases

ProgressFactory = Callable[[str, int, str], Progress]
"""Makes a progress line from label, total and unit."""


@dataclass(frozen=True)
class TrainerSettings:
    """How a model is trained.

    Attributes:
        batch_size: examples per step.
        learning_rate: of Adam, constant.
        max_epochs: passes over all examples, at most.
        patience: epochs without a better validation NDCG@10 before training stops.
    """

    batch_size: int = 256
    learning_rate: float = 5e-4
    max_epochs: int = 200
    patience: int = 10


class Trainer:
    """One training run that advances an epoch at a time and remembers its best one.

    Attributes:
        model: the weights as they are now; the best ones at the end of :meth:`run`.
        epoch: epochs that are behind.
        best_epoch: the one with the best validation NDCG@10, from 1; 0 before any.
        best: what was measured on validation after it.
        curve: validation NDCG@10 after every epoch of :meth:`run`.
    """

    def __init__(
        self,
        model: NextItemModel,
        lesson: Lesson,
        settings: TrainerSettings,
        seed: int,
        checkpoint: Path | None = None,
        machine: Machine = ONE_CORE,
    ) -> None:
        """Prepare a run, and go on from its checkpoint if there is one.

        Args:
            model: fresh weights; they are moved to the machine's device.
            lesson: what the model learns.
            settings: how.
            seed: decides order and dropout.
            checkpoint: file that is rewritten after every epoch; None keeps nothing. It may have been written on
                another device.
            machine: what it runs on.

        Raises:
            TrainingError: the checkpoint is of another run.
        """
        self.model = model.to(machine.device)
        self.epoch = 0
        self.best_epoch = 0
        self.best: dict[str, float] = {}
        self.curve: list[float] = []
        self._lesson = lesson
        self._settings = settings
        self._seed = seed
        self._checkpoint = checkpoint
        self._machine = machine
        self._best_weights = copy.deepcopy(model.state_dict())
        self._optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
        if checkpoint is not None and checkpoint.is_file():
            self._resume(checkpoint)

    @staticmethod
    def identity(model: Any, settings: TrainerSettings, seed: int, precision: str) -> str:
        """What the weights after a given epoch follow from, apart from the data; not when training stops.

        A run may so be taken up again with more epochs or more patience.
        """
        return repr((model, replace(settings, max_epochs=0, patience=0), seed, precision))

    def run(self, validation: Cases, filter_seen: bool = True, progress: ProgressFactory = Progress) -> None:
        """Train until validation no longer improves, and keep the weights that were best.

        Args:
            validation: chooses the epoch.
            filter_seen: whether a user's own items are left out of what is ranked, as when it is measured.
            progress: makes progress lines.
        """
        self._machine.claim()
        of_one_epoch = self._lesson.target_count
        with progress("training", self._settings.max_epochs * of_one_epoch, "targets") as line:
            line.skip(self.epoch * of_one_epoch)
            while self.epoch < self._settings.max_epochs and self.epoch - self.best_epoch < self._settings.patience:
                loss = self._train_epoch(lambda done: line.advance(done))
                measured = measures.accuracy(ranking.ranks(NeuralScorer(self.model), validation, filter_seen))
                self.curve.append(measured["ndcg_at_10"])
                if measured["ndcg_at_10"] > self.best.get("ndcg_at_10", -1.0):
                    self.best_epoch, self.best = self.epoch, measured
                    self._best_weights = copy.deepcopy(self.model.state_dict())
                self._save()
                line.advance(0, f"epoch {self.epoch}, loss {loss:.4f}, NDCG@10 {measured['ndcg_at_10']:.4f}")
        self.model.load_state_dict(self._best_weights)
        self.model.eval()

    def run_epochs(self, epochs: int, progress: ProgressFactory = Progress) -> None:
        """Train for a number of epochs that was chosen elsewhere, as a refit does, and keep the last weights."""
        self._machine.claim()
        of_one_epoch = self._lesson.target_count
        with progress("training again", epochs * of_one_epoch, "targets") as line:
            line.skip(self.epoch * of_one_epoch)
            while self.epoch < epochs:
                self._train_epoch(lambda done: line.advance(done))
                self._save()
        self.model.eval()

    def _train_epoch(self, advance: Callable[[int], None]) -> float:
        torch.manual_seed(self._seed * 100_003 + self.epoch)
        order = self._lesson.examples(np.random.default_rng([self._seed, self.epoch]))
        self.model.train()
        loss, targets = 0.0, 0
        for start in range(0, len(order), self._settings.batch_size):
            of_step, targets_of_step = self._step(order[start : start + self._settings.batch_size])
            loss, targets = loss + of_step, targets + targets_of_step
            advance(targets_of_step)
        self.epoch += 1
        return loss / targets

    def _step(self, examples: Examples) -> tuple[float, int]:
        self._optimizer.zero_grad()
        with self._machine.arithmetic():
            loss, targets = self._lesson.loss(examples)
        (loss / targets).backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return float(loss.detach()), targets

    def _of_this_run(self) -> dict[str, Any]:
        return {
            "run": self.identity(self.model.settings, self._settings, self._seed, self._machine.precision),
            "events": len(self._lesson.histories.items),
            "items": self._lesson.histories.item_count,
        }

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        content = io.BytesIO()
        torch.save(
            {
                "identity": self._of_this_run(),
                "epoch": self.epoch,
                "best_epoch": self.best_epoch,
                "best": self.best,
                "curve": self.curve,
                "weights": self.model.state_dict(),
                "best_weights": self._best_weights,
                "optimizer": self._optimizer.state_dict(),
            },
            content,
        )
        atomic.write_file(self._checkpoint, content.getvalue())

    def _resume(self, checkpoint: Path) -> None:
        saved = torch.load(checkpoint, weights_only=True, map_location=self._machine.device)
        if saved["identity"] != self._of_this_run():
            raise TrainingError(
                f"{checkpoint} belongs to another run (other data, settings or seed); remove it to start afresh"
            )
        self.epoch, self.best_epoch, self.best = saved["epoch"], saved["best_epoch"], saved["best"]
        self.curve = saved.get("curve", [])  # a checkpoint from before curves were kept has none
        self.model.load_state_dict(saved["weights"])
        self._best_weights = saved["best_weights"]
        self._optimizer.load_state_dict(saved["optimizer"])


class NeuralScorer:
    """Asks a trained model."""

    def __init__(self, model: NextItemModel) -> None:
        """Take the model as it is; dropout is off while it is asked."""
        self._model = model

    def scores(self, histories: Histories) -> Scores:
        """Logits of all items, float32 [B, item_count]."""
        self._model.eval()
        with torch.no_grad():
            hidden = self._model(*padded(histories, self._model.max_history, self._model.device))
            logits: Scores = (hidden @ self._model.item_vectors().T).cpu().numpy()
        return logits
